/// The part of the loss that asks for gradients: a weight times the mean over samples of
/// |∇f − g|², summed over the coordinates.
public struct GradientLoss: Codable, Sendable, Hashable {
  /// The weight at the beginning.
  public var weight: Double
  /// The weight at the end, as a fraction of that at the beginning; it changes linearly with the
  /// steps.
  public var finalFraction: Double

  /// A weight for the squared errors of gradients.
  public init(weight: Double, finalFraction: Double = 1) {
    self.weight = weight
    self.finalFraction = finalFraction
  }

  /// The weight at step `step` (from 0) of `steps`.
  func weight(step: Int, of steps: Int) -> Double {
    let progress = min(1, Double(step) / Double(max(1, steps)))
    return weight * (1 + progress * (finalFraction - 1))
  }
}
