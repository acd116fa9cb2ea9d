internal import Foundation
internal import NumericalCore

extension ParameterPrior {
  /// The value below which the probability is `p`, for space-filling designs.
  ///
  /// - Parameter p: a probability in (0, 1).
  /// - Precondition: ``isProper``.
  public func quantile(_ p: Double) -> Double {
    switch self {
    case .uniform(let lower, let upper, _): return lower + p * (upper - lower)
    case .normal(let mean, let sd): return mean + sd * SpecialFunctions.normalQuantile(p)
    case .logNormal(let mean, let sd):
      return exp(mean + sd * SpecialFunctions.normalQuantile(p))
    case .gamma(let shape, let rate):
      return SpecialFunctions.inverseRegularizedGammaP(shape, p) / rate
    case .flat(let lower, let upper):
      guard let lower, let upper else {
        preconditionFailure("a flat prior without bounds has no quantiles")
      }
      return lower + p * (upper - lower)
    case .truncated(let inner): return inner.quantile(p)
    }
  }
}

extension TruncatedPrior {
  func quantile(_ p: Double) -> Double {
    typealias F = SpecialFunctions
    let value: Double
    switch distribution {
    case .normal(let mean, let sd):
      value = mean + sd * Self.normal((lower - mean) / sd, (upper - mean) / sd, p)
    case .logNormal(let mean, let sd):
      value = exp(mean + sd * Self.normal((log(lower) - mean) / sd, (log(upper) - mean) / sd, p))
    case .gamma(let shape, let rate):
      let (a, b) = (rate * max(0, lower), rate * upper)
      if a > shape {
        let (high, low) = (F.regularizedGammaQ(shape, a), F.regularizedGammaQ(shape, b))
        value = F.inverseRegularizedGammaQ(shape, high + p * (low - high)) / rate
      } else {
        let (low, high) = (F.regularizedGammaP(shape, a), F.regularizedGammaP(shape, b))
        value = F.inverseRegularizedGammaP(shape, low + p * (high - low)) / rate
      }
    case .uniform, .flat, .truncated: value = distribution.quantile(p)
    }
    return min(max(value, lower), upper)  // rounding must not leave the interval
  }

  /// The quantile of a standard normal number in (a, b), from the side on which the interval lies.
  private static func normal(_ a: Double, _ b: Double, _ p: Double) -> Double {
    typealias F = SpecialFunctions
    if a > 0 {
      let (high, low) = (F.normalSurvival(a), F.normalSurvival(b))
      return F.normalUpperQuantile(high + p * (low - high))
    }
    let (low, high) = (F.normalCDF(a), F.normalCDF(b))
    return F.normalQuantile(low + p * (high - low))
  }
}
