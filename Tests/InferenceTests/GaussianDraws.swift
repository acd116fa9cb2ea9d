import Foundation
import Inference
import NumericalCore

/// Draws whose distribution is known.
enum Gaussian {
  /// Independent draws of one parameter x ~ N(mean, sd).
  static func draws(
    _ count: Int, seed: UInt64, mean: Double = 0, sd: Double = 1
  ) throws -> PosteriorDraws {
    var random = RandomStream(seed: seed, purpose: "posterior test").sequence()
    return try PosteriorDraws(
      names: ["x"],
      points: Matrix(
        rows: count, columns: 1, elements: (0..<count).map { _ in mean + sd * random.normal() }))
  }

  /// One chain x(t) = a x(t - 1) + √(1 - a²) noise with standard normal marginals; its mean is worth
  /// n (1 - a)/(1 + a) draws, which a series of any other function is told by its own correlation.
  static func chain(_ count: Int, a: Double, seed: UInt64) -> [Double] {
    var random = RandomStream(seed: seed, purpose: "posterior test chain").sequence()
    var x = random.normal()
    return (0..<count).map { _ in
      x = a * x + (1 - a * a).squareRoot() * random.normal()
      return x
    }
  }

  /// n / τ with Sokal's window.
  @Sendable static func effectiveSize(_ series: [Double]) -> Double {
    guard let rho = autocorrelation(series) else { return Double(series.count) }
    var tau = 1.0
    for t in 1..<rho.count {
      tau += 2 * rho[t]
      if Double(t) >= 5 * tau { break }
    }
    return Double(series.count) / tau
  }

  /// √ mean square.
  static func width(_ pulls: [Double]) -> Double {
    (pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)).squareRoot()
  }

  /// Standard deviation.
  static func scatter(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return width(values.map { $0 - mean })
  }
}
