import Foundation
import Inference
import NumericalCore
import Statistics
import Testing

@Suite("Statistics of pseudo-experiments") struct PseudoExperimentStatisticsTests {
  /// scipy.stats.binomtest(k, n).proportion_ci(0.6826894921370859, 'wilson'), SciPy 1.17.1.
  @Test(
    "Wilson's interval",
    arguments: [
      (8, 10, 0.6490775408296777, 0.8963770046248677), (0, 20, 0.0, 0.047619047619047616),
      (20, 20, 0.9523809523809523, 1.0), (1365, 2000, 0.6720020167115979, 0.6928155744928),
    ])
  func wilson(_ k: Int, _ n: Int, _ lower: Double, _ upper: Double) {
    let proportion = Proportion(k, of: n)
    #expect(abs(proportion.lower - lower) < 1e-9 && abs(proportion.upper - upper) < 1e-9)
    #expect(abs(proportion.error - 0.5 * (upper - lower)) < 1e-9)
  }

  @Test("the error of a quantile is its scatter") func quantileErrors() {
    let stream = RandomStream(seed: 2, purpose: "quantiles")
    var (values, errors): ([Double], [Double]) = ([], [])
    for k in 0..<400 {
      var random = stream.sequence(step: k)
      let sorted = SortedStatistic(
        (0..<1000).map { _ in
          let x = random.normal()
          return x * x
        })
      let quantile = sorted.quantile(0.9545)
      values.append(quantile.value)
      errors.append(quantile.error ?? 0)
    }
    let mean = values.reduce(0, +) / 400
    let scatter = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399).squareRoot()
    #expect(abs(mean - 4) < 0.05)
    #expect(abs(errors.reduce(0, +) / 400 / scatter - 1) < 0.15)
  }

  @Test("proportions count ties on both sides") func ties() {
    let sorted = SortedStatistic([3, 1, 2, 2 + 1e-9, 0, .infinity])
    #expect(sorted.proportion(atMost: 2).successes == 4)
    #expect(sorted.proportion(atLeast: 2).successes == 4)
    #expect(sorted.proportion(atLeast: .infinity).successes == 1)
    #expect(abs(sorted.quantile(0.5).value - 2) < 1e-8 && sorted.quantile(1).error == nil)
  }

  /// t = (μ - 0.3)²/0.04 has the interval 0.3 ± 0.2 √c whatever the grid.
  @Test(
    "intervals by interpolation are exact for a parabola",
    arguments: [[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], [0, 1], [-1, 0.29, 0.31, 2]])
  func parabola(_ values: [Double]) throws {
    let critical = values.map { _ in Estimate(value: 1.21, error: 0.1) }
    let interval = NeymanInterval(
      probability: 0.7, values: values, t: values.map { ($0 - 0.3) * ($0 - 0.3) / 0.04 },
      best: 0.3, critical: critical)
    #expect(interval.ranges.count == 1)
    let range = try #require(interval.ranges.first)
    let (lower, upper) = (try #require(range.lower), try #require(range.upper))
    #expect(abs(lower.value - 0.08) < 1e-12 && abs(upper.value - 0.52) < 1e-12)
    // σ(√c) = 0.1 / 2.2, times dμ/d√t = 0.2, less where two values share the error.
    let largest = 0.2 * 0.1 / 2.2
    for error in [lower.error, upper.error] {
      let error = try #require(error)
      #expect(error <= largest + 1e-12 && error > 0.7 * largest)
    }
  }

  @Test("an interval ends where the critical value crosses t; open where the values end")
  func movingCriticalValue() throws {
    // √t = 2 |μ|, √c = 1 + μ: the upper end is at μ = 1; the lower at -1/3, beyond the values.
    let values = [-0.2, 0.5, 1.5]
    let interval = NeymanInterval(
      probability: 0.9, values: values, t: values.map { 4 * $0 * $0 }, best: 0,
      critical: values.map { Estimate(value: (1 + $0) * (1 + $0), error: nil) })
    #expect(interval.ranges.count == 1)
    #expect(interval.ranges[0].lower == nil)
    #expect(abs(try #require(interval.ranges[0].upper).value - 1) < 1e-12)
    let none = NeymanInterval(
      probability: 0.9, values: [2, 3], t: [9, 16], best: 0,
      critical: [2, 3].map { _ in Estimate(value: 1, error: 0) })
    #expect(none.ranges.isEmpty)
  }

  @Test("statistics of one toy") func statistics() {
    func toy(_ best: Double, zero: Double? = nil) -> PseudoExperiment {
      PseudoExperiment(toy: 0, best: best, free: -1, tested: -3, zero: zero)
    }
    #expect(toy(0.4).value(of: .t, at: 1) == 4 && toy(0.4).value(of: .q, at: 1) == 4)
    #expect(toy(1.4).value(of: .q, at: 1) == 0 && toy(1.4).value(of: .t, at: 1) == 4)
    #expect(toy(-0.4, zero: -2).value(of: .qtilde, at: 1) == 2)
    #expect(toy(-0.4, zero: -2).value(of: .q, at: 1) == 4)
    #expect(toy(-0.4).value(of: .q0, at: 0) == 0 && toy(0.4).value(of: .q0, at: 0) == 4)
    let undefined = PseudoExperiment(toy: 0, best: 0, free: -1, tested: -.infinity)
    #expect(undefined.value(of: .t, at: 1) == .infinity)
  }
}
