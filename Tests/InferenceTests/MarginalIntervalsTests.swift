import Foundation
import Inference
import NumericalCore
import Statistics
import Testing

private func normalDraws(_ count: Int, seed: UInt64, mean: Double = 0) -> [Double] {
  var random = RandomStream(seed: seed, purpose: "marginal intervals").sequence()
  return (0..<count).map { _ in mean + random.normal() }
}

@Suite struct MarginalIntervalsTests {
  @Test func levelsAreOneTwoThreeStandardDeviations() {
    let expected = [0.6826894921370859, 0.9544997361036416, 0.9973002039367398]
    for (a, b) in zip(MarginalIntervals.levels, expected) { #expect(abs(a - b) < 1e-14) }
  }

  @Test func normalSample() throws {
    let n = 40_000
    let result = try MarginalIntervals(
      of: normalDraws(n, seed: 5, mean: 1), effectiveCount: Double(n), above: 1)
    #expect(abs(result.mean - 1) < 4 / Double(n).squareRoot())
    #expect(abs(result.standardDeviation - 1) < 3 / Double(n).squareRoot())
    for (k, interval) in result.intervals.enumerated() {
      let sigma = Double(k + 1)
      let hull = interval.hull
      let (low, high) = (try #require(hull.lowerError), try #require(hull.upperError))
      #expect(low > 0 && low < 0.2 && high > 0 && high < 0.2)
      #expect(abs(hull.lower - (1 - sigma)) < 4 * low)
      #expect(abs(hull.upper - (1 + sigma)) < 4 * high)
    }
    // Above its centre a normal sample is half-normal, with the same three limits.
    for (k, limit) in result.upperLimits.enumerated() {
      #expect(abs(limit.value - Double(k + 2)) < 4 * limit.error)
      #expect(limit.error < 0.1)
    }
  }

  /// Over many samples the errors are the scatter: of the limits within the error of that
  /// statement, of the ends of the intervals within a factor of two.
  @Test func errorsAreTheScatterOfRepetitions() throws {
    let (n, repetitions) = (2000, 80)
    var limitPulls: [Double] = []
    var endPulls: [Double] = []
    for repetition in 0..<repetitions {
      let draws = normalDraws(n, seed: UInt64(100 + repetition))
      let result = try MarginalIntervals(
        of: draws, effectiveCount: Double(n), seed: UInt64(repetition))
      limitPulls += result.upperLimits.prefix(2).enumerated().map {
        ($1.value - Double($0 + 1)) / $1.error
      }
      let hull = result.intervals[0].hull
      endPulls.append((hull.lower + 1) / (hull.lowerError ?? 0))
      endPulls.append((hull.upper - 1) / (hull.upperError ?? 0))
    }
    func width(_ pulls: [Double]) -> Double {
      (pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)).squareRoot()
    }
    #expect((0.8...1.25).contains(width(limitPulls)), "\(width(limitPulls))")
    #expect((0.5...2).contains(width(endPulls)), "\(width(endPulls))")
  }

  /// Correlated draws are worth less: four times fewer effective draws, errors twice as large.
  @Test func errorsFollowTheEffectiveCount() throws {
    let draws = normalDraws(20_000, seed: 9)
    let full = try MarginalIntervals(of: draws, effectiveCount: 20_000)
    let quarter = try MarginalIntervals(of: draws, effectiveCount: 5000)
    let ratio = quarter.upperLimits[0].error / full.upperLimits[0].error
    #expect((1.7...2.3).contains(ratio))
    #expect(full.upperLimits[0].value == quarter.upperLimits[0].value)
  }

  @Test func sameSeedSameErrors() throws {
    let draws = normalDraws(3000, seed: 2)
    let a = try MarginalIntervals(of: draws, effectiveCount: 3000, seed: 7)
    let b = try MarginalIntervals(of: draws, effectiveCount: 3000, seed: 7)
    #expect(a.intervals == b.intervals && a.upperLimits == b.upperLimits)
  }

  @Test func noLimitsWithoutDrawsAbove() throws {
    let result = try MarginalIntervals(
      of: normalDraws(500, seed: 3), effectiveCount: 500, above: 100)
    #expect(result.upperLimits.isEmpty && result.intervals.count == 3)
  }

  @Test func badInput() {
    #expect(throws: StatisticsError.emptySample) {
      try MarginalIntervals(of: [], effectiveCount: 100)
    }
    #expect(throws: StatisticsError.notANumber(index: 1)) {
      try MarginalIntervals(of: [1, .nan, 2], effectiveCount: 100)
    }
    #expect(throws: StatisticsError.self) {
      try MarginalIntervals(of: [1, 2, 3], effectiveCount: 0)
    }
  }
}
