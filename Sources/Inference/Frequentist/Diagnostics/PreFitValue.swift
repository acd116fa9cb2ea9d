public import Likelihoods
internal import Foundation

/// What is known of a parameter before the fit: from its auxiliary measurement, from its prior, or
/// from both.
public struct PreFitValue: Codable, Sendable, Equatable {
  /// The most probable value.
  public let centre: Double
  /// The width: 1/√(curvature of the log density) at the centre, the standard deviation of a
  /// normal distribution.
  public let width: Double

  /// A value with its width.
  public init(centre: Double, width: Double) {
    self.centre = centre
    self.width = width
  }

  /// Centre and width of a distribution; `nil` where it has no such centre: a uniform or flat one,
  /// or one that was cut off before its centre.
  public init?(_ distribution: ParameterPrior) {
    switch distribution {
    case .uniform, .flat: return nil
    case .normal(let mean, let sd): self.init(centre: mean, width: sd)
    case .logNormal(let mean, let sd):
      let mode = exp(mean - sd * sd)
      self.init(centre: mode, width: sd * mode)
    case .gamma(let shape, let rate):
      // A Poisson count of zero has its mode at the edge, without curvature.
      let events = max(0, shape - 1)
      self.init(
        centre: events / rate, width: (events > 0 ? events : shape).squareRoot() / rate)
    case .truncated(let inner):
      guard let value = PreFitValue(inner.distribution), inner.lower <= value.centre,
        value.centre <= inner.upper
      else { return nil }
      self = value
    }
  }

  /// Two pieces of knowledge together, weighted with their precisions.
  func combined(with other: PreFitValue) -> PreFitValue {
    let (a, b) = (1 / (width * width), 1 / (other.width * other.width))
    return PreFitValue(
      centre: (a * centre + b * other.centre) / (a + b), width: 1 / (a + b).squareRoot())
  }
}
