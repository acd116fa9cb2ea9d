import Foundation
import NumericalCore
import Sampling
import Testing

@testable import DNNLikelihood

/// The comparison of a surrogate with its truth, on draws whose errors are known.
@Suite("Measurement of a surrogate") struct SurrogateMeasurementTests {
  private static let walkers = 64
  private static let steps = 50

  /// Independent draws of N(0, 1)², by walker and step.
  private func draws(logDensity: ([Double]) -> Double) -> Chains {
    let stream = RandomStream(seed: 7, purpose: "measurement test")
    let rows = Self.walkers * Self.steps
    var points = Matrix<Double>(rows: rows, columns: 2, repeating: 0)
    for i in 0..<rows {
      var random = stream.sequence(walker: i)
      points.setRow(i, to: [random.normal(), random.normal()])
    }
    return Chains(
      names: ["mu", "nu"], walkers: Self.walkers, ensembles: nil, positions: points,
      logDensities: (0..<rows).map { logDensity(points.row($0)) },
      acceptance: Array(repeating: 1, count: Self.walkers))
  }

  private func gaussian(_ point: [Double]) -> Double {
    -0.5 * point.reduce(0) { $0 + $1 * $1 }
  }

  @Test("bias, RMSE and their errors are those of the errors put in") func knownErrors() throws {
    let chains = draws(logDensity: gaussian)
    // ±0.2 in turn around 0.1.
    let truth = chains.logDensities.indices.map { i in
      chains.logDensities[i] - (0.1 + (i / Self.walkers % 2 == 0 ? 0.2 : -0.2))
    }
    let m = try SurrogateMeasurement(chains, truth: truth, interest: 0)
    #expect(m.points == 3200 && m.outsideSupport == 0)
    #expect(abs(m.rmse.value - 0.05.squareRoot()) < 1e-12)
    #expect(abs(m.bias.value - 0.1) < 1e-12)
    // Each chain has the same mean: nothing scatters between them.
    #expect(abs(m.bias.error ?? .nan) < 1e-12)
  }

  @Test("errors that all draws of a chain share count once a chain") func sharedErrors() throws {
    let chains = draws(logDensity: gaussian)
    let truth = chains.logDensities.indices.map { i in
      chains.logDensities[i] - (i % Self.walkers % 2 == 0 ? 0.2 : -0.2)
    }
    let m = try SurrogateMeasurement(chains, truth: truth, interest: nil)
    // 0.2/√64 with Bessel's correction; 3200 independent draws would have 0.0035.
    let expected = 0.2 / Double(Self.walkers - 1).squareRoot()
    #expect(abs((m.bias.error ?? .nan) - expected) < 1e-12)
    #expect(m.intervals.isEmpty)
  }

  @Test("re-weighting moves intervals to the truth, and k-hat sees a truth that is elsewhere")
  func reweighting() throws {
    let chains = draws(logDensity: gaussian)
    func truth(_ shift: Double) -> [Double] {
      (0..<chains.positions.rows).map { i in
        gaussian([chains.positions[i, 0] - shift, chains.positions[i, 1]])
      }
    }
    let near = try SurrogateMeasurement(chains, truth: truth(0.5), interest: 0)
    let one = try #require(near.intervals.first)
    #expect(abs(one.surrogate[0] + 1) < 4 * max(one.errors[0], 0.02))
    #expect(abs(one.truth[0] + 0.5) < 0.15 && abs(one.truth[1] - 1.5) < 0.15)
    // exp(-δ²) is the effective fraction of a Gaussian moved by δ.
    #expect(abs(near.effectiveFraction - exp(-0.25)) < 0.06)
    #expect((near.paretoShape ?? 1) < 0.5)
    let far = try SurrogateMeasurement(chains, truth: truth(4), interest: 0)
    #expect(far.effectiveFraction < 0.02)
    #expect((far.paretoShape ?? 0) > 0.7)
  }

  @Test("draws where the truth vanishes weigh nothing, stay in the intervals, and fail a target")
  func outside() throws {
    let chains = draws(logDensity: gaussian)
    let target = AccuracyTarget(rmse: 0.1)
    func measure(_ vanishes: (Int) -> Bool) throws -> SurrogateMeasurement {
      let truth = chains.logDensities.enumerated().map { vanishes($0) ? -.infinity : $1 }
      return try SurrogateMeasurement(chains, truth: truth, interest: 0)
    }
    let whole = try measure { _ in false }
    #expect(target.isMet(by: whole) && whole.outsideSupport == 0)
    // A few draws behind a wall are no reason to distrust the others.
    let few = try measure { $0 % 128 == 5 }
    #expect(few.outsideSupport == 25 && few.fractionOutside < 0.01)
    #expect(target.isMet(by: few))
    // Beyond a cut at mu = 0.25 lie 40 %; the errors of the others are 0 as before.
    let cut = try measure { chains.positions[$0, 0] > 0.25 }
    #expect(abs(cut.fractionOutside - 0.4) < 0.02 && cut.points == 3200)
    #expect(cut.rmse.value == 0)
    #expect(abs(cut.effectiveFraction - (1 - cut.fractionOutside)) < 1e-12)
    let (mine, wanted) = (try #require(cut.intervals.last), try #require(whole.intervals.last))
    #expect(mine.surrogate == wanted.surrogate)
    #expect(mine.truth[1] <= 0.25 && mine.surrogate[1] > 2)
    #expect(!target.isMet(by: cut))
    let all = try measure { _ in true }
    #expect(all.rmse.value == .infinity && all.effectiveFraction == 0 && !all.isReliable)
    #expect(!target.isMet(by: all))
  }
}
