public import NumericalCore

/// A likelihood with other priors: the log-likelihood of a density, with the priors of some
/// parameters replaced.
///
/// ```swift
/// let posterior = try LikelihoodWithPrior(
///   ToyLHCSearch(), prior: Prior(["mu": .halfNormal(standardDeviation: 2)]))
/// ```
///
/// The prior of a named parameter is taken out and the new one put in; constraint terms of the
/// likelihood (``ConstrainedLikelihood``) give way in the same manner. All other parameters keep
/// what they have, so that both densities differ by the exchanged terms alone. Bounds narrow to
/// the support of the new prior. They cannot widen: where the old density is -∞ because of its
/// prior, its likelihood is not known, and the new density is -∞ too.
public struct LikelihoodWithPrior<Base: DifferentiableLogDensity & LogPosterior>:
  ConstrainedLikelihood
{
  public typealias Failure = Base.Failure

  public let parameters: ParameterSpace
  /// The density whose likelihood is taken, without the constraint terms that were replaced.
  public let base: Base
  /// The prior.
  public let prior: ProductPrior
  private let removed: PriorTerms
  private let added: PriorTerms
  private let bounds: PriorTerms

  /// A density with other priors and settings of its parameters.
  ///
  /// - Parameters:
  ///   - base: the density.
  ///   - prior: the new priors.
  ///   - changes: other initial values, bounds, roles, by parameter name.
  /// - Throws: ``ParameterError`` for unknown names, empty bounds or a value outside them;
  ///   ``PriorError`` if the old prior is not known, or bounds are wider than those of `base`.
  public init(
    _ base: Base, prior: Prior = .unchanged, overriding changes: [String: ParameterOverride] = [:]
  ) throws {
    let old = base.parameters
    parameters = try old.applying(prior.factors, changes)
    let constrained = try base.knownConstraints.map { try old.index(of: $0) }
    let source = PriorMerge.Source(
      name: "the likelihood", columns: Array(0..<old.count),
      prior: prior.names.isEmpty && base.factorizedPrior == nil
        ? .flat(old.count) : try base.knownPrior(named: "the likelihood"),
      constrained: Set(constrained))
    let merge = try PriorMerge([source], names: old.names, new: prior)
    self.prior = merge.prior
    removed = merge.changes[0].removed
    added = merge.added
    bounds = parameters.boundTerms(within: old)
    self.base = base.leavingOut(Set(merge.changes[0].dropped.map { old.names[$0] }))
  }

  public var factorizedPrior: ProductPrior? { prior }

  public var gradientIsDifferenced: Bool { base.gradientIsDifferenced }
  public var valuesForGradients: Int { base.valuesForGradients }

  public func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]? {
    try base.validity(at: points)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(points, values: &values)
    exchange(points, &values, nil)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    try base.evaluate(points, values: &values, gradients: &gradients)
    gradients.elements.withUnsafeMutableBufferPointer {
      exchange(points, &values, $0.baseAddress)
    }
  }

  private func exchange(
    _ points: Matrix<Double>, _ values: inout [Double], _ gradients: UnsafeMutablePointer<Double>?
  ) {
    bounds.add(at: points, to: &values, gradients: gradients)
    removed.add(sign: -1, at: points, to: &values, gradients: gradients)
    added.add(at: points, to: &values, gradients: gradients)
  }

  /// The log-likelihood of the density that was given, without any prior.
  public func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    try base.logLikelihoods(at: points)
  }

  /// The new log-prior; -∞ outside the bounds.
  public func logPriors(at points: Matrix<Double>) -> [Double] {
    var values = prior.logDensities(at: points)
    bounds.add(at: points, to: &values, gradients: nil)
    return values
  }

  public var constrainedParameters: [String] { base.knownConstraints }

  public func withoutConstraints(of names: Set<String>) -> Self {
    Self(self, base: base.leavingOut(names))
  }

  public func constraintTerm(of name: String) -> ParameterPrior? {
    base.knownConstraintTerm(of: name)
  }

  private init(_ other: Self, base: Base) {
    self.base = base
    parameters = other.parameters
    prior = other.prior
    removed = other.removed
    added = other.added
    bounds = other.bounds
  }
}

extension DifferentiableLogDensity where Self: LogPosterior {
  /// The same density without the constraint terms of the named parameters.
  func leavingOut(_ names: Set<String>) -> Self {
    guard !names.isEmpty, let constrained = self as? any ConstrainedLikelihood else { return self }
    return constrained.withoutConstraints(of: names) as? Self ?? self
  }
}
