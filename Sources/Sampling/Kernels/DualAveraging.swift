internal import Foundation

/// Adaptation of a step size to a target acceptance by dual averaging (Hoffman and Gelman,
/// arXiv:1111.4246 section 3.2).
struct DualAveraging: Sendable {
  private let target: Double
  private let centre: Double
  private var count = 0.0
  private var errorMean = 0.0
  private var logAverage = 0.0
  /// The step size to try next.
  private(set) var current: Double

  init(initial: Double, target: Double) {
    self.target = target
    centre = log(10 * initial)
    current = initial
  }

  /// The averaged step size, for use after adaptation.
  var averaged: Double { exp(logAverage) }

  /// Learns from the mean acceptance of a step.
  mutating func update(acceptance: Double) {
    count += 1
    let weight = 1 / (count + 10)
    errorMean = (1 - weight) * errorMean + weight * (target - acceptance)
    let logStep = centre - count.squareRoot() / 0.05 * errorMean
    let decay = pow(count, -0.75)
    logAverage = decay * logStep + (1 - decay) * logAverage
    current = exp(logStep)
  }
}
