import Foundation
import NumericalCore
import Statistics
import Testing

@Suite struct HighestDensityIntervalTests {
  @Test func sortedMethodEqualsArviZ() throws {
    let reference = try ReferenceValues.read()
    let plain = try WeightedSample(reference.x)
    let unit = try WeightedSample(reference.x, weights: reference.x.map { _ in 1 })
    let weighted = try WeightedSample(reference.x, weights: reference.wx)
    for (text, ends) in reference.hdi {
      let p = try #require(Double(text))
      let found = try HighestDensityInterval.shortest(of: plain, probability: p)
      #expect([found.hull.lower, found.hull.upper] == ends)
      let same = try HighestDensityInterval.shortest(of: unit, probability: p)
      #expect(same.intervals == found.intervals)
    }
    for (text, ends) in reference.hdi_repeated {
      let p = try #require(Double(text))
      let found = try HighestDensityInterval.shortest(of: weighted, probability: p)
      #expect([found.hull.lower, found.hull.upper] == ends)
    }
  }

  @Test func boundariesAreFlagged() throws {
    let falling = try WeightedSample((1...1000).map { -Double.logarithm(Double($0) / 1001) })
    let upper = try HighestDensityInterval.shortest(of: falling, probability: 0.6827)
    #expect(upper.touchesLowerBoundary && !upper.touchesUpperBoundary)
    #expect(abs(upper.hull.upper - 1.1479) < 0.01)  // -ln(1 - 0.6827)
    let rising = try WeightedSample(falling.values.map { -$0 })
    let lower = try HighestDensityInterval.shortest(of: rising, probability: 0.6827)
    #expect(!lower.touchesLowerBoundary && lower.touchesUpperBoundary)
    let histogram = try HighestDensityInterval.densestBins(
      of: falling, probability: 0.6827, bins: 40)
    #expect(histogram.touchesLowerBoundary && !histogram.touchesUpperBoundary)
    #expect(histogram.hull.lower == falling.values[0])
  }

  @Test func twoMaximaGiveTwoIntervals() throws {
    let reference = try ReferenceValues.read()
    let found = try HighestDensityInterval.densestBins(
      of: WeightedSample(reference.bimodal), probability: 0.6827, bins: 20)
    #expect(found.intervals.count == 2)
    #expect(found.intervals[0].upper < -1.5 && found.intervals[1].lower > 0)
    #expect(try #require(found.binWidth) > 0.3)
  }

  /// The crossing bin is cut at its outer edge, in proportion to the excess.
  @Test func crossingBinIsCut() throws {
    // Contents 1, 3, 4, 2 in bins of width 1 (total 10).
    let values = [0.5, 1.5, 1.5, 1.5, 2.5, 2.5, 2.5, 2.5, 3.5, 3.5]
    let histogram = try Histogram1D(values, edges: [0, 1, 2, 3, 4])
    // 4 + 3 = 7, half of bin 1 would do for 5.5.
    let half = try HighestDensityInterval.densestBins(of: histogram, probability: 0.55)
    #expect(half.intervals == [Interval(lower: 1.5, upper: 3)])
    // 4 + 3 + 2 = 9, 8 needed: half of the bin at the right.
    let right = try HighestDensityInterval.densestBins(of: histogram, probability: 0.8)
    #expect(right.intervals == [Interval(lower: 1, upper: 3.5)])
    // One bin alone is cut on both sides.
    let alone = try HighestDensityInterval.densestBins(of: histogram, probability: 0.2)
    #expect(alone.intervals == [Interval(lower: 2.25, upper: 2.75)])
    // A crossing bin between two others is not cut.
    let valley = try Histogram1D([0.5, 0.5, 0.5, 1.5, 1.5, 2.5, 2.5, 2.5], edges: [0, 1, 2, 3])
    let whole = try HighestDensityInterval.densestBins(of: valley, probability: 0.9)
    #expect(whole.intervals == [Interval(lower: 0, upper: 3)])
  }

  /// Width over exact width, normal sample of 1e5 points: the edges are neither bin centres
  /// (0.89) nor uncut outer edges (1.06).
  @Test func widthOfANormalSample() throws {
    var random = RandomStream(seed: 11, purpose: "hdi width").sequence()
    let sample = try WeightedSample((0..<100_000).map { _ in random.normal() })
    let p = ConfidenceLevel.oneSigma.probability
    let sorted = try HighestDensityInterval.shortest(of: sample, probability: p)
    #expect(abs(sorted.width / 2 - 1) < 0.01)
    let binned = try HighestDensityInterval.densestBins(of: sample, probability: p, bins: 25)
    #expect(abs(binned.width / 2 - 1) < 0.02, "\(binned.width)")
    #expect(binned.intervals.count == 1)
  }

  @Test func fewPointsOutsideAreReported() throws {
    let sample = try WeightedSample((0..<1000).map { Double($0 * $0) })
    let three = try HighestDensityInterval.shortest(
      of: sample, probability: ConfidenceLevel.threeSigma.probability)
    #expect(!three.isResolved)
    #expect(
      try HighestDensityInterval.shortest(of: sample, probability: 0.9).isResolved)
    #expect(throws: StatisticsError.self) {
      try HighestDensityInterval.shortest(of: sample, probability: 1)
    }
  }

  /// Estimated errors of the ends against their true scatter over independent samples.
  @Test func endPointErrorsMatchTheScatter() throws {
    let stream = RandomStream(seed: 21, purpose: "hdi errors")
    let p = ConfidenceLevel.oneSigma.probability
    func draws(_ k: Int) -> [Double] {
      var random = stream.sequence(step: k)
      return (0..<4000).map { _ in random.normal() }
    }
    let ends = try (0..<300).map {
      try HighestDensityInterval.shortest(of: WeightedSample(draws($0)), probability: p).hull
    }
    let scatter = SampleSpread.standardDeviation(ends.map(\.lower))
    var bootstrap = 0.0
    var batches = 0.0
    for k in 0..<20 {
      let points = draws(1000 + k)
      let sample = try WeightedSample(points)
      let plain = try HighestDensityInterval.shortest(of: sample, probability: p)
      let first = try plain.withBootstrapErrors(from: sample, replicas: 100, seed: 7)
      bootstrap += try #require(first.hull.lowerError) / 20
      let pieces = try (0..<16).map {
        try WeightedSample(Array(points[$0 * 250..<($0 + 1) * 250]))
      }
      let second = try plain.withBatchErrors(from: pieces)
      batches += try #require(second.hull.upperError) / 20
      #expect(first.hull.lower == plain.hull.lower && second.hull.upper == plain.hull.upper)
      if k == 0 {
        #expect(
          try plain.withBootstrapErrors(from: sample, replicas: 100, seed: 7) == first)
        // Fewer effective points, larger errors.
        let fewer = try plain.withBootstrapErrors(
          from: sample, effectiveCount: 200, replicas: 100, seed: 7)
        #expect(try #require(fewer.hull.lowerError) > 1.7 * (try #require(first.hull.lowerError)))
      }
    }
    #expect(abs(bootstrap / scatter - 1) < 0.35)
    #expect(abs(batches / scatter - 1) < 0.35)
  }
}

enum SampleSpread {
  static func standardDeviation(_ x: [Double]) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    return (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)).squareRoot()
  }
}
