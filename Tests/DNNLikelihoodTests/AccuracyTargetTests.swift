import Foundation
import Inference
import NumericalCore
import Sampling
import TestSupport
import Testing

@testable import DNNLikelihood

/// What a target makes of measurements, and the state of a refinement in its file.
@Suite("Target of a refinement") struct AccuracyTargetTests {
  /// A good measurement with errors of RMSE and t.
  private func measurement(_ rmse: Double, t: Double? = nil) throws -> SurrogateMeasurement {
    let values = (0..<64).map { Double($0 % 7) }
    let chains = Chains(
      names: ["mu"], walkers: 16, ensembles: nil,
      positions: Matrix(rows: 64, columns: 1, elements: values),
      logDensities: values.map { -$0 }, acceptance: Array(repeating: 1, count: 16))
    var result = try SurrogateMeasurement(chains, truth: values.map { -$0 }, interest: nil)
    result.rmse = .init(value: rmse, error: 0.01)
    result.profile = try t.map { try profile($0) }
    return result
  }

  private func profile(
    _ error: Double, isValid: Bool = true
  ) throws -> SurrogateMeasurement.ProfileComparison {
    let text = """
      {"values": [0, 1], "truth": [0, "inf"], "surrogate": [0, "nan"], "isValid": \(isValid),
       "meanAbsoluteError": \(error.isFinite ? "\(error)" : "\"\(error)\"")}
      """
    return try RefinementRecord.decoder.decode(
      SurrogateMeasurement.ProfileComparison.self, from: Data(text.utf8))
  }

  private func round(_ number: Int, _ measurement: SurrogateMeasurement) -> RefinementRound {
    RefinementRound(
      number: number, trainingPoints: 100, evaluations: 200, recipe: "enhanced", widths: [8, 8],
      epochs: 9, trainingRMSE: 0.1, measurement: measurement, decision: .morePoints, reach: 3,
      seconds: 1)
  }

  @Test("the RMSE with two errors, t with valid fits, draws that represent the truth")
  func met() throws {
    let both = AccuracyTarget(rmse: 0.1, testStatisticError: 0.05)
    #expect(both.isMet(by: try measurement(0.08, t: 0.05)))
    #expect(!both.isMet(by: try measurement(0.081, t: 0.05)))
    #expect(!both.isMet(by: try measurement(0.08, t: 0.051)))
    #expect(!both.isMet(by: try measurement(0.08)))
    #expect(!both.isMet(by: try measurement(0.08, t: .nan)))
    #expect(!both.isMet(by: try measurement(.nan, t: 0.01)))
    let changes: [(inout SurrogateMeasurement) throws -> Void] = [
      { $0.profile = try profile(0.01, isValid: false) }, { $0.isEquilibrium = false },
      { $0.paretoShape = 0.71 }, { $0.outsideSupport = 1 },
    ]
    for change in changes {
      var spoiled = try measurement(0.01, t: 0.01)
      try change(&spoiled)
      #expect(!both.isMet(by: spoiled))
    }
  }

  @Test("the best round is one that meets the target, then the one nearest to it")
  func mostAccurate() throws {
    let rounds = [
      round(1, try measurement(0.05, t: 0.5)), round(2, try measurement(0.2, t: 0.04)),
      round(3, try measurement(0.1, t: 0.2)),
    ]
    #expect(AccuracyTarget(testStatisticError: 0.1).mostAccurate(of: rounds)?.number == 2)
    #expect(AccuracyTarget(testStatisticError: 0.01).mostAccurate(of: rounds)?.number == 2)
    #expect(AccuracyTarget(rmse: 0.1).mostAccurate(of: rounds)?.number == 1)
    // 3.7 times what is demanded; the others are 10 and 4 times off.
    let both = AccuracyTarget(rmse: 0.06, testStatisticError: 0.05)
    #expect(both.mostAccurate(of: rounds)?.number == 2)
    #expect(AccuracyTarget(rmse: 1).mostAccurate(of: []) == nil)
    // An easy measurement says less than a hard one, however good it looks.
    var easy = try measurement(0.001, t: 0.001)
    easy.isEquilibrium = false
    let target = AccuracyTarget(testStatisticError: 0.1)
    #expect(target.mostAccurate(of: rounds + [round(4, easy)])?.number == 2)
    // Where no fits are valid, the RMSE has to do.
    let blind = [round(1, try measurement(0.3)), round(2, try measurement(0.2))]
    #expect(target.mostAccurate(of: blind)?.number == 2)
  }

