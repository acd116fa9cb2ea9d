import Foundation
import NumericalCore
import Statistics
import Testing

@Suite struct SmoothedDensityTests {
  private func draws(
    _ count: Int, seed: UInt64, _ transform: (inout RandomSequence) -> Double
  ) -> [Double] {
    var random = RandomStream(seed: seed, purpose: "density test").sequence()
    return (0..<count).map { _ in transform(&random) }
  }

  /// Two normal distributions at ±3 of width 0.5: each level splits between the two.
  private static func twoModes(_ random: inout RandomSequence) -> Double {
    let side = random.uniform() < 0.5 ? -3.0 : 3
    return side + 0.5 * random.normal()
  }

  @Test func normalDensity() throws {
    let sample = try WeightedSample(draws(50_000, seed: 1) { $0.normal() })
    let density = try SmoothedDensity(of: sample)
    #expect(abs(density.values.reduce(0, +) * density.binWidth - 1) < 1e-12)
    // Silverman's bandwidth is the best for a normal density; the data-driven one is near it.
    let best = 1.06 * pow(50_000, -0.2)
    #expect((0.7 * best...1.001 * 1.01 * best).contains(density.bandwidth))
    #expect(abs(density.smoothedForMode.mode) < 0.1)
    let region = try HighestDensityInterval.regions(
      of: density, probability: ConfidenceLevel.oneSigma.probability)
    #expect(region.intervals.count == 1 && abs(region.width / 2 - 1) < 0.02)
  }

  @Test func weightsShiftTheDensity() throws {
    // exp(x - ½) turns N(0, 1) into N(1, 1).
    let values = draws(100_000, seed: 2) { $0.normal() }
    let sample = try WeightedSample(values, weights: values.map { exp($0 - 0.5) })
    let density = try SmoothedDensity(of: sample)
    #expect(abs(density.smoothedForMode.mode - 1) < 0.15)
    let region = try HighestDensityInterval.regions(of: density, probability: 0.5)
    #expect(abs(region.hull.lower - (1 - 0.6745)) < 0.06)
    #expect(abs(region.hull.upper - (1 + 0.6745)) < 0.06)
  }

  @Test func twoMaximaGiveTwoIntervals() throws {
    let sample = try WeightedSample(draws(20_000, seed: 3, Self.twoModes))
    let density = try SmoothedDensity(of: sample)
    // The bandwidth is that of one maximum, not of the distance between them.
    #expect(density.bandwidth < 0.15)
    let region = try HighestDensityInterval.regions(
      of: density, probability: ConfidenceLevel.oneSigma.probability)
    #expect(region.intervals.count == 2)
    for (interval, centre) in zip(region.intervals, [-3.0, 3]) {
      #expect(abs(interval.lower - (centre - 0.5)) < 0.06)
      #expect(abs(interval.upper - (centre + 0.5)) < 0.06)
    }
    let (_, share) = try region.withErrors(from: density.replicas(50, seed: 1))
    #expect(share == 1)
  }

  @Test func densityAtAHardBoundaryDoesNotFade() throws {
    let sample = try WeightedSample(draws(50_000, seed: 4) { abs($0.normal()) })
    let density = try SmoothedDensity(of: sample)
    #expect(abs(density.values[0] / (2 * SpecialFunctions.normalDensity(0)) - 1) < 0.06)
    let region = try HighestDensityInterval.regions(
      of: density, probability: ConfidenceLevel.oneSigma.probability)
    #expect(region.touchesLowerBoundary && !region.touchesUpperBoundary)
    #expect(region.intervals.count == 1 && abs(region.hull.upper - 1) < 0.02)
  }

  /// The errors are the scatter of repeated experiments within a quarter; half as many points give
  /// errors too large for the full sample (negative control).
  @Test func errorsAreTheScatterOfRepetitions() throws {
    let (n, repetitions) = (3000, 70)
    var ends: [[Double]] = []
    var modes: [Double] = []
    var errors: [Double] = []
    var modeErrors: [Double] = []
    var inflated: [Double] = []
    for k in 0..<repetitions {
      let sample = try WeightedSample(draws(n, seed: UInt64(50 + k), Self.twoModes))
      let density = try SmoothedDensity(of: sample)
      let region = try HighestDensityInterval.regions(of: density, probability: 0.6827)
      let (found, _) = try region.withErrors(from: density.replicas(60, seed: UInt64(k)))
      guard found.intervals.count == 2 else { continue }
      ends.append(found.intervals.flatMap { [$0.lower, $0.upper] })
      errors += found.intervals.flatMap { [$0.lowerError ?? 0, $0.upperError ?? 0] }
      let fewer = try SmoothedDensity(of: sample, effectiveCount: Double(n) / 4)
      inflated += try HighestDensityInterval.regions(of: fewer, probability: 0.6827)
        .withErrors(from: fewer.replicas(60, seed: UInt64(k))).region.intervals
        .flatMap { [$0.lowerError ?? 0, $0.upperError ?? 0] }
      let half = try WeightedSample(draws(n, seed: UInt64(500 + k)) { $0.normal() })
      let one = try SmoothedDensity(of: half).smoothedForMode
      modes.append(one.mode)
      modeErrors.append(scatter(one.replicas(60, seed: UInt64(k)).map(\.mode)))
    }
    #expect(ends.count > 60)
    let ratios = (0..<4).map { j in scatter(ends.map { $0[j] }) }
    let measured = ratios.reduce(0, +) / 4
    let stated = errors.reduce(0, +) / Double(errors.count)
    #expect((0.75...1.33).contains(stated / measured), "\(stated / measured)")
    let mode = modeErrors.reduce(0, +) / Double(modeErrors.count) / scatter(modes)
    #expect((0.75...1.33).contains(mode), "\(mode)")
    let wrong = inflated.reduce(0, +) / Double(inflated.count)
    #expect(!(0.75...1.33).contains(wrong / measured), "\(wrong / measured)")
  }

  private func scatter(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }

  @Test func badInput() throws {
    let constant = try WeightedSample([1, 1, 1])
    #expect(throws: StatisticsError.self) { try SmoothedDensity(of: constant) }
    let infinite = try WeightedSample([0, 1, .infinity])
    #expect(throws: StatisticsError.self) { try SmoothedDensity(of: infinite) }
    let density = try SmoothedDensity(of: WeightedSample([0, 1, 2, 4]))
    for p in [0, 1, -1, Double.nan] {
      #expect(throws: StatisticsError.self) {
        try HighestDensityInterval.regions(of: density, probability: p)
      }
    }
  }
}
