internal import Foundation
internal import NumericalCore

/// The prior of one parameter.
///
/// The cases hold any numbers; ``validated()`` refuses those that make no density, and whatever
/// comes from a file goes through it. Log densities are -∞ outside the support, never NaN or +∞.
public enum ParameterPrior: Codable, Sendable, Equatable {
  /// Constant between two bounds, both included; `logDensity` is the constant (the logarithm of
  /// one over the width for a normalised prior).
  case uniform(lower: Double, upper: Double, logDensity: Double)
  /// A normal distribution.
  case normal(mean: Double, standardDeviation: Double)
  /// A positive quantity whose logarithm is normal with this mean and standard deviation.
  case logNormal(logMean: Double, logStandardDeviation: Double)
  /// The gamma distribution βᵏ x^(k-1) e^(-βx) / Γ(k) with shape k and rate β: the posterior of a
  /// Poisson rate, for example.
  case gamma(shape: Double, rate: Double)
  /// Log density 0 everywhere, or between bounds (both included): not normalised, as if there
  /// were no prior.
  case flat(lower: Double? = nil, upper: Double? = nil)
  /// Another distribution within an interval, normalised there.
  indirect case truncated(distribution: TruncatedPrior)

  /// The normalised uniform distribution between two bounds.
  ///
  /// - Throws: ``PriorError`` for bounds that are not finite or not in order.
  public static func normalizedUniform(
    lower: Double, upper: Double
  ) throws(PriorError) -> ParameterPrior {
    try ParameterPrior.uniform(lower: lower, upper: upper, logDensity: -log(upper - lower))
      .validated()
  }

  /// The upper half of a normal distribution around zero.
  ///
  /// - Throws: ``PriorError`` for a standard deviation that is not positive.
  public static func halfNormal(
    standardDeviation: Double
  ) throws(PriorError) -> ParameterPrior {
    try ParameterPrior.normal(mean: 0, standardDeviation: standardDeviation).truncated(lower: 0)
  }

  /// This distribution within an interval, normalised there; a flat prior stays 0.
  ///
  /// - Throws: ``PriorError`` if the interval is empty or holds no probability.
  public func truncated(
    lower: Double = -.infinity, upper: Double = .infinity
  ) throws(PriorError) -> ParameterPrior {
    _ = try validated()
    let low = max(lower, support.lower)
    let high = min(upper, support.upper)
    guard low < high else {
      throw .emptyInterval(distribution: "truncated " + family, lower: lower, upper: upper)
    }
    switch self {
    case .flat:
      return .flat(lower: low.isFinite ? low : nil, upper: high.isFinite ? high : nil)
    case .uniform: return try .normalizedUniform(lower: low, upper: high)
    case .truncated(let inner):
      return .truncated(
        distribution: try TruncatedPrior(inner.distribution, lower: low, upper: high))
    case .normal, .logNormal, .gamma:
      if low == support.lower, high == support.upper { return self }
      return .truncated(distribution: try TruncatedPrior(self, lower: low, upper: high))
    }
  }

  /// The same prior, if its numbers make a density.
  ///
  /// - Throws: ``PriorError`` naming the number and what was expected.
  public func validated() throws(PriorError) -> ParameterPrior {
    switch self {
    case .uniform(let lower, let upper, let logDensity):
      try requireFinite(["lower bound": lower, "upper bound": upper])
      guard lower < upper else {
        throw .emptyInterval(distribution: family, lower: lower, upper: upper)
      }
      try requireFinite(["log density": logDensity])
    case .normal(let mean, let sd):
      try requireFinite(["mean": mean])
      try requirePositive("standard deviation", sd)
    case .logNormal(let mean, let sd):
      try requireFinite(["mean of the logarithm": mean])
      try requirePositive("standard deviation of the logarithm", sd)
    case .gamma(let shape, let rate):
      try requirePositive("shape", shape)
      try requirePositive("rate", rate)
    case .flat(let lower, let upper):
      try requireFinite(["lower bound": lower ?? 0, "upper bound": upper ?? 0])
      guard support.lower < support.upper else {
        throw .emptyInterval(distribution: family, lower: support.lower, upper: support.upper)
      }
    case .truncated(let inner): _ = try inner.distribution.validated()
    }
    return self
  }

