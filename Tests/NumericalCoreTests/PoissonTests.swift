import Foundation
import NumericalCore
import Testing

@Suite("Poisson numbers")
struct PoissonTests {
  private func draws(_ mean: Double, _ count: Int) -> [Double] {
    var random = RandomStream(seed: 5, purpose: "poisson").sequence(
      walker: Int(min(mean * 100, 1e9)))
    return (0..<count).map { _ in random.poisson(mean: mean) }
  }

  /// The probability of a χ² as large against the Poisson distribution of `mean`, in bins of at
  /// least 25 expected counts.
  private func probability(_ values: [Double], mean: Double) -> Double {
    let n = Double(values.count)
    var counts: [Double: Double] = [:]
    for value in values { counts[value, default: 0] += 1 }
    var (chi2, bins) = (0.0, 0.0)
    var (observed, expected, seen, total) = (0.0, 0.0, 0.0, 0.0)
    var k = 0.0
    while total < n - 25, k < mean + 50 * (mean + 1).squareRoot() {
      expected += n * exp(k * log(mean) - mean - SpecialFunctions.logGamma(k + 1))
      observed += counts[k] ?? 0
      k += 1
      guard expected >= 25 else { continue }
      chi2 += (observed - expected) * (observed - expected) / expected
      bins += 1
      (seen, total) = (seen + observed, total + expected)
      (observed, expected) = (0, 0)
    }
    // The rest of the upper tail.
    expected = n - total
    observed = n - seen
    if expected > 1 {
      chi2 += (observed - expected) * (observed - expected) / expected
      bins += 1
    }
    return SpecialFunctions.chiSquaredSurvival(chi2, degreesOfFreedom: max(1, bins - 1))
  }

  @Test(arguments: [0.05, 1, 4.5, 9.99, 10.01, 12, 30, 150, 2000])
  func distribution(mean: Double) {
    let values = draws(mean, 60_000)
    #expect(probability(values, mean: mean) > 1e-3)
    // Negative controls: a mean that is a few per cent of a standard deviation off, and numbers
    // shifted by one.
    let off = mean + 0.05 * mean.squareRoot()
    #expect(probability(values, mean: off) < 1e-4)
    #expect(probability(values.map { $0 + 1 }, mean: mean) < 1e-4 || mean > 1000)
  }

  @Test(arguments: [1e6, 2e11])
  func largeMeans(mean: Double) {
    let values = draws(mean, 40_000)
    let pulls = values.map { ($0 - mean) / mean.squareRoot() }
    let n = Double(pulls.count)
    let average = pulls.reduce(0, +) / n
    let variance = pulls.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(average) < 4 / n.squareRoot())
    #expect(abs(variance - 1) < 4 * (2 / n).squareRoot())
    let beyond = pulls.count { abs($0) > 2 }
    let expected = n * 2 * SpecialFunctions.normalSurvival(2)
    #expect(abs(Double(beyond) - expected) < 4 * expected.squareRoot())
    #expect(values.allSatisfy { $0 == $0.rounded() })
  }

  @Test func zeroMean() {
    #expect(draws(0, 100).allSatisfy { $0 == 0 })
  }
}
