import DNNLikelihood
import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Surrogates
import Synchronization
import TestSupport
import Testing

/// A correlated Gaussian of four parameters under a uniform and three normal priors, small enough
/// for a whole study in seconds.
private struct Small: DifferentiableLogDensity, LogPosterior {
  let parameters: ParameterSpace
  let prior = ProductPrior(
    [.uniform(lower: -4, upper: 4, logDensity: -log(8))]
      + Array(repeating: .normal(mean: 0, standardDeviation: 1), count: 3))

  init(upper: Double = 4) throws {
    parameters = try ParameterSpace(
      [
        Parameter(
          name: "mu", role: .parameterOfInterest, initial: min(0, upper), lower: -4, upper: upper)
      ]
        + (1...3).map { Parameter(name: "nu_\($0)") })
  }

  private let weights = [1.5, 0.6, -0.4, 0.2]
  var factorizedPrior: ProductPrior? { prior }
  func logPriors(at points: Matrix<Double>) -> [Double] { prior.logDensities(at: points) }
  func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    (0..<points.rows).map { i in
      let s = zip(weights, points.row(i)).reduce(-0.3) { $0 + $1.0 * $1.1 }
      return -2 * s * s - 0.2 * cos(s)
    }
  }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    values = zip(logLikelihoods(at: points), logPriors(at: points)).map { $0 + $1 }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    evaluate(points, values: &values)
    for i in 0..<points.rows {
      let s = zip(weights, points.row(i)).reduce(-0.3) { $0 + $1.0 * $1.1 }
      for k in 0..<4 {
        gradients[i, k] =
          values[i].isFinite
          ? (-4 * s + 0.2 * sin(s)) * weights[k] + prior.factors[k].derivative(points[i, k]) : 0
      }
    }
  }
}

private func configuration() -> StudyConfiguration {
  var result = StudyConfiguration.quickstart(seed: 2)
  result.unbiased = HamiltonianSampler(chains: 16, drawsPerChain: 40, warmUpSteps: 60, seed: 2)
  result.dataset.points = 400
  result.dataset.ridgePoints = 100
  result.dataset.ridgeMaxima = 6
  result.dataset.ridgeRange = -0.5...1
  result.dataset.validation = 0.1
  result.dataset.test = 0.2
  result.recipe = .enhanced(widths: [8], epochs: 4, batchSize: 64, seed: 2)
  result.resampling = HamiltonianSampler(
    chains: 16, drawsPerChain: 40, warmUpSteps: 40, seed: 3)
  result.profileValues = [0, 0.5]
  return result
}

@Suite(.serialized) struct StudyTests {
  private func study(
    in folder: URL, onProgress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) throws -> Study<Small> {
    try Study(
      of: Small(), title: "small", configuration: configuration(), in: folder,
      onProgress: onProgress)
  }

  @Test func theSecondRunUsesEverythingAgain() throws {
    try withTemporaryFolder { folder in
      let first = try study(in: folder).run()
      #expect(first.records.map(\.reused) == [false, false, false, false])
      #expect(
        first.records.map(\.artifact)
          == ["chains.h5", "dataset.h5", "model.onnx", "surrogate-chains.h5"])
      let second = try study(in: folder).run()
      #expect(second.records.map(\.reused) == [true, true, true, true])
      #expect(second.records.map(\.key) == first.records.map(\.key))
      #expect(second.surrogate.network == first.surrogate.network)
      #expect(second.chains.positions == first.chains.positions)
      #expect(second.truthProfile.testStatistic == first.truthProfile.testStatistic)
      #expect(second.history == first.history)
      #expect(second.evaluations["S1"]?.metrics[.test] == first.evaluations["S1"]?.metrics[.test])
      #expect(second.testStatisticErrors.count == 2)
    }
  }

  /// Another recipe re-trains and re-samples, but keeps the chains and the data set.
  @Test func onlyWhatDependsIsMadeAnew() throws {
    try withTemporaryFolder { folder in
      _ = try study(in: folder).run()
      var other = configuration()
      other.recipe.training.maximumEpochs = 3
      let result = try Study(
        of: Small(), title: "small", configuration: other, in: folder
      ).run()
      #expect(result.records.map(\.reused) == [true, true, false, false])
    }
  }

  @Test func interruptedAndResumedEqualsUninterrupted() throws {
    try withTemporaryFolder { folder in
      let whole = try study(in: folder.appending(path: "whole")).run()
      let place = folder.appending(path: "parts")
      let stopped = Mutex(false)
      let interrupted = try study(in: place) { progress in
        guard progress.stage == "training the network", let done = progress.fraction else {
          return true
        }
        stopped.withLock { $0 = true }
        return done < 0.4
      }
      #expect(throws: StudyInterrupted.self) { try interrupted.run() }
      #expect(stopped.withLock { $0 })
      let left = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
      #expect(left == ["chains.h5", "chains.h5.json", "dataset.h5", "dataset.h5.json"])
      let resumed = try study(in: place).run()
      #expect(resumed.records.map(\.reused) == [true, true, false, false])
      #expect(resumed.surrogate.network == whole.surrogate.network)
      #expect(resumed.surrogateChains.positions == whole.surrogateChains.positions)
      #expect(resumed.surrogateProfile.testStatistic == whole.surrogateProfile.testStatistic)
    }
  }

  @Test func interruptedSampling() throws {
    try withTemporaryFolder { folder in
      let interrupted = try study(in: folder) {
        $0.stage != "sampling the likelihood" || $0.fraction == nil
      }
      #expect(throws: StudyInterrupted.self) { try interrupted.run() }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func unwritableFolder() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "plain")
      try Data().write(to: file)
      #expect(throws: RunFolderError.self) { try study(in: file.appending(path: "run")) }
    }
  }
}

