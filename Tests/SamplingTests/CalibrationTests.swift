import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Testing

/// Simulation-based calibration (Talts et al. arXiv:1804.06788): parameters drawn from the prior,
/// data from the parameters; the rank of the parameters among posterior draws is uniform.
@Suite struct CalibrationTests {
  private static let dataSets = 320
  /// A wrong model is seen with fewer.
  private static let dataSetsOfControls = 80
  private static let bins = 8

  /// 64 nearly independent draws of the model of a data set.
  private typealias Sampler = (_ model: Hierarchical, _ seed: UInt64) throws -> Chains

  private func noUTurn(_ model: Hierarchical, seed: UInt64) throws -> Chains {
    try NoUTurnSampler(
      chains: 16, drawsPerChain: 4, thinning: 8, warmUpSteps: 60, targetAcceptance: 0.9,
      bounds: .always, seed: seed
    ).sample(model)
  }

  /// The last step of an ensemble of 64.
  private func ensemble(_ model: Hierarchical, seed: UInt64) throws -> Chains {
    try EnsembleSampler(
      move: MoveMixture.recommended(dimension: 6), walkers: 64, ensembles: 1, burnIn: 399,
      steps: 1, seed: seed
    ).sample(model)
  }

  /// The χ² probability of the rank histograms of μ, τ and θ₁; `dataWidth` is what the sampled
  /// model takes for the width of the data, which is 1.
  private func probabilities(dataWidth: Double, _ sample: Sampler) throws -> [Double] {
    let stream = RandomStream(seed: 8, purpose: "calibration")
    var histograms = Array(repeating: Array(repeating: 0.0, count: Self.bins), count: 3)
    let dataSets = dataWidth == 1 ? Self.dataSets : Self.dataSetsOfControls
    for number in 0..<dataSets {
      var random = stream.sequence(step: number)
      let (mu, tau) = (random.normal(), abs(random.normal()))
      let z = (0..<4).map { _ in random.normal() }
      let model = Hierarchical(data: z.map { mu + tau * $0 + random.normal() }, width: dataWidth)
      let chains = try sample(model, UInt64(number))
      let x = chains.positions
      let truths = [mu, tau, mu + tau * z[0]]
      for (k, truth) in truths.enumerated() {
        // One draw is left out: 63 draws have ranks 0…63.
        let rank = (1..<x.rows).count { row in
          (k == 0 ? x[row, 4] : k == 1 ? x[row, 5] : x[row, 4] + x[row, 5] * x[row, 0]) < truth
        }
        histograms[k][rank * Self.bins / x.rows] += 1
      }
    }
    let expected = Double(dataSets) / Double(Self.bins)
    return histograms.map { histogram in
      let square = histogram.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
      return SpecialFunctions.chiSquaredSurvival(
        square, degreesOfFreedom: Double(Self.bins - 1))
    }
  }

  @Test func ranksAreUniform() throws {
    let found = try probabilities(dataWidth: 1, noUTurn)
    #expect(found.allSatisfy { $0 > 1e-3 }, "\(found)")
  }

  @Test func ranksOfTheEnsembleAreUniform() throws {
    let found = try probabilities(dataWidth: 1, ensemble)
    #expect(found.allSatisfy { $0 > 1e-3 }, "\(found)")
  }

  @Test func wrongModelIsSeenByTheEnsemble() throws {
    let found = try probabilities(dataWidth: 0.3, ensemble)
    #expect((found.min() ?? 1) < 1e-5, "\(found)")
  }

  @Test func wrongModelIsSeen() throws {
    let found = try probabilities(dataWidth: 0.3, noUTurn)
    #expect((found.min() ?? 1) < 1e-5, "\(found)")
  }
}

/// z ~ N(0, 1), μ ~ N(0, 1), τ half normal, data ~ N(μ + τ z, width).
private struct Hierarchical: PointwiseDensity {
  let parameters = space(
    (1...4).map { Parameter(name: "z\($0)") }
      + [Parameter(name: "mu"), Parameter(name: "tau", initial: 0.7, lower: 0)])
  let data: [Double]
  let width: Double

  func valueAndGradient(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let (mu, tau) = (x[4], x[5])
    var value = -0.5 * (mu * mu + tau * tau)
    gradient[4] = -mu
    gradient[5] = -tau
    for j in 0..<4 {
      let pull = (data[j] - mu - tau * x[j]) / width
      value -= 0.5 * (x[j] * x[j] + pull * pull)
      gradient[j] = -x[j] + pull / width * tau
      gradient[4] += pull / width
      gradient[5] += pull / width * x[j]
    }
    return value
  }
}