  private func requireFinite(_ numbers: KeyValuePairs<String, Double>) throws(PriorError) {
    for (quantity, value) in numbers where !value.isFinite {
      throw .notFinite(distribution: family, quantity: quantity, value: value)
    }
  }

  private func requirePositive(_ quantity: String, _ value: Double) throws(PriorError) {
    guard value > 0, value.isFinite else {
      throw .notPositive(distribution: family, quantity: quantity, value: value)
    }
  }
}

extension ParameterPrior {
  /// The family's name in messages and files.
  public var family: String {
    switch self {
    case .uniform: "uniform"
    case .normal: "normal"
    case .logNormal: "log-normal"
    case .gamma: "gamma"
    case .flat: "flat"
    case .truncated(let inner): "truncated " + inner.distribution.family
    }
  }

  /// The closed interval outside which the log density is -∞; infinite where it has no end.
  public var support: (lower: Double, upper: Double) {
    switch self {
    case .uniform(let lower, let upper, _): (lower, upper)
    case .normal: (-.infinity, .infinity)
    case .logNormal, .gamma: (0, .infinity)
    case .flat(let lower, let upper): (lower ?? -.infinity, upper ?? .infinity)
    case .truncated(let inner): (inner.lower, inner.upper)
    }
  }

  /// Whether the prior integrates to a finite number, so that values can be drawn from it.
  public var isProper: Bool {
    guard case .flat = self else { return true }
    return support.lower.isFinite && support.upper.isFinite
  }

  /// Whether the prior says more than where a parameter may lie: neither flat nor uniform.
  public var isInformative: Bool {
    switch self {
    case .uniform, .flat: false
    case .normal, .logNormal, .gamma, .truncated: true
    }
  }

  /// The logarithm of the density; -∞ outside the support.
  public func logDensity(_ x: Double) -> Double {
    switch self {
    case .uniform(let lower, let upper, let logDensity):
      return lower <= x && x <= upper ? logDensity : -.infinity
    case .normal(let mean, let sd):
      guard x.isFinite else { return -.infinity }
      let z = (x - mean) / sd
      return -0.5 * (z * z + log(2 * Double.pi)) - log(sd)
    case .logNormal(let mean, let sd):
      guard x > 0, x.isFinite else { return -.infinity }
      let y = log(x)
      let z = (y - mean) / sd
      return -0.5 * (z * z + log(2 * Double.pi)) - log(sd) - y
    case .gamma(let shape, let rate): return Self.gammaLogDensity(x, shape, rate)
    case .flat: return support.lower <= x && x <= support.upper ? 0 : -.infinity
    case .truncated(let inner): return inner.logDensity(x)
    }
  }

  /// The derivative of the log density; zero outside the support.
  public func derivative(_ x: Double) -> Double {
    switch self {
    case .uniform, .flat: return 0
    case .normal(let mean, let sd): return x.isFinite ? (mean - x) / (sd * sd) : 0
    case .logNormal(let mean, let sd):
      guard x > 0, x.isFinite else { return 0 }
      return -(1 + (log(x) - mean) / (sd * sd)) / x
    case .gamma(let shape, let rate):
      guard x >= 0, x.isFinite else { return 0 }
      if x == 0 { return shape == 1 ? -rate : 0 }
      return (shape - 1) / x - rate
    case .truncated(let inner):
      return inner.lower <= x && x <= inner.upper ? inner.distribution.derivative(x) : 0
    }
  }

  /// At zero the density of a shape below 1 is infinite; the single point is taken out of the
  /// support. Large shapes take Loader's form of the Poisson probability, without cancellation.
  private static func gammaLogDensity(_ x: Double, _ shape: Double, _ rate: Double) -> Double {
    guard x >= 0, x.isFinite else { return -.infinity }
    if x == 0 { return shape == 1 ? log(rate) : -.infinity }
    let mean = rate * x
    guard mean > 0 else { return -.infinity }
    guard shape >= 2 else {
      return log(rate) + (shape - 1) * log(mean) - mean - SpecialFunctions.logGamma(shape)
    }
    let k = shape - 1
    return log(rate) - SpecialFunctions.stirlingError(k) - SpecialFunctions.deviance(k, mean)
      - 0.5 * log(2 * Double.pi * k)
  }
}
