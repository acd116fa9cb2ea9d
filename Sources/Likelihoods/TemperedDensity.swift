public import NumericalCore

/// What is raised to a power.
public enum TemperedPart: String, Codable, Sendable, CaseIterable {
  /// Likelihood and prior.
  case posterior
  /// The likelihood alone.
  case likelihood
}

/// A density raised to a power: broader than the density below 1, narrower above.
///
/// Draws of it cover the surroundings of the bulk (β < 1) or those of the maximum (β > 1), for
/// training data that an unbiased sample lacks. With ``TemperedPart/likelihood`` it is the power posterior
/// L^β π of Friel and Pettitt (J. R. Stat. Soc. B 70 (2008) 589).
public struct TemperedDensity<Base: DifferentiableLogDensity & LogPosterior>:
  DifferentiableLogDensity, LogPosterior
{
  public typealias Failure = Base.Failure

  /// The density at β = 1.
  public let base: Base
  /// The power β.
  public let power: Double
  /// What is raised to it.
  public let part: TemperedPart
  /// The prior, where it stays as it is.
  public let factorizedPrior: ProductPrior?

  /// A power of a density.
  ///
  /// - Throws: ``PriorError/notPositive(distribution:quantity:value:)`` for a power that is not
  ///   positive and finite, ``PriorError/unknownPrior(likelihood:)`` where the likelihood alone is
  ///   tempered and the prior is not known.
  public init(_ base: Base, power: Double, of part: TemperedPart = .posterior) throws(PriorError) {
    guard power > 0, power.isFinite else {
      throw .notPositive(distribution: "tempered", quantity: "power", value: power)
    }
    if part == .likelihood, base.factorizedPrior == nil {
      throw .unknownPrior(likelihood: "the likelihood to be tempered")
    }
    self.base = base
    self.power = power
    self.part = part
    factorizedPrior = part == .likelihood ? base.factorizedPrior : nil
  }

  public var parameters: ParameterSpace { base.parameters }

  public var gradientIsDifferenced: Bool { base.gradientIsDifferenced }
  public var valuesForGradients: Int { base.valuesForGradients }

  public func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]? {
    try base.validity(at: points)
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(points, values: &values)
    for i in values.indices { values[i] *= power }
    guard let factorizedPrior else { return }
    let priors = factorizedPrior.logDensities(at: points)
    for i in values.indices where values[i] > -.infinity { values[i] += (1 - power) * priors[i] }
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    try base.evaluate(points, values: &values, gradients: &gradients)
    for i in values.indices { values[i] *= power }
    for k in gradients.elements.indices { gradients.elements[k] *= power }
    guard let factorizedPrior else { return }
    let priors = factorizedPrior.logDensitiesAndGradients(at: points)
    for i in values.indices where values[i] > -.infinity {
      values[i] += (1 - power) * priors.values[i]
      for k in 0..<points.columns { gradients[i, k] += (1 - power) * priors.gradients[i, k] }
    }
  }

  public func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    try base.logLikelihoods(at: points).map { $0 * power }
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    let priors = base.logPriors(at: points)
    return part == .likelihood ? priors : priors.map { $0 * power }
  }
}