  @Test("progress is what brings a surrogate nearer to what is demanded") func stalled() throws {
    let rounds = try [0.8, 0.4, 0.2, 0.1].enumerated().map {
      round($0.offset + 1, try measurement(0.3, t: $0.element))
    }
    #expect(!AccuracyTarget(testStatisticError: 0.01).isStalled(after: rounds))
    #expect(AccuracyTarget(rmse: 0.1).isStalled(after: rounds))
    // The RMSE is 3.3 times what may be, t is 10 to 80 times.
    let both = AccuracyTarget(rmse: 0.1, testStatisticError: 0.01)
    #expect(!both.isStalled(after: rounds))
    #expect(!AccuracyTarget(rmse: 0.1).isStalled(after: Array(rounds.dropFirst())))
    var unreliable = rounds
    unreliable[2].measurement.paretoShape = 0.9
    #expect(!AccuracyTarget(rmse: 0.1).isStalled(after: unreliable))
    // Draws behind a wall that stay as many are no progress, whatever the others say.
    var behind = rounds
    for k in behind.indices { behind[k].measurement.outsideSupport = 20 }
    #expect(AccuracyTarget(testStatisticError: 0.1).isStalled(after: behind))
  }

  @Test("infinite shapes and undefined t go through the file") func roundTrip() throws {
    var measurement = try measurement(0.1, t: .nan)
    measurement.paretoShape = .infinity
    measurement.bias = .init(value: -.infinity, error: .nan)
    var record = RefinementRecord(key: "k")
    record.model = .init(round: 1, digest: "d")
    record.evaluations = 17
    record.rounds = [round(1, measurement)]
    try withTemporaryFolder { folder in
      let models = try ModelFolder(folder)
      try RefinementRecord.encoder.encode(record).write(to: models.refinementRecord)
      let read = try RefinementRecord.decoder.decode(
        RefinementRecord.self, from: Data(contentsOf: models.refinementRecord))
      #expect(read.key == "k" && read.model?.digest == "d" && read.evaluations == 17)
      #expect(read.best?.number == 1)
      let found = try #require(read.rounds.first?.measurement)
      #expect(found.paretoShape == .infinity && found.bias.value == -.infinity)
      #expect(found.profile?.truth == [0, .infinity])
      #expect(found.profile?.surrogate[1].isNaN == true)
      #expect(models.owner == .refinement("k"))
    }
  }

  @Test("evaluations are shared, and never more than there are") func budget() {
    #expect(!EvaluationBudget(left: 79).allowsRound(knowing: 0))
    #expect(EvaluationBudget(left: 80).allowsRound(knowing: 1600))
    #expect(!EvaluationBudget(left: 80).allowsRound(knowing: 1640))
    #expect(EvaluationBudget(left: 80).points(1000, before: 2048) == 40)
    #expect(EvaluationBudget(left: 10_000).points(1000, before: 2048) == 1000)
    #expect(EvaluationBudget(left: 10_000).points(.max, before: 2048) == 7952)
    #expect(EvaluationBudget(left: -5).points(1000, before: 2048) == 0)
    #expect(EvaluationBudget(left: 40).chains(256, .near) == 8)
    #expect(EvaluationBudget(left: 39).chains(256, .near) == nil)
    #expect(EvaluationBudget(left: 39).chains(256, .equilibrium) == 19)
    #expect(EvaluationBudget(left: 10_000).chains(256, .near) == 256)
  }
}
