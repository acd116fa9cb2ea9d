import Foundation
import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

@Suite struct EnsembleDriftTests {
  private let target = AutoregressiveGaussian(100, correlation: 0.9)

  private func drift(
    _ method: some EnsembleMethod, from start: Matrix<Double>, burnIn: Int, steps: Int
  ) throws -> EnsembleDrift {
    let chains = try KernelSuite.run(
      method.kernel(for: target, ensembles: 2, seed: 2), target, from: start, burnIn: burnIn,
      steps: steps, thinning: 5, ensembles: 2)
    return try #require(EnsembleDrift(chains))
  }

  private func normals(width: Double) -> Matrix<Double> {
    var start = AutoregressiveGaussian(100, correlation: 0).exactDraws(400, seed: 7)
    for k in start.elements.indices { start.elements[k] *= width }
    return start
  }

  /// The case of arXiv:1509.02230: the stretch move in 100 dimensions from a small ball, of which
  /// the log density shows nothing.
  @Test func silentFailureIsSeen() throws {
    let drift = try drift(StretchMove(), from: normals(width: 0.01), burnIn: 1000, steps: 1000)
    // 0.30 in an independent program.
    #expect(abs(drift.overall.change - 0.3) < 0.1)
    #expect(drift.isDrifting)
    let warning = try #require(drift.warning)
    #expect(warning.contains("over the 200 kept steps"))
    #expect(warning.contains("grew by \(Int((100 * drift.overall.change).rounded())) %"))
  }

  @Test func wideStartShrinks() throws {
    let drift = try drift(
      MoveMixture.differentialEvolutionSnooker, from: normals(width: 5), burnIn: 0, steps: 300)
    #expect(drift.overall.change < -0.1)
    #expect(drift.isDrifting)
    #expect(drift.drifting.count > 50)
  }

  /// From exact draws nothing drifts, and the trends scatter as their errors say.
  @Test(arguments: [
    StandardMove.stretch(StretchMove()), .differentialEvolution(DifferentialEvolutionMove()),
  ])
  func exactStartIsSettled(_ move: StandardMove) throws {
    let drift = try drift(move, from: target.exactDraws(400, seed: 7), burnIn: 0, steps: 500)
    #expect(!drift.isDrifting, "\(drift.warning ?? "")")
    #expect(drift.warning == nil)
    #expect(drift.parameters.count == 100)
    let squares = drift.parameters.reduce(0) { $0 + pow($1.significance, 2) } / 100
    #expect(squares > 0.3 && squares < 2.5, "\(squares)")
  }

  /// A parameter that does not move, a single drifting one, and chains without ensembles.
  @Test func singleParameter() throws {
    var random = RandomStream(seed: 1, purpose: "test").sequence()
    var elements: [Double] = []
    for step in 0..<100 {
      for _ in 0..<60 {
        elements += [random.normal(), 3, random.normal() * (1 + 0.01 * Double(step))]
      }
    }
    func chains(_ ensembles: Int?) -> Chains {
      Chains(
        names: ["a", "b", "c"], walkers: 60, ensembles: ensembles,
        positions: Matrix(rows: 6000, columns: 3, elements: elements),
        logDensities: Array(repeating: 0, count: 6000),
        acceptance: Array(repeating: 1, count: 60))
    }
    let drift = try #require(EnsembleDrift(chains(3)))
    #expect(drift.parameters.map(\.name) == ["a", "c"])
    #expect(drift.drifting.map(\.name) == ["c"])
    // The variance grows from 1 to 4; the line through (1 + 0.01 t)² has 3 over its mean 2.33.
    #expect(abs(drift.drifting[0].change - 1.29) < 4 * drift.drifting[0].error)
    #expect(drift.warning?.contains("that of c grew by") == true)
    #expect(EnsembleDrift(chains(nil)) == nil)
    #expect(EnsembleDrift(chains(20)) == nil)
  }
}
