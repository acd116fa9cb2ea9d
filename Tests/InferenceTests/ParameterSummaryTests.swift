import Foundation
import Inference
import Likelihoods
import NumericalCore
import Statistics
import Testing

@Suite struct ParameterSummaryTests {
  /// What a summary says of a standard normal distribution, and the exact values.
  private static let exact: [Double] = [0, 1, 0, -1, 1, -1, 1, 0]

  private func numbers(_ s: ParameterSummary) -> [Estimate] {
    let hull = s.shortest[0].hull
    let region = s.regions[0].intervals[0].interval
    return [
      s.mean, s.standardDeviation, s.quantiles[2].estimate,
      Estimate(value: hull.lower, error: hull.lowerError),
      Estimate(value: hull.upper, error: hull.upperError),
      Estimate(value: region.lower, error: region.lowerError),
      Estimate(value: region.upper, error: region.upperError), s.mode,
    ]
  }

  /// Mean stated error over measured scatter of repeated experiments, number by number.
  private func ratios(_ summaries: [ParameterSummary]) -> [Double] {
    let all = summaries.map(numbers)
    return Self.exact.indices.map { k in
      let stated = all.map { $0[k].error ?? 0 }.reduce(0, +) / Double(all.count)
      return stated / Gaussian.scatter(all.map { $0[k].value })
    }
  }

  private func summary(
    _ x: [Double], weights: [Double]? = nil, seed: UInt64,
    size: @escaping @Sendable ([Double]) -> Double = { Double($0.count) }
  ) throws -> ParameterSummary {
    let draws = try PosteriorDraws(
      names: ["x"], points: Matrix(rows: x.count, columns: 1, elements: x), weights: weights,
      effectiveSize: size)
    return try ParameterSummary(of: draws, "x", levels: [0.6826894921], seed: seed)
  }

  @Test func errorsAreTheScatterOfIndependentDraws() throws {
    let summaries = try (0..<100).map {
      try ParameterSummary(
        of: Gaussian.draws(1500, seed: UInt64($0)), "x", levels: [0.6826894921],
        seed: UInt64($0))
    }
    for (k, ratio) in ratios(summaries).enumerated() {
      // Ends of the shortest interval converge as n^(-1/3): the bootstrap is right within a third.
      let allowed = k == 3 || k == 4 ? 0.65...1.6 : 0.78...1.28
      #expect(allowed.contains(ratio), "number \(k): \(ratio)")
    }
    for (k, exact) in Self.exact.enumerated() {
      let mean = summaries.map { numbers($0)[k].value }.reduce(0, +) / 100
      #expect(abs(mean - exact) < 0.03, "number \(k): \(mean)")
    }
  }

  /// Correlated chains: right with the correlation of each series, too small without (negative
  /// control).
  @Test func errorsFollowTheCorrelation() throws {
    let chains = (0..<60).map { Gaussian.chain(4000, a: 0.7, seed: UInt64($0)) }
    let aware = try chains.enumerated().map {
      try summary($1, seed: UInt64($0), size: Gaussian.effectiveSize)
    }
    for (k, ratio) in ratios(aware).enumerated() {
      // The mode depends on the density nearby, where neighbours in the chain are less alike than
      // the effective size of the whole says: its error is on the safe side.
      let allowed = k == 3 || k == 4 ? 0.6...1.7 : (k == 7 ? 0.72...2 : 0.7...1.4)
      #expect(allowed.contains(ratio), "number \(k): \(ratio)")
    }
    let naive = try chains.prefix(25).enumerated().map { try summary($1, seed: UInt64($0)) }
    let wrong = ratios(naive)
    #expect(wrong[0] < 0.6 && wrong[2] < 0.65, "\(wrong)")
  }

  /// Draws of N(0, 1.3²) weighted to N(0, 1).
  @Test func errorsFollowTheWeights() throws {
    let summaries = try (0..<70).map { k in
      let x = try Gaussian.draws(2000, seed: UInt64(900 + k), sd: 1.3).points.elements
      let weights = x.map { exp(-0.5 * $0 * $0 * (1 - 1 / 1.69)) }
      return try summary(x, weights: weights, seed: UInt64(k))
    }
    for (k, ratio) in ratios(summaries).enumerated() {
      let allowed = k == 3 || k == 4 ? 0.6...1.7 : 0.72...1.35
      #expect(allowed.contains(ratio), "number \(k): \(ratio)")
    }
    for (k, exact) in Self.exact.enumerated() {
      let mean = summaries.map { numbers($0)[k].value }.reduce(0, +) / 70
      #expect(abs(mean - exact) < 0.03, "number \(k): \(mean)")
    }
  }

