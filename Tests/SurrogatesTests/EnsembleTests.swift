import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import ONNX
import Surrogates
import Synchronization
import TestSupport
import Testing

/// Members with the same fixed parts and other networks.
private func randomEnsemble(
  _ count: Int = 3, double: Bool = true, quadratic: Bool = true
) throws -> SurrogateEnsemble {
  let first = try randomSurrogate(quadratic: quadratic, double: double, kinks: true, region: true)
  let members = try (0..<count).map { k in
    SurrogateLikelihood(
      parameters: first.parameters, preconditioner: first.preconditioner,
      network: try randomSurrogate(double: double, seed: UInt64(40 + k), kinks: true).network,
      region: first.region, prior: first.prior, provenance: ["seed": "\(k)", "recipe": "test"])
  }
  return SurrogateEnsemble(
    members, weights: [0.5, 0.2, 0.3], calibration: SpreadCalibration(scale: 1.7, floor: 0.02),
    provenance: ["recipe": "test", "members": "3"])
}

@Suite struct SurrogateEnsembleTests {
  @Test func meanAndSpreadByHand() throws {
    let ensemble = try randomEnsemble()
    var points = try Skewed().points(300, seed: 6)
    points[0, 0] = 4
    points[1, 2] = 30
    let own = ensemble.members.map { $0.logDensitiesAndGradients(at: points) }
    let (values, gradients) = ensemble.logDensitiesAndGradients(at: points)
    let errors = try #require(ensemble.standardErrors(at: points))
    #expect(values == ensemble.logDensities(at: points))
    #expect(values[0] == -.infinity && errors[0] == 0.02 && gradients.row(0) == [0, 0, 0, 0, 0])
    for i in 1..<300 where values[i] > -.infinity {
      let v = own.map { $0.values[i] }
      #expect(abs(values[i] - (0.5 * v[0] + 0.2 * v[1] + 0.3 * v[2])) < 1e-11 * abs(values[i]))
      let slope = 0.5 * own[0].gradients[i, 1] + 0.2 * own[1].gradients[i, 1]
      #expect(abs(gradients[i, 1] - slope - 0.3 * own[2].gradients[i, 1]) < 1e-10)
      let mean = (v[0] + v[1] + v[2]) / 3
      let variance = v.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2
      #expect(abs(errors[i] - (1.7 * 1.7 * variance + 0.02 * 0.02).squareRoot()) < 1e-9)
    }
    #expect(ensemble.isInside(points)[1] == false)
    #expect(ensemble.validity(at: points) == ensemble.isInside(points))
  }

  @Test func roundTrip() throws {
    try withTemporaryFolder { folder in
      for double in [true, false] {
        let ensemble = try randomEnsemble(double: double)
        let url = folder.appending(path: "e.onnx")
        try ensemble.write(to: url)
        let copy = try SurrogateEnsemble(reading: url)
        #expect(copy.weights == ensemble.weights && copy.calibration == ensemble.calibration)
        #expect(copy.provenance == ensemble.provenance && copy.region == ensemble.region)
        for (a, b) in zip(copy.members, ensemble.members) {
          #expect(a.network == b.network && a.preconditioner == b.preconditioner)
          #expect(a.provenance == b.provenance && a.prior == b.prior)
        }
        #expect(try SurrogateFile.read(url).members.count == 3)
        let error = #expect(throws: SurrogateFileError.self) {
          try SurrogateLikelihood(reading: url)
        }
        #expect(error?.problem.contains("an ensemble of 3 networks") == true)
        try ensemble.members[0].write(to: url)
        #expect(throws: SurrogateFileError.self) { try SurrogateEnsemble(reading: url) }
        #expect(try SurrogateFile.read(url).members.count == 1)
        var broken = try ensemble.onnxModel()
        let key = "dnnlikelihood.surrogate"
        broken.metadata[key] = broken.metadata[key]?.replacing("[0.5,", with: "[0.9,")
        try broken.write(to: url)
        #expect(throws: SurrogateFileError.self) { try SurrogateEnsemble(reading: url) }
      }
    }
  }

  @Test(.enabled(if: pythonInterpreter != nil, needsPython))
  func runtimeAgreesWithSwift() throws {
    var points = try Skewed().points(40, seed: 8)
    for i in 20..<40 { for k in 1..<5 { points[i, k] *= Double(i - 16) / 4 } }
    points[0, 0] = 3.5
    for double in [true, false] {
      for quadratic in [true, false] {
        let ensemble = try randomEnsemble(double: double, quadratic: quadratic)
        let text = try withTemporaryFolder { folder in
          let url = folder.appending(path: "e.onnx")
          try ensemble.write(to: url)
          return try runPython(
            """
            import json, sys, numpy as np, onnx, onnxruntime
            onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
            points = np.array(json.loads(sys.argv[2])).reshape(-1, 5)
            session = onnxruntime.InferenceSession(
                sys.argv[1], providers=["CPUExecutionProvider"])
            assert [o.name for o in session.get_outputs()] == ["logpdf", "logpdf_std", "inside"]
            y, s, inside = session.run(None, {"parameters": points})
            print(json.dumps([np.nan_to_num(y, neginf=-1e300).tolist(), s.tolist(),
                              inside.astype(float).tolist()]))
            """, arguments: [url.path, "\(points.elements)"])
        }
        let theirs = try JSONDecoder().decode([[Double]].self, from: Data(text.utf8))
        let values = ensemble.logDensities(at: points)
        let errors = try #require(ensemble.standardErrors(at: points))
        let tolerance = double ? 1e-10 : 1e-5
        #expect(values[0] == -.infinity && theirs[0][0] == -1e300)
        for i in 1..<40 {
          #expect(abs(values[i] - theirs[0][i]) <= tolerance * abs(values[i]))
          #expect(abs(errors[i] - theirs[1][i]) <= 1000 * tolerance * errors[i])
        }
        #expect(theirs[2] == ensemble.isInside(points).map { $0 ? 1 : 0 })
      }
    }
  }
}

