import DNNLikelihood
import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Surrogates
import Synchronization
import TestSupport
import Testing

/// A curved valley in three parameters, which can be drawn from exactly: mu and w normal, nu normal
/// around mu².
private struct Valley: DifferentiableLogDensity, LogPosterior {
  let parameters: ParameterSpace

  init(name: String = "w") throws {
    parameters = try ParameterSpace([
      Parameter(name: "mu", role: .parameterOfInterest), Parameter(name: "nu"),
      Parameter(name: name),
    ])
  }

  static let width = 0.4
  var factorizedPrior: ProductPrior? { nil }
  func logPriors(at points: Matrix<Double>) -> [Double] { Array(repeating: 0, count: points.rows) }
  func logLikelihoods(at points: Matrix<Double>) -> [Double] { logDensities(at: points) }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = Matrix<Double>(rows: points.rows, columns: 3, repeating: 0)
    evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    for i in 0..<points.rows {
      let (x, y, w) = (points[i, 0], points[i, 1], points[i, 2])
      let r = (y - x * x) / Self.width
      values[i] = -0.5 * (x * x + r * r + w * w)
      gradients.setRow(i, to: [-x + 2 * x * r / Self.width, -r / Self.width, -w])
    }
  }

  /// Independent exact draws.
  func exactDraws(_ count: Int) -> Matrix<Double> {
    var result = Matrix<Double>(rows: count, columns: 3, repeating: 0)
    for i in 0..<count {
      var random = RandomStream(seed: 11, purpose: "valley").sequence(walker: i)
      let x = random.normal()
      result.setRow(i, to: [x, x * x + Self.width * random.normal(), random.normal()])
    }
    return result
  }
}

/// Training until a stated accuracy is reached.
@Suite("Targeted training") struct TargetedTrainingTests {
  private func settings() -> RefinementSettings {
    var settings = RefinementSettings(seed: 3)
    settings.startPoints = 300
    settings.chains = 64
    settings.width = 48
    settings.profileValues = [-2, -1, 0, 1, 2]
    return settings
  }

  @Test("the target is reached, says an independent sample, at a fraction of the evaluations")
  func reached() throws {
    try withTemporaryFolder { folder in
      let truth = try Valley()
      let target = AccuracyTarget(rmse: 0.1, testStatisticError: 0.1)
      // Products on several threads round differently, and rounds build on each other.
      let outcome = try Threads.withSerialProducts {
        try TargetedTraining(of: truth, target: target, settings: settings()).run(in: folder)
      }
      let certificate = outcome.certificate
      #expect(certificate.reached, "\(certificate.table)")
      let draws = truth.exactDraws(4000)
      let inside = outcome.surrogate.isInside(draws)
      let errors = zip(
        outcome.surrogate.logDensities(at: draws), truth.logDensities(at: draws)
      ).map { $0 - $1 }
      // Where the profile was asked for; beyond, nothing is promised.
      let known = errors.indices.filter { inside[$0] && abs(draws[$0, 0]) <= 2 }
      #expect(known.count > 3780, "\(known.count) of 4000 exact draws inside the region")
      let rmse = (known.reduce(0) { $0 + errors[$1] * errors[$1] } / Double(known.count))
        .squareRoot()
      #expect(rmse < 0.15, "RMSE on exact draws \(rmse)")
      // Sampling the likelihood for as many points costs more than twice as much.
      let counted = CountedPosterior(truth)
      _ = try HamiltonianSampler(chains: 64, drawsPerChain: 60, warmUpSteps: 100, seed: 1)
        .sample(counted)
      #expect(certificate.evaluations * 2 < counted.evaluations)
      #expect(FileManager.default.fileExists(atPath: outcome.model.path))
      let maximum = try #require(certificate.measurement.maximum)
      let lost = try #require(maximum.truthLost)
      #expect(abs(maximum.difference) < 0.1 && lost < 0.1)
      let t = try #require(certificate.measurement.profile)
      #expect(zip(t.values, t.truth).allSatisfy { abs($0 * $0 - $1) < 1e-6 })
    }
  }

