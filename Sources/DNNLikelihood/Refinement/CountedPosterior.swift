public import Likelihoods
public import NumericalCore

/// A likelihood that counts how often it is asked, so that methods can be compared by what they
/// cost where a likelihood is slow.
///
/// One point counts once, with or without its gradient; a gradient made of differences counts all
/// the values it takes.
public struct CountedPosterior<Base: Posterior>: DifferentiableLogDensity, LogPosterior {
  public typealias Failure = Base.Failure

  /// The likelihood.
  public let base: Base
  private let counter = EvaluationCounter()
  /// What the likelihood had spent on gradients before.
  private let before: Int

  /// Counts from zero.
  public init(_ base: Base) {
    self.base = base
    before = base.valuesForGradients
  }

  /// Points evaluated so far, by all copies of this value.
  public var evaluations: Int { counter.count + base.valuesForGradients - before }

  public var parameters: ParameterSpace { base.parameters }
  public var gradientIsDifferenced: Bool { base.gradientIsDifferenced }
  public var valuesForGradients: Int { base.valuesForGradients }
  public var factorizedPrior: ProductPrior? { base.factorizedPrior }

  public func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]? {
    try base.validity(at: points)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    counter.add(points.rows)
    try base.evaluate(points, values: &values)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    counter.add(points.rows)
    try base.evaluate(points, values: &values, gradients: &gradients)
  }

  public func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    counter.add(points.rows)
    return try base.logLikelihoods(at: points)
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }
}

extension CountedPosterior {
  /// The counts of the likelihood, where it has any; they are not counted themselves.
  var counts: (any ExpectedCounts)? { base as? any ExpectedCounts }
}