  @Test func equalWeightsChangeNothing() throws {
    let x = try Gaussian.draws(500, seed: 4).points.elements
    let plain = try summary(x, seed: 1)
    let weighted = try summary(x, weights: Array(repeating: 0.25, count: 500), seed: 1)
    for (a, b) in zip(numbers(plain), numbers(weighted)) {
      #expect(abs(a.value - b.value) < 1e-12)
      #expect(abs((a.error ?? 0) - (b.error ?? 1)) < 1e-12)
    }
    // A draw of weight zero is not there.
    let padded = try summary(x + [99], weights: x.map { _ in 1 } + [0], seed: 1)
    #expect(padded.mean.value == plain.mean.value)
    #expect(padded.shortest[0].hull.upper == plain.shortest[0].hull.upper)
  }

  @Test func twoMaximaHaveTheirProbabilities() throws {
    var random = RandomStream(seed: 3, purpose: "posterior test").sequence()
    // A third at -4, two thirds at 4.
    let x = (0..<30_000).map { _ in (random.uniform() < 1.0 / 3 ? -4 : 4) + 0.5 * random.normal() }
    let region = try summary(x, seed: 2).regions[0]
    #expect(region.intervals.count == 2 && region.stability == 1)
    // Densities 1 : 2; the level L has z1² = z2² - 2 ln 2 and P = Σ share (2 Φ(z) - 1) = 0.6827.
    func inside(_ z: Double) -> Double { SpecialFunctions.erf(z / 2.0.squareRoot()) }
    var (low, high) = ((2 * log(2.0)).squareRoot(), 4.0)
    for _ in 0..<60 {
      let z = 0.5 * (low + high)
      let lesser = max(0, z * z - 2 * log(2)).squareRoot()
      if inside(z) * 2 / 3 + inside(lesser) / 3 < 0.6826894921 { low = z } else { high = z }
    }
    let z = [(low * low - 2 * log(2)).squareRoot(), low]
    let shares = [inside(z[0]) / 3, inside(z[1]) * 2 / 3]
    for k in 0..<2 {
      let part = region.intervals[k]
      let centre = k == 0 ? -4.0 : 4
      #expect(
        abs(part.interval.lower - (centre - 0.5 * z[k])) < 4 * (part.interval.lowerError ?? 0))
      #expect(
        abs(part.interval.upper - (centre + 0.5 * z[k])) < 4 * (part.interval.upperError ?? 0))
      #expect(abs(part.probability.value - shares[k]) < 0.015)
    }
    #expect(abs(region.enclosed - 0.6827) < 0.006)
  }

  @Test func aParameterThatDoesNotVary() throws {
    let result = try summary(Array(repeating: 2.5, count: 50), seed: 1)
    #expect(result.mean.value == 2.5 && result.mean.error == 0)
    #expect(result.standardDeviation.value == 0 && result.mode.value == 2.5)
    #expect(result.regions[0].intervals[0].interval.width == 0)
  }

  @Test func jointRegionsEncloseTheirProbability() throws {
    var random = RandomStream(seed: 6, purpose: "posterior test").sequence()
    let n = 60_000
    var elements: [Double] = []
    for _ in 0..<n {
      let (a, b) = (random.normal(), random.normal())
      elements += [a, 0.8 * a + 0.6 * b]
    }
    let draws = try PosteriorDraws(
      names: ["x", "y"], points: Matrix(rows: n, columns: 2, elements: elements))
    let regions = try JointRegion.regions(of: draws, "x", "y", probabilities: [0.6827, 0.9545])
    for region in regions {
      #expect(abs(region.enclosed.value - region.probability) < 0.01)
      #expect((region.enclosed.error ?? 1) < 0.003)
      // Area of the ellipse: π √(1 - ρ²) χ², χ² = -2 ln(1 - p).
      var area = 0.0
      for contour in region.contours {
        for (a, b) in zip(contour, contour.dropFirst() + contour.prefix(1)) {
          area += 0.5 * (a.x * b.y - b.x * a.y)
        }
      }
      let expected = Double.pi * 0.6 * -2 * log(1 - region.probability)
      #expect(abs(area / expected - 1) < 0.04, "\(area) \(expected)")
    }
    #expect(throws: ParameterError.self) {
      try JointRegion.regions(of: draws, "x", "z", probabilities: [0.5])
    }
  }

  @Test func badDraws() {
    func make(_ rows: [[Double]], _ names: [String], _ weights: [Double]? = nil) throws {
      _ = try PosteriorDraws(
        names: names, points: Matrix(rows: rows, columns: 1), weights: weights)
    }
    #expect(throws: PosteriorError.count(what: "parameter names", expected: 1, found: 2)) {
      try make([[1], [2]], ["a", "b"])
    }
    #expect(throws: PosteriorError.tooFewDraws(found: 1, needed: 2)) { try make([[1]], ["a"]) }
    #expect(throws: PosteriorError.self) { try make([[1], [.nan]], ["a"]) }
    #expect(throws: PosteriorError.count(what: "weights", expected: 2, found: 1)) {
      try make([[1], [2]], ["a"], [1])
    }
    #expect(throws: PosteriorError.invalidWeight(draw: 1, value: -1)) {
      try make([[1], [2]], ["a"], [1, -1])
    }
    #expect(throws: PosteriorError.noWeight) { try make([[1], [2]], ["a"], [0, 0]) }
  }
}
