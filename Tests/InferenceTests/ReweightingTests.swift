import Foundation
import Inference
import Likelihoods
import NumericalCore
import Statistics
import Testing

@Suite struct ReweightingTests {
  private static let old = ["x": ParameterPrior.normal(mean: 0, standardDeviation: 2)]

  /// Likelihood N(x | 1, 1), prior N(0, 2): the posterior is N(0.8, √0.8).
  private func posterior(_ seed: UInt64, _ count: Int = 4000) throws -> PosteriorDraws {
    try Gaussian.draws(count, seed: seed, mean: 0.8, sd: 0.8.squareRoot())
  }

  /// Prior N(0.5, 1): precision 2, mean (1 + 0.5)/2.
  @Test func exactMomentsOfAnotherNormalPrior() throws {
    let new = ["x": ParameterPrior.normal(mean: 0.5, standardDeviation: 1)]
    var (means, deviations): ([Double], [Double]) = ([], [])
    for seed in 0..<60 {
      let result = try Reweighting(posterior(UInt64(seed)), from: Self.old, to: new)
      #expect(result.isReliable && result.notes.isEmpty)
      #expect(result.effectiveSize > 2000 && result.effectiveSize <= 4000)
      let summary = try ParameterSummary(of: result.draws, "x", levels: [0.6827])
      means.append((summary.mean.value - 0.75) / (summary.mean.error ?? 0))
      deviations.append(
        (summary.standardDeviation.value - 0.5.squareRoot())
          / (summary.standardDeviation.error ?? 0))
    }
    for pulls in [means, deviations] {
      #expect(abs(pulls.reduce(0, +) / 60) < 0.5)
      #expect((0.75...1.3).contains(Gaussian.width(pulls)), "\(Gaussian.width(pulls))")
    }
    // Negative control: the draws as they are have another mean.
    let unweighted = try ParameterSummary(of: posterior(1), "x", levels: [0.6827])
    #expect(abs(unweighted.mean.value - 0.75) > 2 * (unweighted.mean.error ?? 0))
  }

  /// A prior six standard deviations away cannot be reached, and k̂ says so.
  @Test func farPriorIsNotReliable() throws {
    let far = ["x": ParameterPrior.normal(mean: 7, standardDeviation: 0.5)]
    let result = try Reweighting(posterior(3), from: Self.old, to: far)
    #expect(!result.isReliable)
    #expect((result.smoothing.shape ?? 0) > 0.7)
    #expect(result.effectiveSize < 100)
  }

  @Test func theSamePriorChangesNothing() throws {
    let draws = try posterior(4)
    let result = try Reweighting(draws, from: Self.old, to: Self.old)
    #expect(result.isReliable && result.smoothing.shape == nil)
    #expect(result.draws.weights?.allSatisfy { $0 == 1 } == true)
  }

  @Test func boundsThatNarrowExcludeDrawsAndThoseThatWidenAreNoted() throws {
    let uniform = ParameterPrior.uniform(lower: -1, upper: 5, logDensity: -log(5))
    let x = (0..<1000).map { -1 + 6 * (Double($0) + 0.5) / 1000 }
    let draws = try PosteriorDraws(
      names: ["x"], points: Matrix(rows: 1000, columns: 1, elements: x))
    let narrow = try Reweighting(
      draws, from: ["x": uniform], to: ["x": .normalizedUniform(lower: 0, upper: 5)])
    #expect(narrow.isReliable && narrow.notes.isEmpty)
    #expect(zip(x, narrow.draws.weights ?? []).allSatisfy { ($0 < 0) == ($1 == 0) })
    let wide = try Reweighting(
      draws, from: ["x": uniform], to: ["x": .normal(mean: 0, standardDeviation: 1)])
    #expect(wide.notes.count == 1 && wide.notes[0].contains("[-1.0, 5.0]"))
  }

  /// Weights that the draws have already are multiplied.
  @Test func weightsMultiply() throws {
    let draws = try posterior(5)
    let x = draws.points.elements
    let halved = try draws.weighted(by: x.map { $0 > 0.8 ? 1 : 0.5 })
    let new = ["x": ParameterPrior.normal(mean: 0, standardDeviation: 1.8)]
    let both = try Reweighting(halved, from: Self.old, to: new).draws.weights ?? []
    let one = try Reweighting(draws, from: Self.old, to: new).draws.weights ?? []
    let ratio = zip(both, one).map { $0 / $1 }
    let (i, j) = (x.firstIndex { $0 > 0.9 && $0 < 1 }, x.firstIndex { $0 < 0.7 && $0 > 0.6 })
    #expect(abs(ratio[try #require(i)] / ratio[try #require(j)] - 2) < 1e-9)
  }

  @Test func badInput() throws {
    let draws = try posterior(6)
    let new = ["x": ParameterPrior.normal(mean: 0, standardDeviation: 1)]
    #expect(throws: PosteriorError.self) { try Reweighting(draws, from: [:], to: new) }
    #expect(throws: ParameterError.self) {
      try Reweighting(draws, from: Self.old, to: ["y": .normal(mean: 0, standardDeviation: 1)])
    }
    // Draws outside the prior that they are said to come from.
    #expect(throws: PosteriorError.self) {
      try Reweighting(
        draws, from: ["x": .uniform(lower: 0, upper: 1, logDensity: 0)], to: new)
    }
    #expect(throws: PosteriorError.disjointPrior(parameters: ["x"])) {
      try Reweighting(
        draws, from: Self.old, to: ["x": .uniform(lower: 50, upper: 60, logDensity: 0)])
    }
  }
}
