internal import Foundation
public import NumericalCore

extension ParameterPrior {
  /// A random value.
  ///
  /// - Precondition: ``isProper``.
  public func draw(_ random: inout RandomSequence) -> Double {
    switch self {
    case .uniform(let lower, let upper, _): return random.uniform(lower, upper)
    case .normal(let mean, let sd): return mean + sd * random.normal()
    case .logNormal(let mean, let sd): return exp(mean + sd * random.normal())
    case .gamma(let shape, let rate): return Self.standardGamma(shape, &random) / rate
    case .flat(let lower, let upper):
      guard let lower, let upper else {
        preconditionFailure("no value can be drawn from a flat prior without bounds")
      }
      return random.uniform(lower, upper)
    case .truncated(let inner): return inner.draw(&random)
    }
  }

  /// A gamma number of rate 1 (Marsaglia and Tsang, ACM TOMS 26 (2000) 363; a shape below 1 is
  /// raised by one and scaled by u^(1/k), their section 6).
  private static func standardGamma(_ shape: Double, _ random: inout RandomSequence) -> Double {
    if shape < 1 {
      return standardGamma(shape + 1, &random) * exp(-random.exponential() / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = random.normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(random.uniform()) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
    }
  }
}

extension TruncatedPrior {
  func draw(_ random: inout RandomSequence) -> Double {
    let value: Double
    switch distribution {
    case .normal(let mean, let sd):
      value = mean + sd * Self.normal((lower - mean) / sd, (upper - mean) / sd, &random)
    case .logNormal(let mean, let sd):
      value = exp(
        mean + sd * Self.normal((log(lower) - mean) / sd, (log(upper) - mean) / sd, &random))
    case .gamma(let shape, let rate):
      value = Self.gamma(shape, rate * max(0, lower), rate * upper, &random) / rate
    case .uniform, .flat, .truncated: value = distribution.draw(&random)
    }
    return min(max(value, lower), upper)  // rounding must not leave the interval
  }

  /// Beyond this number of standard deviations the tail is drawn by rejection.
  private static var tail: Double { 5 }

  /// A standard normal number in (a, b).
  private static func normal(_ a: Double, _ b: Double, _ random: inout RandomSequence) -> Double {
    if a > tail { return normalTail(a, b, &random) }
    if b < -tail { return -normalTail(-b, -a, &random) }
    typealias F = SpecialFunctions
    if a > 0 {
      return F.normalUpperQuantile(random.uniform(F.normalSurvival(b), F.normalSurvival(a)))
    }
    return F.normalQuantile(random.uniform(F.normalCDF(a), F.normalCDF(b)))
  }

  /// A standard normal number in (a, b) for a > 0, by rejection from an exponential distribution
  /// cut at b (C. P. Robert, Stat. Comput. 5 (1995) 121, proposition 2.3).
  private static func normalTail(
    _ a: Double, _ b: Double, _ random: inout RandomSequence
  ) -> Double {
    let rate = 0.5 * (a + (a * a + 4).squareRoot())
    let covered = -expm1(-rate * (b - a))  // 1 for b = ∞
    // The acceptance exp(-(x - rate)²/2) is scaled to 1 at its maximum in the interval.
    let highest = min(rate, b) - rate
    while true {
      let x = a - log1p(-covered * random.uniform()) / rate
      let distance = x - rate
      if log(random.uniform()) <= 0.5 * (highest * highest - distance * distance) { return x }
    }
  }

  /// A gamma number of rate 1 in (a, b), by inversion in the tail in which the interval lies.
  private static func gamma(
    _ shape: Double, _ a: Double, _ b: Double, _ random: inout RandomSequence
  ) -> Double {
    typealias F = SpecialFunctions
    if a > shape {
      let q = random.uniform(F.regularizedGammaQ(shape, b), F.regularizedGammaQ(shape, a))
      return F.inverseRegularizedGammaQ(shape, q)
    }
    let p = random.uniform(F.regularizedGammaP(shape, a), F.regularizedGammaP(shape, b))
    return F.inverseRegularizedGammaP(shape, p)
  }
}