@Suite struct SpreadCalibrationTests {
  /// Residuals of known errors: scale and floor come back, other points are covered as they
  /// should be; with errors half as large they are not.
  @Test func knownErrors() {
    var random = RandomStream(seed: 12, purpose: "calibration").sequence()
    let spreads = (0..<40_000).map { _ in 0.01 * exp(random.normal()) }
    let truth = SpreadCalibration(scale: 1.4, floor: 0.008)
    let residuals = spreads.map { truth.error($0) * random.normal() }
    let half = 20_000
    let found = SpreadCalibration(
      residuals: Array(residuals[..<half]), spreads: Array(spreads[..<half]))
    #expect(abs(found.scale - 1.4) < 0.04 && abs(found.floor - 0.008) < 5e-4)
    let own = SpreadCoverage(
      residuals: Array(residuals[..<half]), errors: spreads[..<half].map(found.error))
    #expect(abs(own.standardizedRMS - 1) < 1e-9)
    let others = Array(residuals[half...])
    let coverage = SpreadCoverage(residuals: others, errors: spreads[half...].map(found.error))
    #expect(abs(coverage.standardizedRMS - 1) < 0.02)
    #expect(abs(coverage.within68 - 0.6827) < 0.011 && abs(coverage.within95 - 0.95) < 0.006)
    #expect(coverage.rankCorrelation > 0.3)
    let wrong = SpreadCoverage(
      residuals: others, errors: spreads[half...].map { 0.5 * found.error($0) })
    #expect(abs(wrong.standardizedRMS - 2) < 0.05 && wrong.within68 < 0.4)
    let shuffled = SpreadCoverage(
      residuals: others, errors: spreads[half...].reversed().map(found.error))
    #expect(abs(shuffled.rankCorrelation) < 0.03)
  }

  /// Members that agree exactly leave the floor alone.
  @Test func withoutSpread() {
    let found = SpreadCalibration(residuals: [3, -4, 0, 5], spreads: [0, 0, 0, 0])
    #expect(abs(found.floor - (50.0 / 4).squareRoot()) < 1e-12)
    #expect(abs(found.error(0) - found.floor) < 1e-12)
  }
}

@Suite struct StackingTests {
  /// Of r[i, k] = sin(1.3 i + 2 k) (1 + k / 2) + cos(0.7 i k) / 3 + 0.1 k for 200 points and four
  /// members: scipy 1.17.1, minimize(w @ C @ w, method="SLSQP", ftol=1e-16) over the simplex with
  /// C = r.T @ r / 200.
  private static let reference = [0, 0.45043344674386, 0.28256268500781, 0.26700386824832]

