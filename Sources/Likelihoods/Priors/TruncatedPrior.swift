internal import Foundation
internal import NumericalCore

/// A normal, log-normal or gamma distribution within an interval, normalised there.
public struct TruncatedPrior: Codable, Sendable, Equatable {
  /// The distribution without truncation.
  public let distribution: ParameterPrior
  /// Lower end of the interval; `-.infinity` if there is none.
  public let lower: Double
  /// Upper end of the interval; `.infinity` if there is none.
  public let upper: Double
  /// The logarithm of the probability of the interval under ``distribution``.
  public let logProbability: Double

  /// A distribution within an interval that lies in its support.
  ///
  /// - Throws: ``PriorError`` if the interval is empty or holds no probability.
  init(_ distribution: ParameterPrior, lower: Double, upper: Double) throws(PriorError) {
    guard lower < upper else {
      throw .emptyInterval(
        distribution: "truncated " + distribution.family, lower: lower, upper: upper)
    }
    self.distribution = distribution
    self.lower = lower
    self.upper = upper
    logProbability = Self.logProbability(of: distribution, lower, upper)
    guard logProbability.isFinite else {
      throw .noProbability(
        distribution: "truncated " + distribution.family, lower: lower, upper: upper)
    }
  }

  func logDensity(_ x: Double) -> Double {
    guard lower <= x, x <= upper else { return -.infinity }
    return distribution.logDensity(x) - logProbability
  }

  // MARK: - Probability of the interval

  private static func logProbability(
    of distribution: ParameterPrior, _ lower: Double, _ upper: Double
  ) -> Double {
    if let narrow = narrowLogProbability(of: distribution, lower, upper) { return narrow }
    switch distribution {
    case .normal(let mean, let sd):
      return normalLogProbability((lower - mean) / sd, (upper - mean) / sd)
    case .logNormal(let mean, let sd):
      return normalLogProbability((log(lower) - mean) / sd, (log(upper) - mean) / sd)
    case .gamma(let shape, let rate):
      let (a, b) = (rate * max(0, lower), rate * upper)
      typealias F = SpecialFunctions
      let probability =
        a > shape
        ? F.regularizedGammaQ(shape, a) - F.regularizedGammaQ(shape, b)
        : F.regularizedGammaP(shape, b) - F.regularizedGammaP(shape, a)
      // Below this the incomplete gamma functions lose their relative accuracy.
      return probability > 1e-290 ? log(probability) : -.infinity
    case .uniform, .flat, .truncated: return 0
    }
  }

  /// ln(Φ(b) - Φ(a)), computed in the tail in which the interval lies.
  private static func normalLogProbability(_ a: Double, _ b: Double) -> Double {
    if a <= 0, b >= 0 {
      return log1p(-SpecialFunctions.normalCDF(a) - SpecialFunctions.normalSurvival(b))
    }
    let (near, far) = a > 0 ? (a, b) : (-b, -a)
    let logNear = logNormalSurvival(near)
    return logNear + log1p(-exp(logNormalSurvival(far) - logNear))
  }

  /// ln(1 - Φ(x)); the asymptotic series (Abramowitz and Stegun 26.2.12) where 1 - Φ becomes
  /// too small a number.
  private static func logNormalSurvival(_ x: Double) -> Double {
    guard x > 30 else { return log(SpecialFunctions.normalSurvival(x)) }
    guard x.isFinite else { return -.infinity }
    let q = 1 / (x * x)
    let series = -q * (1 - q * (3 - q * (15 - q * 105)))
    return -0.5 * (x * x + log(2 * Double.pi)) - log(x) + log1p(series)
  }

  /// Gauss-Legendre integration where the density hardly changes over the interval, so that the
  /// difference of two distribution functions would cancel; `nil` elsewhere.
  private static func narrowLogProbability(
    of distribution: ParameterPrior, _ lower: Double, _ upper: Double
  ) -> Double? {
    guard lower.isFinite, upper.isFinite else { return nil }
    if distribution.support.lower == 0, upper > 1.2 * lower { return nil }
    let middle = lower + 0.5 * (upper - lower)
    let reference = distribution.logDensity(middle)
    let change = max(
      abs(distribution.logDensity(lower) - reference),
      abs(distribution.logDensity(upper) - reference))
    guard reference.isFinite, change < 0.3 else { return nil }
    var sum = 0.0
    for (node, weight) in gaussLegendre {
      for side in [-1.0, 1] {
        let x = middle + side * node * 0.5 * (upper - lower)
        sum += weight * exp(distribution.logDensity(x) - reference)
      }
    }
    return reference + log(0.5 * (upper - lower) * sum)
  }

  /// Positive nodes and weights of the rule with eight points on [-1, 1] (DLMF 3.5(v)).
  private static let gaussLegendre: [(Double, Double)] = [
    (0.183434642495649804939476142360, 0.362683783378361982965150449277),
    (0.525532409916328985817739049189, 0.313706645877887287337962201987),
    (0.796666477413626739591553936476, 0.222381034453374470544355994426),
    (0.960289856497536231683560868569, 0.101228536290376259152531354310),
  ]
}

// JSON knows no infinities: an absent end is a missing key.
extension TruncatedPrior {
  private enum CodingKeys: String, CodingKey { case base, lower, upper }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      values.decode(ParameterPrior.self, forKey: .base),
      lower: try values.decodeIfPresent(Double.self, forKey: .lower) ?? -.infinity,
      upper: try values.decodeIfPresent(Double.self, forKey: .upper) ?? .infinity)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(distribution, forKey: .base)
    if lower.isFinite { try values.encode(lower, forKey: .lower) }
    if upper.isFinite { try values.encode(upper, forKey: .upper) }
  }
}