  @Test("a target beyond reach ends with a statement, and a larger budget goes on from there")
  func notReached() throws {
    try withTemporaryFolder { folder in
      func run(_ evaluations: Int) throws -> AccuracyCertificate {
        try TargetedTraining(
          of: Valley(), target: AccuracyTarget(rmse: 1e-9, maximumEvaluations: evaluations),
          settings: settings()
        ).run(in: folder).certificate
      }
      let first = try run(1200)
      #expect(!first.reached)
      #expect(first.statement.hasPrefix("Target NOT reached"))
      #expect(first.rounds.last?.decision == .evaluationsUsedUp)
      #expect(first.evaluations <= 1200)
      let again = try run(1200)
      #expect(again.rounds.count == first.rounds.count)
      // It has looked whose folder it is.
      #expect(again.evaluations == first.evaluations + 1)
      let more = try run(2600)
      #expect(more.rounds.count > first.rounds.count)
      #expect(more.evaluations > first.evaluations)
    }
  }

  @Test("an interrupted training ends as an uninterrupted one") func resumed() throws {
    try withTemporaryFolder { folder in
      let target = AccuracyTarget(rmse: 1e-9, maximumEvaluations: 2000)
      let training = try TargetedTraining(of: Valley(), target: target, settings: settings())
      let whole = try Threads.withSerialProducts {
        try training.run(in: folder.appending(path: "whole"))
      }
      let parts = folder.appending(path: "parts")
      let stops = Atomic(0)
      #expect(throws: StudyInterrupted.self) {
        try Threads.withSerialProducts {
          try training.run(in: parts) { progress in
            if progress.stage.hasPrefix("round 2: training") {
              stops.add(1, ordering: .relaxed)
              return stops.load(ordering: .relaxed) < 3
            }
            return true
          }
        }
      }
      let resumed = try Threads.withSerialProducts { try training.run(in: parts) }
      #expect(resumed.certificate.rounds.count == whole.certificate.rounds.count)
      #expect(whole.certificate.evaluationsRepeated == 0)
      #expect(
        resumed.certificate.evaluations - resumed.certificate.evaluationsRepeated
          == whole.certificate.evaluations)
      for (a, b) in zip(resumed.certificate.rounds, whole.certificate.rounds) {
        #expect(a.measurement.rmse == b.measurement.rmse)
        #expect(a.decision == b.decision)
      }
      let point = Matrix(rows: 1, columns: 3, elements: [0.3, -0.1, 1])
      #expect(
        resumed.surrogate.logDensities(at: point) == whole.surrogate.logDensities(at: point))
    }
  }

  @Test("folders of others and numbers out of range are refused") func refusals() throws {
    try withTemporaryFolder { folder in
      let target = AccuracyTarget(rmse: 100, maximumEvaluations: 1500)
      _ = try TargetedTraining(of: Valley(), target: target, settings: settings()).run(in: folder)
      let other = try TargetedTraining(of: Valley(name: "v"), target: target, settings: settings())
      let error = #expect(throws: ModelFolderError.self) { try other.run(in: folder) }
      #expect("\(try #require(error))".contains("the model of another refinement"))
      var counts = settings()
      counts.learnsCounts = true
      let none = #expect(throws: InputError.self) {
        try TargetedTraining(of: Valley(), target: target, settings: counts)
      }
      #expect("\(try #require(none))".contains("recipe 'counts'"))
      for (target, field) in [
        (AccuracyTarget(), "target"), (AccuracyTarget(rmse: 0), "target-rmse"),
        (AccuracyTarget(testStatisticError: -.infinity), "target-tmu"),
        (AccuracyTarget(rmse: 1, maximumEvaluations: 0), "evaluations"),
      ] {
        let error = #expect(throws: InputError.self) {
          try TargetedTraining(of: Valley(), target: target)
        }
        #expect("\(try #require(error))".contains(field))
      }
    }
  }
}