@Suite struct TrainingRequestTests {
  private func dataset(_ folder: URL, validation: Double = 0.1) throws -> URL {
    let density = try Small()
    let points = density.prior.draw(400, stream: RandomStream(seed: 4, purpose: "points"))
    let url = folder.appending(path: "data.h5")
    try Dataset(
      samples: [.init("S1", points)], of: density, validation: validation, test: 0.2, seed: 1
    ).write(to: url)
    return url
  }

  @Test func modelFolder() throws {
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "model")
      let summary = try TrainingRequest(recipe: .enhanced, width: 8, epochs: 3).run(
        on: dataset(folder), likelihood: Small(), writingTo: model)
      #expect(summary.epochs == 3 && summary.parameters == 4 * 8 + 8 + 8 * 8 + 8 + 8 + 1)
      #expect(try #require(summary.testRMSE) > 0)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: model.path).sorted()
          == ["history.csv", "history.json", "model.onnx", "training.json"])
      #expect(try ModelFolder(model).history().epochs.count == 3)
      let surrogate = try LikelihoodLocator.surrogate(model.path)
      #expect(surrogate.members.map(\.prior) == [(try Small()).prior])
      #expect(try LikelihoodLocator.load(model.path).parameters == surrogate.parameters)
    }
  }

  /// A maximum at a bound has no Hessian of all parameters: the training says so and goes on.
  @Test func maximumAtABound() throws {
    try withTemporaryFolder { folder in
      let data = try dataset(folder)
      for (bound, expected) in [(4.0, [String]()), (-0.5, ["at a bound: 'mu'"])] {
        let warnings = Mutex<[String]>([])
        var request = TrainingRequest(recipe: .enhanced, width: 4, epochs: 1)
        request.onWarning = { warning in warnings.withLock { $0.append(warning) } }
        _ = try request.run(
          on: data, likelihood: Small(upper: bound),
          writingTo: folder.appending(path: "model\(bound)"))
        let found = warnings.withLock { $0 }
        #expect(found.count == expected.count, "\(found)")
        for (text, part) in zip(found, expected) {
          #expect(text.contains(part) && text.contains("mean and covariance of the points"))
        }
      }
    }
  }

  @Test func badInput() throws {
    try withTemporaryFolder { folder in
      let data = try dataset(folder)
      let model = folder.appending(path: "model")
      #expect(throws: InputError.self) {
        try TrainingRequest(recipe: .paper, width: 0).run(
          on: data, likelihood: nil, writingTo: model)
      }
      let other = #expect(throws: DatasetFileError.self) {
        try TrainingRequest(recipe: .paper, epochs: 1).run(
          on: data, likelihood: ToyLHCSearch(), writingTo: model)
      }
      #expect(other?.description.contains("data.h5: the data set has 4 parameters") == true)
      #expect(other?.description.hasSuffix("(parameters of --likelihood)") == true)
      #expect(!FileManager.default.fileExists(atPath: model.path))
      #expect(throws: TrainingInterrupted.self) {
        try TrainingRequest(recipe: .paper, width: 4).run(
          on: data, likelihood: nil, writingTo: model
        ) { _, _ in false }
      }
      #expect(
        !FileManager.default.fileExists(atPath: model.appending(path: "model.onnx").path))
      let none = #expect(throws: InputError.self) { try ModelFolder(model).history() }
      #expect(none?.description.contains("history.json") == true)
    }
  }
}
