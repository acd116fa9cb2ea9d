import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

@Suite struct EnsembleDriftTests {
  private let target = AutoregressiveGaussian(100, correlation: 0.9)

  private func drift(
    _ method: some EnsembleMethod, ballOf width: Double?, burnIn: Int, steps: Int
  ) throws -> EnsembleDrift {
    var start = target.exactDraws(400, seed: 7)
    if let width { for k in start.elements.indices { start.elements[k] *= width } }
    let chains = try KernelSuite.run(
      method.kernel(for: target, ensembles: 2, seed: 2), target, from: start, burnIn: burnIn,
      steps: steps, thinning: 5, ensembles: 2)
    return try #require(EnsembleDrift(chains))
  }

  /// The case of arXiv:1509.02230: the stretch move in 100 dimensions from a small ball, of which
  /// the log density shows nothing.
  @Test func silentFailureIsSeen() throws {
    let drift = try drift(StretchMove(), ballOf: 0.01, burnIn: 1000, steps: 1000)
    #expect(drift.overall.change > 0.1)
    #expect(drift.isDrifting)
    let warning = try #require(drift.warning)
    #expect(warning.contains("grew by") && warning.contains("1000 kept steps") == false)
    #expect(warning.contains("200 kept steps"))
  }

  @Test func wideStartShrinks() throws {
    let drift = try drift(
      MoveMixture.differentialEvolutionSnooker, ballOf: 3, burnIn: 0, steps: 500)
    #expect(drift.overall.change < -0.1)
    #expect(drift.isDrifting)
  }

  @Test func exactStartIsSettled() throws {
    for method in [StandardMove.stretch(StretchMove()), .snooker(SnookerMove())] {
      let drift = try drift(method, ballOf: nil, burnIn: 0, steps: 1000)
      #expect(!drift.isDrifting, "\(drift.warning ?? "")")
      #expect(drift.parameters.count == 100)
    }
  }
}
