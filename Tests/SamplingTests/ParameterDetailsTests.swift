import Foundation
import NumericalCore
import TestSupport
import Testing

@testable import Sampling

@Suite struct ParameterDetailsTests {
  /// Every number is that of the single diagnostic.
  @Test func independentChains() throws {
    let matrices = ConvergenceSummaryTests.normals(chains: 6, draws: 400, columns: 1, shift: 0.2)
    let draws = try ChainDraws(matrices, column: 0)
    let found = ParameterDetails("x", draws, ensembles: nil)
    for quantile in found.quantiles {
      let error = try MonteCarloStandardError.quantile(draws, quantile.probability)
      #expect(quantile.error == error)
      let below = draws.values.count { $0 <= quantile.value }
      #expect(abs(Double(below) / 2400 - quantile.probability) < 1e-3)
    }
    let time = try #require(found.goodmanWeareTime)
    let expected = try #require(IntegratedAutocorrelationTime(draws, method: .goodmanWeare))
    #expect(abs(time.windowedSum - expected.windowedSum) < 1e-12)
    let score = try #require(found.gewekeScores.first ?? nil)
    #expect(found.gewekeScores.count == 1 && abs(score) < 4)
    #expect(found.scaleReduction.map(\.steps).first == 100)
    let last = try #require(found.scaleReduction.last)
    let all = try #require(try BrooksGelman(draws))
    #expect(last.steps == 400 && last.factor == all.corrected)
    #expect(last.pooledWidth == all.pooledVariance.squareRoot())
    #expect(last.withinWidth == all.withinVariance.squareRoot())
    let early = try #require(found.scaleReduction.first)
    let start = try ChainDraws(
      matrices.map { Matrix(rows: 100, columns: 1, elements: Array($0.elements.prefix(100))) },
      column: 0)
    #expect(early.factor == (try BrooksGelman(start))?.corrected)
  }

  /// Walkers of one ensemble are never taken for independent chains, and a shift of the whole
  /// ensemble in its first tenth is seen.
  @Test func ensembles() throws {
    var matrices = ConvergenceSummaryTests.normals(chains: 8, draws: 400, columns: 1)
    for walker in 4..<8 { for t in 0..<40 { matrices[walker][t, 0] += 1 } }
    let draws = try ChainDraws(matrices, column: 0)
    let two = ParameterDetails("x", draws, ensembles: 2)
    let scores = two.gewekeScores.compactMap { $0 }
    #expect(scores.count == 2 && abs(scores[0]) < 4 && scores[1] > 8, "\(scores)")
    let flat = try ChainDraws([
      matrices[0..<4].flatMap(\.elements), matrices[4..<8].flatMap(\.elements),
    ])
    #expect(two.scaleReduction.last?.factor == (try BrooksGelman(flat))?.corrected)
    #expect(ParameterDetails("x", draws, ensembles: 1).scaleReduction.isEmpty)
  }

  @Test func stuck() throws {
    let draws = try ChainDraws([[Double]](repeating: [Double](repeating: 0.1, count: 50), count: 3))
    let found = ParameterDetails("x", draws, ensembles: nil)
    #expect(found.quantiles.allSatisfy { $0.value == 0.1 && $0.error == nil })
    #expect(found.goodmanWeareTime == nil && found.scaleReduction.isEmpty)
    #expect(found.gewekeScores == [nil])
  }

  /// In memory and from the file, all columns at once or one at a time.
  @Test func chainsAndTheirFile() throws {
    try withTemporaryFolder { folder in
      let chains = try HamiltonianSampler(
        chains: 16, drawsPerChain: 60, warmUpSteps: 60
      ).sample(AutoregressiveGaussian(4, correlation: 0.5))
      let url = folder.appending(path: "chains.h5")
      try chains.write(to: url)
      let details = try chains.details()
      #expect(details.parameters.map(\.name) == chains.names + [Chains.logDensityName])
      #expect(try #require(details.energyFraction) > 0.3)
      #expect(details.drift == nil)
      let file = try ChainFile(reading: url)
      #expect(try file.details().parameters == details.parameters)
      let single = try chains.source.details([chains.names[2]], steps: 60, memory: 1)
      #expect(single == [details.parameters[2]])
      #expect(throws: SamplingError.self) { try file.details(of: ["nu"]) }
    }
  }
}
