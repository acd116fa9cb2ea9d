import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Statistics
import Testing

/// The posterior of the toy search against long independent runs of other programs.
@Suite struct ToyLHCSamplingTests {
  private struct Expected {
    let name: String
    let mean, meanError, sd, sdError: Double
  }

  @Test func posterior() throws {
    let chains = try HamiltonianSampler(chains: 512, drawsPerChain: 200, seed: 3)
      .sample(ToyLHCSearch())
    let summary = try chains.convergence()
    let warnings = summary.warnings.prefix(5)
    #expect(warnings.isEmpty)
    #expect(chains.divergences == 0)
    // Errors of the reference: those of mu and ln p are quoted, the others follow from the same
    // number of effective draws.
    let draws = pow(0.34875 / 0.00067, 2)
    let expected =
      [Expected(name: "mu", mean: 0.22840, meanError: 0.00067, sd: 0.34875, sdError: 0.00045)]
      + [
        ("delta_91", -0.4191, 0.6240), ("delta_92", -0.4064, 0.7058),
        ("delta_93", 0.0164, 0.5755), ("delta_94", 0.0466, 0.4337),
      ].map { name, mean, sd in
        Expected(
          name: name, mean: mean, meanError: sd / draws.squareRoot() + 5e-5, sd: sd,
          sdError: sd / (2 * draws).squareRoot() + 5e-5)
      } + [
        Expected(name: "log_density", mean: -333.3729, meanError: 0.013, sd: 6.908, sdError: 0.01)
      ]
    for value in expected {
      let found = try #require(summary.parameters.first { $0.name == value.name })
      let meanError = hypot(try #require(found.meanError), value.meanError)
      let sdError = hypot(try #require(found.standardDeviationError), value.sdError)
      #expect(abs(found.mean - value.mean) < 4 * meanError, "\(value.name) \(found.mean)")
      #expect(
        abs(found.standardDeviation - value.sd) < 4 * sdError,
        "\(value.name) \(found.standardDeviation)")
      // The errors themselves are small: the comparison can fail.
      #expect(meanError < 0.01 * value.sd)
    }
    try checkIntervals(chains)
  }

  private func checkIntervals(_ chains: Chains) throws {
    let mu = chains.positions.column(0)
    let groups = 16
    func sample(_ keep: (Double) -> Bool, _ group: Int?) throws -> WeightedSample {
      try WeightedSample(
        mu.indices.filter {
          keep(mu[$0]) && (group == nil || $0 % chains.walkers % groups == group)
        }.map { mu[$0] })
    }
    let levels: [ConfidenceLevel] = [.oneSigma, .twoSigma, .threeSigma]
    let all = [(-0.121, 0.578), (-0.466, 0.928), (-0.819, 1.256)]
    let upper = [0.4795, 0.8627, 1.223]
    for (k, level) in levels.enumerated() {
      let interval =
        try HighestDensityInterval
        .shortest(of: try sample({ _ in true }, nil), probability: level.probability)
        .withBatchErrors(from: try (0..<groups).map { try sample({ _ in true }, $0) }).hull
      let positive =
        try HighestDensityInterval
        .shortest(of: try sample({ $0 > 0 }, nil), probability: level.probability)
        .withBatchErrors(from: try (0..<groups).map { try sample({ $0 > 0 }, $0) }).hull
      let comparisons = [
        (interval.lower, interval.lowerError, all[k].0),
        (interval.upper, interval.upperError, all[k].1),
        (positive.upper, positive.upperError, upper[k]),
      ]
      for (found, error, reference) in comparisons {
        let total = hypot(try #require(error), 0.007)
        #expect(abs(found - reference) < 4 * total, "\(level.sigmas) σ: \(found) ± \(total)")
        #expect(total < 0.04)
      }
      #expect(positive.lower < 0.01)
    }
  }
}
