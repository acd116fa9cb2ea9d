internal import Foundation

extension ParameterPrior {
  /// A value that the prior finds likely and a typical distance from it, to start fits and
  /// samplers with; `nil` for a flat prior with an open end.
  var locationAndScale: (location: Double, scale: Double)? {
    switch self {
    case .uniform(let lower, let upper, _): return Self.middle(lower, upper)
    case .flat(let lower, let upper):
      guard let lower, let upper else { return nil }
      return Self.middle(lower, upper)
    case .normal(let mean, let sd): return (mean, sd)
    case .logNormal(let mean, let sd): return (exp(mean), exp(mean) * min(sd, 1))
    case .gamma(let shape, let rate): return (shape / rate, shape.squareRoot() / rate)
    case .truncated(let inner):
      guard let (location, scale) = inner.distribution.locationAndScale else { return nil }
      let (middle, width) = Self.middle(inner.lower, inner.upper)
      if inner.lower < location, location < inner.upper { return (location, min(scale, width)) }
      if middle.isFinite { return (middle, min(scale, width)) }
      // In the tail the density falls over the scale divided by the distance in scales.
      let end = location <= inner.lower ? inner.lower : inner.upper
      let step = scale / (1 + abs(end - location) / scale)
      return (location <= inner.lower ? end + step : end - step, step)
    }
  }

  private static func middle(_ lower: Double, _ upper: Double) -> (Double, Double) {
    (0.5 * (lower + upper), (upper - lower) / 12.0.squareRoot())
  }
}
