import Foundation
import Likelihoods
import NumericalCore
import Surrogates
import Synchronization
import TestSupport
import Testing

@testable import DNNLikelihood

/// A log density that counts the points it is asked about.
private struct Tally: LogPosterior {
  private final class Counter: Sendable { let asked = Atomic(0) }

  let parameters: ParameterSpace
  let density: @Sendable ([Double]) -> Double
  private let counter = Counter()

  init(
    _ parameters: [Parameter], _ density: @escaping @Sendable ([Double]) -> Double
  ) throws {
    self.parameters = try ParameterSpace(parameters)
    self.density = density
  }

  /// Two parameters, nearly normal: enough for a network to have something to learn.
  static func steep() throws -> Tally {
    try Tally([Parameter(name: "mu", role: .parameterOfInterest), Parameter(name: "nu")]) {
      -0.5 * ($0[0] * $0[0] + $0[1] * $0[1]) - 0.1 * pow($0[0], 4)
    }
  }

  var asked: Int { counter.asked.load(ordering: .relaxed) }
  var factorizedPrior: ProductPrior? {
    ProductPrior(Array(repeating: .flat(), count: parameters.count))
  }
  func logPriors(at points: Matrix<Double>) -> [Double] { Array(repeating: 0, count: points.rows) }
  func logLikelihoods(at points: Matrix<Double>) -> [Double] { logDensities(at: points) }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    counter.asked.add(points.rows, ordering: .relaxed)
    for i in 0..<points.rows { values[i] = density(points.row(i)) }
  }
}

/// What a refinement costs, what it keeps, and what it refuses to go on with.
@Suite("Account of a refinement") struct RefinementAccountTests {
  private func settings() -> RefinementSettings {
    var settings = RefinementSettings(seed: 3)
    settings.startPoints = 100
    settings.chains = 16
    settings.drawsPerChain = 4
    settings.width = 16
    settings.largestWidth = 16
    settings.profileValues = [-1, 0, 1]
    return settings
  }

  private func run(
    _ truth: some Posterior, _ target: AccuracyTarget, in folder: URL, overwriting: Bool = false,
    onProgress: @escaping (StudyProgress) -> Bool = { _ in true }
  ) throws -> AccuracyCertificate {
    try TargetedTraining(of: truth, target: target, settings: settings())
      .run(in: folder, overwriting: overwriting, onProgress: onProgress).certificate
  }

  @Test("gradients made of differences count all their values, below whatever stands on them")
  func differences() throws {
    let tally = try Tally([
      Parameter(name: "mu", role: .parameterOfInterest, lower: -1, upper: 1),
      Parameter(name: "nu"), Parameter(name: "held"),
    ]) { $0[1] > 0.5 ? -.infinity : -$0.reduce(0) { $0 + $1 * $1 } }
    let differenced = DifferencedGradient(tally)
    let whole = try ConditionalDensity(
      LikelihoodWithPrior(
        differenced, prior: Prior(["nu": .normal(mean: 0, standardDeviation: 1)])),
      holding: ["held": 0])
    let counted = CountedPosterior(try TemperedDensity(whole, power: 0.5))
    // On a bound and at a wall differences are one-sided, and are tried again.
    let points = Matrix<Double>(rows: 3, columns: 2, elements: [0, 0, 1, 0.2, 0, 0.5])
    _ = counted.logDensities(at: points)
    #expect(counted.evaluations == 3 && tally.asked == 3)
    _ = counted.logDensitiesAndGradients(at: points)
    #expect(counted.evaluations > 3 + 3 * 7 && counted.evaluations == tally.asked)
    // What was asked before is not its own.
    let second = CountedPosterior(differenced)
    #expect(second.evaluations == 0)
    _ = second.logDensity(at: [0, 0, 0])
    #expect(second.evaluations == 1)
    let both = try CombinedLikelihood(
      [.init("a", differenced), .init("b", DifferencedGradient(try Tally.steep()))],
      sharing: ParameterSharing(shared: .all))
    #expect(both.valuesForGradients == differenced.valuesForGradients)
  }

