import Foundation
import Likelihoods
import NumericalCore
import Sampling
import TestSupport
import Testing

/// Real posteriors against the reference draws of Stan in posteriordb.
@Suite struct PosteriorDatabaseTests {
  private static let folder = "data/samplers/posteriordb_"
  private static let isThere = sharedFile(folder + "arK-arK.json") != nil

  private func file(_ name: String) throws -> PosteriorFile {
    try PosteriorFile(reading: try #require(sharedFile(Self.folder + name + ".json")))
  }

  private func check(
    _ density: some DifferentiableLogDensity, _ file: PosteriorFile,
    derived: (Matrix<Double>) -> Matrix<Double> = { $0 }
  ) throws {
    var chains = try NoUTurnSampler(
      chains: 16, drawsPerChain: 1200, warmUpSteps: 500, targetAcceptance: 0.95, seed: 5
    ).sample(density)
    chains = Chains(
      names: file.parameters, walkers: chains.walkers, ensembles: nil,
      positions: derived(chains.positions), logDensities: chains.logDensities,
      acceptance: chains.acceptance, divergences: chains.divergences)
    // The neck of the eight schools is narrow: less than one transition in a thousand may diverge.
    #expect(chains.divergences * 1000 < chains.positions.rows)
    let summary = try chains.convergence()
    #expect(summary.isConverged, "\(summary.warnings)")
    for name in file.parameters {
      let found = try #require(summary.parameters.first { $0.name == name })
      let expected = try #require(file.reference[name])
      let error = hypot(try #require(found.meanError), expected.mcseMean)
      #expect(abs(found.mean - expected.mean) < 4 * error, "\(name): \(found.mean)")
      #expect(error < 0.05 * expected.sd)
      let ratio = found.standardDeviation / expected.sd
      #expect(abs(ratio - 1) < 0.05, "\(name): ratio of deviations \(ratio)")
    }
  }

  @Test(.enabled(if: isThere, needsSharedData)) func eightSchools() throws {
    let file = try file("eight_schools-eight_schools_noncentered")
    try check(EightSchools(file), file, derived: EightSchools.effects)
  }

  @Test(.enabled(if: isThere, needsSharedData)) func autoregression() throws {
    let file = try file("arK-arK")
    try check(RegressionPosterior.arK(file), file)
  }

  @Test(.enabled(if: isThere, needsSharedData)) func regression() throws {
    let file = try file("kidiq-kidscore_momiq")
    try check(RegressionPosterior.kidiq(file), file)
  }
}