  @Test func weightsOfLeastSquares() {
    var residuals = Matrix<Double>(rows: 200, columns: 4, repeating: 0)
    for i in 0..<200 {
      for k in 0..<4 {
        residuals[i, k] =
          sin(1.3 * Double(i) + 2 * Double(k)) * (1 + Double(k) / 2)
          + cos(0.7 * Double(i * k)) / 3 + 0.1 * Double(k)
      }
    }
    let weights = Stacking.best(residuals)
    for (a, b) in zip(weights, Self.reference) { #expect(abs(a - b) < 1e-6, "\(weights)") }
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  }

  /// Members that err independently: nothing to gain. One that is far better: it takes the weight.
  @Test func paysOnlyWhereItDoes() {
    var random = RandomStream(seed: 3, purpose: "stacking").sequence()
    let noise = Matrix(
      rows: 1000, columns: 4, elements: (0..<4000).map { _ in random.normal() })
    let equal = Stacking(residuals: noise)
    #expect(!equal.pays && equal.weights == [0.25, 0.25, 0.25, 0.25])
    var better = noise
    for i in 0..<1000 { better[i, 2] *= 0.1 }
    let stacked = Stacking(residuals: better)
    #expect(stacked.pays && stacked.weights[2] > 0.9 && stacked.errors[0] < stacked.errors[1])
  }
}

@Suite(.serialized) struct EnsembleTrainingTests {
  private static func training(_ seed: UInt64 = 1, width: Int = 24) throws -> EnsembleTraining {
    let data = try Skewed().dataset(3000, withGradients: true)
    let first = try SurrogateTraining(
      data, recipe: .enhanced(widths: [width, width], epochs: 10, batchSize: 64, seed: seed))
    return EnsembleTraining(first, count: 4)
  }

  /// The mean is better than the members, its calibrated errors cover the test points, and the
  /// numbers are those of members trained alone, for any number of threads.
  @Test func ensembleOfTheSkewedDensity() throws {
    let training = try Self.training()
    let threads = Threads.count
    defer { Threads.setCount(threads) }
    Threads.setCount(2)
    let result = try training.run()
    let test = try #require(
      Evaluation.Predictions(of: result.ensemble, on: training.first.dataset, .test))
    let members = try #require(test.memberErrors)
    let rms = test.metrics().rmse
    #expect(rms < members.reduce(0, +) / 4)
    let coverage = try #require(test.coverage)
    Test.note("members \(members), mean \(rms), \(coverage.text), \(result.stacking)")
    #expect((0.75...1.35).contains(coverage.standardizedRMS))
    #expect((0.6...0.9).contains(coverage.within68) && coverage.within95 > 0.9)
    #expect(coverage.rankCorrelation > 0.1)
    Threads.setCount(1)
    let again = try training.run()
    #expect(again.ensemble.members.map(\.network) == result.ensemble.members.map(\.network))
    #expect(again.ensemble.calibration == result.ensemble.calibration)
    let seeds = result.ensemble.members.map { $0.provenance["seed"] }
    #expect(seeds == ["1", "2", "3", "4"] && result.ensemble.provenance["members"] == "4")
    let networks = result.ensemble.members.map(\.network)
    #expect(networks[0] != networks[1])
    let alone = try Threads.withSerialProducts { try training.first.run() }
    #expect(alone.surrogate.network == networks[0])
  }

  /// Stopped when some members are done and others are not: the same networks in the end.
  @Test func resumedEnsembleIsEqual() throws {
    let training = try Self.training()
    let whole = try training.run()
    let folder = FileManager.default.temporaryDirectory.appending(path: "ensemble-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    @Sendable func checkpoint(_ member: Int) -> TrainingCheckpoint {
      TrainingCheckpoint(folder.appending(path: "\(member).h5"), interval: 0)
    }
    let stopped = #expect(throws: EnsembleTrainingStopped.self) {
      try training.run(checkpoint: checkpoint) { progress in
        progress.epochs < progress.maximumEpochs * 3 / 5
      }
    }
    #expect(try #require(stopped).epochs >= 24)
    let trained = Atomic(0)
    let resumed = try training.run(checkpoint: checkpoint) { _ in
      trained.add(1, ordering: .relaxed)
      return true
    }
    #expect(resumed.ensemble.members.map(\.network) == whole.ensemble.members.map(\.network))
    #expect(resumed.ensemble.calibration == whole.ensemble.calibration)
    // Done members are not trained again.
    let epochs = whole.members.reduce(0) { $0 + $1.history.epochs.count }
    #expect(trained.load(ordering: .relaxed) < epochs / 2)
  }

  @Test func stopsAndFails() throws {
    let training = try Self.training()
    let stopped = #expect(throws: EnsembleTrainingStopped.self) {
      try training.run(onEpoch: { _ in false })
    }
    // Members that had not begun do not begin.
    let epochs = try #require(stopped).epochs
    #expect(epochs >= 1 && epochs <= training.count)
    let data = training.first.dataset
    var recipe = TrainingRecipe.paper(trainingSize: 3000, width: 8)
    recipe.training.optimizer = .adam(AdamParameters(learningRate: 1e200))
    recipe.training.maximumEpochs = 3
    let wild = EnsembleTraining(try SurrogateTraining(data, recipe: recipe), count: 2)
    #expect(throws: TrainingDiverged.self) { try wild.run() }
    let folder = FileManager.default.temporaryDirectory.appending(path: "ensemble-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: TrainingDiverged.self) {
      try wild.run(checkpoint: { TrainingCheckpoint(folder.appending(path: "\($0).h5")) })
    }
  }
}