  @Test("the certificate has every evaluation, of interrupted and repeated runs too")
  func everyEvaluation() throws {
    try withTemporaryFolder { folder in
      let tally = try Tally.steep()
      let truth = DifferencedGradient(tally)
      let target = AccuracyTarget(rmse: 1e-9, maximumEvaluations: 1000)
      // Stopped while the likelihood's points of the first round are known and not yet kept.
      #expect(throws: StudyInterrupted.self) {
        try run(truth, target, in: folder) { !$0.stage.hasPrefix("round 1: training") }
      }
      let lost = tally.asked
      let first = try run(truth, target, in: folder)
      #expect(first.evaluations == tally.asked)
      #expect(first.evaluationsRepeated == 101 && first.evaluationsOfFits == lost - 100)
      #expect(first.evaluations - first.evaluationsRepeated <= 1000)
      #expect(first.measurement.profile == nil)
      let again = try run(truth, target, in: folder)
      #expect(again.evaluations == tally.asked && again.evaluations == first.evaluations + 1)
      // A profile that is wanted later is paid then, and once.
      let both = AccuracyTarget(
        rmse: 1e-9, testStatisticError: 0.1, maximumEvaluations: 2000)
      let more = try run(truth, both, in: folder)
      #expect(more.evaluations == tally.asked)
      #expect(more.evaluationsOfFits > first.evaluationsOfFits)
      #expect(more.rounds.last?.measurement.profile != nil)
      let fits = more.evaluationsOfFits
      #expect(try run(truth, both, in: folder).evaluationsOfFits == fits)
      #expect(try run(truth, both, in: folder).evaluations == tally.asked)
    }
  }

  @Test("a limit that the fit exceeds ends with what it needs; the fit is kept")
  func tooFewEvaluations() throws {
    try withTemporaryFolder { folder in
      let tally = try Tally.steep()
      let truth = DifferencedGradient(tally)
      func limited(_ evaluations: Int) throws -> AccuracyCertificate {
        try run(
          truth, AccuracyTarget(rmse: 1e-9, maximumEvaluations: evaluations), in: folder)
      }
      let error = #expect(throws: InputError.self) { _ = try limited(10) }
      let fit = tally.asked
      let text = "\(try #require(error))"
      #expect(text.contains("--max-evaluations: expected at least \(fit + 80)"), "\(text)")
      #expect(text.contains("took \(fit) ") && text.hasSuffix("found 10"), "\(text)")
      #expect(throws: InputError.self) { _ = try limited(fit + 79) }
      #expect(tally.asked == fit + 1)
      // Start points, exploration and rounds stay below the limit, however small it is.
      var before = 1
      for limit in [fit + 80, fit + 150, fit + 400, fit + 1000] {
        let certificate = try limited(limit)
        before += 1
        #expect(certificate.rounds.last?.decision == .evaluationsUsedUp)
        #expect(certificate.evaluationsRepeated == before)
        #expect(certificate.evaluations == tally.asked)
        #expect(tally.asked - before <= limit, "\(tally.asked) of \(limit)")
        #expect(tally.asked - before > limit - 80, "\(tally.asked) of \(limit)")
      }
    }
  }

  @Test("a model that the refinement has not measured is not certified") func foreignModel() throws
  {
    try withTemporaryFolder { folder in
      let (mine, other) = (folder.appending(path: "mine"), folder.appending(path: "other"))
      let truth = DifferencedGradient(try Tally.steep())
      let target = AccuracyTarget(rmse: 1e-9, maximumEvaluations: 800)
      let first = try run(truth, target, in: mine)
      _ = try run(
        truth, AccuracyTarget(rmse: 1e-9, maximumEvaluations: 600), in: other)
      let model = mine.appending(path: "model.onnx")
      let good = try Data(contentsOf: model)
      let foreign = try Data(contentsOf: other.appending(path: "model.onnx"))
      try foreign.write(to: model)
      let error = #expect(throws: ModelFolderError.self) { _ = try run(truth, target, in: mine) }
      #expect("\(try #require(error))".contains("not the model that this refinement has measured"))
      #expect(try Data(contentsOf: model) == foreign)
      try FileManager.default.removeItem(at: model)
      let none = #expect(throws: ModelFolderError.self) { _ = try run(truth, target, in: mine) }
      #expect("\(try #require(none))".contains("found no file"))
      // A run that ended between record and model left the model beside its place.
      try good.write(to: mine.appending(path: "model-next.onnx"))
      #expect(try run(truth, target, in: mine).rounds.count == first.rounds.count)
      #expect(!FileManager.default.fileExists(atPath: mine.path + "/model-next.onnx"))
      // One that ended before its record left a model that nobody has measured.
      try foreign.write(to: mine.appending(path: "model-next.onnx"))
      #expect(try run(truth, target, in: mine).rounds.count == first.rounds.count)
      try foreign.write(to: model)
      let anew = try run(truth, target, in: mine, overwriting: true)
      #expect(anew.evaluationsRepeated == 0 && anew.rounds.count == first.rounds.count)
    }
  }

  @Test("another target does not give the model the accuracy of another round")
  func anotherTarget() throws {
    try withTemporaryFolder { folder in
      let truth = DifferencedGradient(try Tally.steep())
      let first = try run(
        truth, AccuracyTarget(rmse: 1e-9, testStatisticError: 1, maximumEvaluations: 4000),
        in: folder)
      let other = first.round == 1 ? 2 : 1
      try #require(first.rounds.count >= 2)
      // As if the round whose model was given up had been perfect in t.
      let models = try ModelFolder(folder)
      var record = try RefinementRecord.decoder.decode(
        RefinementRecord.self, from: Data(contentsOf: models.refinementRecord))
      record.rounds[other - 1].measurement.profile = record.best?.measurement.profile
      record.rounds[other - 1].measurement.profile?.meanAbsoluteError = 0
      record.rounds[other - 1].measurement.paretoShape = 0
      record.rounds[other - 1].measurement.isEquilibrium = true
      try RefinementRecord.encoder.encode(record).write(to: models.refinementRecord)
      let target = AccuracyTarget(testStatisticError: 1e-12, maximumEvaluations: 4000)
      #expect(target.mostAccurate(of: record.rounds)?.number == other)
      let again = try run(truth, target, in: folder)
      #expect(again.round == first.round && !again.reached)
    }
  }

  @Test("a maximum that says nothing of the likelihood around it is an error")
  func curvature() throws {
    // At the maximum of a tenth power there is no curvature: errors are without bounds.
    let truth = DifferencedGradient(
      try Tally([Parameter(name: "mu"), Parameter(name: "nu")]) {
        -1e9 * pow($0[0], 10) - $0[1] * $0[1]
      })
    try withTemporaryFolder { folder in
      let error = #expect(throws: InputError.self) {
        _ = try run(truth, AccuracyTarget(rmse: 1), in: folder)
      }
      let text = "\(try #require(error))"
      #expect(text.contains("the likelihood: expected a maximum whose curvature"), "\(text)")
    }
  }

  @Test("fits that have not converged: an error for t, a warning otherwise")
  func unconvergedFit() throws {
    // Along mu + nu = 0 all points are maxima.
    let truth = DifferencedGradient(
      try Tally([
        Parameter(name: "mu", role: .parameterOfInterest, lower: -3, upper: 3),
        Parameter(name: "nu", lower: -3, upper: 3),
      ]) { -0.5 * ($0[0] + $0[1]) * ($0[0] + $0[1]) })
    try withTemporaryFolder { folder in
      let error = #expect(throws: UnconvergedFits.self) {
        _ = try run(truth, AccuracyTarget(rmse: 1, testStatisticError: 1), in: folder)
      }
      let text = "\(try #require(error))"
      #expect(text.contains("the fit of the likelihood has not converged"))
    }
    try withTemporaryFolder { folder in
      let certificate = try run(
        truth, AccuracyTarget(rmse: 100, maximumEvaluations: 20_000), in: folder)
      #expect(certificate.warnings.count == 1)
      #expect(certificate.table.contains("Warning: the fit of the likelihood has not converged"))
    }
    try withTemporaryFolder { folder in
      let good = DifferencedGradient(try Tally.steep())
      #expect(
        try run(good, AccuracyTarget(rmse: 100, maximumEvaluations: 2000), in: folder)
          .warnings.isEmpty)
    }
  }
}
