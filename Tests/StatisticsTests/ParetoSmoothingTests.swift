import Foundation
import NumericalCore
import Statistics
import Testing

@Suite struct ParetoSmoothingTests {
  private struct Reference: Decodable {
    struct Case: Decodable {
      let logRatios: [Double?]
      let relativeEfficiency: Double
      let weights: [Double]
      let shape: Double?
    }

    let cases: [String: Case]
  }

  /// The numbers of arviz.psislw (Reference/pareto_smoothing.py).
  @Test func agreesWithArviZ() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/pareto_smoothing.json")
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    #expect(reference.cases.count == 9)
    for (name, expected) in reference.cases {
      let ratios = expected.logRatios.map { $0 ?? -.infinity }
      let found = try ParetoSmoothedWeights(
        logRatios: ratios, relativeEfficiency: expected.relativeEfficiency)
      // ArviZ gives infinity where it has too few tail points.
      #expect(agree(found.shape ?? -1, expected.shape ?? .infinity, 1e-8), "\(name)")
      let normalised = found.weights.map { $0 / Double(ratios.count) }
      #expect(agree(normalised, expected.weights, 1e-8), "\(name)")
    }
    // Both sides of the limit occur.
    let shapes = reference.cases.values.compactMap(\.shape)
    #expect(shapes.contains { $0 > 0.7 } && shapes.contains { $0 < 0.7 })
  }

  @Test func exactParetoTailIsFound() throws {
    var random = RandomStream(seed: 8, purpose: "Pareto test").sequence()
    for (shape, scale) in [(0.3, 2.0), (0.9, 0.5), (-0.2, 1)] {
      let points = (0..<20_000).map { _ in
        scale * (pow(random.uniform(), -shape) - 1) / shape
      }
      let fit = try #require(GeneralizedParetoFit(sorted: points.sorted()))
      #expect(abs(fit.shape - shape) < 4 * (1 + abs(shape)) / 20_000.0.squareRoot())
      #expect(abs(fit.scale / scale - 1) < 0.05)
      #expect(agree(fit.quantile(0.5), fit.scale * (pow(0.5, -fit.shape) - 1) / fit.shape, 1e-10))
    }
    #expect(GeneralizedParetoFit(sorted: [0.1, 0.2, 0.3, 0.4]) == nil)
  }

  @Test func equalWeightsNeedNoSmoothing() throws {
    let all = try ParetoSmoothedWeights(logRatios: Array(repeating: 3, count: 100))
    #expect(all.shape == nil && all.isReliable && all.weights.allSatisfy { $0 == 1 })
    // Half of the points excluded: weights 0 and 2.
    let half = try ParetoSmoothedWeights(
      logRatios: (0..<100).map { $0 % 2 == 0 ? 0 : -.infinity })
    #expect(half.isReliable && half.weights[0] == 2 && half.weights[1] == 0)
    #expect(half.effectiveCount == 50)
  }

  @Test func badInput() {
    #expect(throws: StatisticsError.emptySample) { try ParetoSmoothedWeights(logRatios: []) }
    #expect(throws: StatisticsError.zeroTotalWeight) {
      try ParetoSmoothedWeights(logRatios: [-.infinity, -.infinity])
    }
    for bad in [Double.nan, .infinity] {
      #expect(throws: StatisticsError.self) { try ParetoSmoothedWeights(logRatios: [0, bad]) }
    }
    for efficiency in [0, -1, Double.nan, .infinity] {
      #expect(throws: StatisticsError.self) {
        try ParetoSmoothedWeights(logRatios: [0, 1], relativeEfficiency: efficiency)
      }
    }
  }
}
