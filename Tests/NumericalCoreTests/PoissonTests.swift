import Foundation
import NumericalCore
import Testing

@Suite struct PoissonTests {
  private static let draws = 40_000

  /// The p value of Pearson's χ² of draws against the Poisson probabilities of `expected`, with
  /// bins of at least 20 expected draws.
  private func pValue(drawing mean: Double, expected: Double, seed: UInt64) -> Double {
    var random = RandomStream(seed: seed, purpose: "Poisson test").sequence()
    var counts: [Int: Int] = [:]
    for _ in 0..<Self.draws { counts[Int(random.poisson(mean)), default: 0] += 1 }
    let n = Double(Self.draws)
    var (chiSquared, bins) = (0.0, 0)
    var (found, wanted, covered) = (0.0, 0.0, 0.0)
    for k in 0...Int(expected + 12 * expected.squareRoot() + 20) {
      found += Double(counts[k] ?? 0)
      wanted += n * exp(Double(k) * log(expected) - expected - lgamma(Double(k + 1)))
      guard wanted >= 20, n - covered - wanted >= 20 else { continue }
      chiSquared += (found - wanted) * (found - wanted) / wanted
      covered += wanted
      bins += 1
      (found, wanted) = (0, 0)
    }
    let rest = n - covered
    chiSquared += (found - rest) * (found - rest) / rest
    return SpecialFunctions.chiSquaredSurvival(chiSquared, degreesOfFreedom: Double(bins))
  }

  @Test(arguments: [0.2, 3.7, 9.99, 10, 23.4, 150, 4000])
  func probabilities(mean: Double) {
    let p = pValue(drawing: mean, expected: mean, seed: 11)
    #expect(p > 1e-3, "p = \(p)")
    // Negative control: a mean that is off by four of its errors with these draws.
    let shifted = mean + 8 * (mean / Double(Self.draws)).squareRoot()
    #expect(pValue(drawing: mean, expected: shifted, seed: 11) < 1e-3)
  }

  @Test func momentsOfLargeMeans() {
    var random = RandomStream(seed: 3, purpose: "Poisson test").sequence()
    for mean in [1e6, 1e12] {
      let pulls = (0..<20_000).map { _ in (random.poisson(mean) - mean) / mean.squareRoot() }
      let average = pulls.reduce(0, +) / 20_000
      let variance = pulls.reduce(0) { $0 + $1 * $1 } / 20_000
      #expect(abs(average) < 4 / 20_000.0.squareRoot())
      #expect(abs(variance - 1) < 4 * (2 / 20_000.0).squareRoot())
    }
  }

  @Test func zeroMeanAndReproducibility() {
    var a = RandomStream(seed: 1, purpose: "Poisson test").sequence()
    var b = RandomStream(seed: 1, purpose: "Poisson test").sequence()
    for mean in [0, 1.0, 5, 40, 1e5] { #expect(a.poisson(mean) == b.poisson(mean)) }
    #expect(a.poisson(0) == 0)
  }
}
