public import Foundation
internal import Inference
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
internal import Sampling
internal import Surrogates

/// A whole study of one likelihood: sample, build the data set, train, evaluate, infer, publish.
///
/// Every stage is a function of the likelihood, the configuration and the stages before it; the
/// expensive ones leave an artefact in the run folder and are skipped when it is there.
public struct Study<Density: Posterior>: Sendable {
  /// The likelihood with its prior.
  public let truth: Density
  /// A name for it, for titles.
  public let title: String
  /// Everything that decides the numbers.
  public let configuration: StudyConfiguration
  /// Where the artefacts are.
  public let folder: RunFolder
  /// Told of progress; returns false to stop.
  public let onProgress: @Sendable (StudyProgress) -> Bool

  /// A study to be run in a folder.
  ///
  /// - Throws: ``RunFolderError``; ``InputError`` if the likelihood has no parameter of interest.
  public init(
    of truth: Density, title: String, configuration: StudyConfiguration, in folder: URL,
    onProgress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) throws {
    guard truth.parameters.parameterOfInterest != nil else {
      throw InputError.value(
        "parameter of interest", expected: "one in the likelihood", found: "none")
    }
    self.truth = truth
    self.title = title
    self.configuration = configuration
    self.folder = try RunFolder(folder)
    self.onProgress = onProgress
  }

  /// Position of the parameter of interest.
  var interest: Int { truth.parameters.parameterOfInterest ?? 0 }

  /// Runs all stages up to the numbers; figures and report are made from the result.
  ///
  /// - Throws: ``StudyInterrupted``, errors of the stages.
  public func run() throws -> StudyResult {
    let start = Date()
    let best = try stage("finding the maximum") { try MaximumLikelihood().fit(truth) }
    let sample = try sampleTruth()
    let chains = try Chains(reading: url(sample))
    let dataset = try buildDataset(chains, best, from: sample)
    let data = try Dataset(reading: url(dataset))
    let (model, history) = try train(data, best, from: dataset)
    let surrogate = try SurrogateLikelihood(reading: url(model))
    let resampled = try resample(surrogate, data, from: model)
    let evaluations = try stage("evaluating the surrogate") {
      try [
        "S1": Evaluation(of: surrogate, on: data, sample: "S1"),
        "ridge": Evaluation(of: surrogate, on: data, sample: "ridge", comparesMarginals: false),
      ]
    }
    let profiles = try stage("profiling truth and surrogate") {
      (
        try ProfileScan(
          of: truth, along: name, at: configuration.profileValues, best: best),
        try ProfileScan(
          of: surrogate.inDoublePrecision, along: name, at: configuration.profileValues)
      )
    }
    let surrogateChains = try Chains(reading: url(resampled))
    let posteriors = try stage("credible intervals") {
      (
        try MarginalPosterior(chains, parameter: interest),
        try MarginalPosterior(surrogateChains, parameter: interest)
      )
    }
    return StudyResult(
      title: title, configuration: configuration, parameters: truth.parameters, best: best,
      chains: chains, surrogateChains: surrogateChains, dataset: data, surrogate: surrogate,
      history: history, evaluations: evaluations, truthProfile: profiles.0,
      surrogateProfile: profiles.1, truthPosterior: posteriors.0,
      surrogatePosterior: posteriors.1,
      records: [sample, dataset, model, resampled], seconds: Date().timeIntervalSince(start))
  }

  private var name: String { truth.parameters.names[interest] }

  private func url(_ record: RunFolder.Record) -> URL {
    folder.url.appending(path: record.artifact)
  }

  // MARK: - Stages

  private func sampleTruth() throws -> RunFolder.Record {
    let stage = "sampling the likelihood"
    let key = SampleKey(
      title: title, parameters: truth.parameters, prior: truth.factorizedPrior,
      sampler: configuration.unbiased)
    return try artifact(stage, "chains.h5", key) { file in
      let chains = try configuration.unbiased.sample(truth, onProgress: report(stage))
      try chains.write(to: file)
    }
  }

  private func buildDataset(
    _ chains: Chains, _ best: FitResult, from sample: RunFolder.Record
  ) throws -> RunFolder.Record {
    return try artifact(
      "building the data set", "dataset.h5", configuration.dataset, inputs: [sample]
    ) { file in
      var data = try configuration.dataset.build(
        truth, chains: chains, best: best, onProgress: report("building the data set"))
      data.provenance["likelihood"] = title
      try data.write(to: file)
    }
  }

  private func train(
    _ data: Dataset, _ best: FitResult, from dataset: RunFolder.Record
  ) throws -> (RunFolder.Record, TrainingHistory) {
    let stage = "training the network"
    let models = try ModelFolder(folder.url)
    let record = try artifact(
      stage, "model.onnx", configuration.recipe, inputs: [dataset]
    ) { file in
      var trained = try SurrogateTraining(
        data, recipe: configuration.recipe, prior: truth.factorizedPrior,
        quadratic: .quadratic(at: best)
      ).runMeasured { fraction, line in
        onProgress(StudyProgress(stage: stage, fraction: fraction, detail: line))
      }
      trained.surrogate.provenance["dataset_key"] = dataset.key
      try models.write(trained.result.history)
      try trained.surrogate.write(to: file)
    }
    return (record, try models.history())
  }

  private func resample(
    _ surrogate: SurrogateLikelihood, _ data: Dataset, from model: RunFolder.Record
  ) throws -> RunFolder.Record {
    let stage = "re-sampling the surrogate"
    let sampler = configuration.resampling
    return try artifact(stage, "surrogate-chains.h5", sampler, inputs: [model]) { file in
      // Starts from unbiased points of the data set: the surrogate is valid there.
      let starts = data.indices(.training, sample: "S1").prefix(sampler.chains)
      let chains = try sampler.sample(
        surrogate, from: data.points.selectingRows(Array(starts)), onProgress: report(stage))
      try chains.write(to: file)
    }
  }

  // MARK: - Progress

  private func report(_ stage: String) -> (SamplingProgress) -> Bool {
    { progress in
      // Some hundred reports a phase are enough.
      guard progress.step % max(1, progress.steps / 200) == 0 else { return true }
      return onProgress(
        StudyProgress(
          stage: stage, fraction: Double(progress.step) / Double(progress.steps),
          detail: progress.phase))
    }
  }

  private func stage<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
    guard onProgress(StudyProgress(stage: name)) else { throw StudyInterrupted() }
    let start = Date()
    let value = try body()
    let seconds = Date().timeIntervalSince(start)
    _ = onProgress(
      StudyProgress(
        stage: name, detail: String(format: "%.1f s", seconds), isFinished: true))
    return value
  }

  private func artifact(
    _ stage: String, _ file: String, _ configuration: some Encodable,
    inputs: [RunFolder.Record] = [], make: (URL) throws -> Void
  ) throws -> RunFolder.Record {
    guard onProgress(StudyProgress(stage: stage)) else { throw StudyInterrupted() }
    do {
      let record = try folder.artifact(
        file, configuration: configuration, inputs: inputs, make: make)
      let time = String(format: "%.1f s", record.seconds)
      _ = onProgress(
        StudyProgress(
          stage: stage, detail: record.reused ? "already there (\(time))" : time,
          isFinished: true))
      return record
    } catch is SamplingCancelled {
      throw StudyInterrupted()
    }
  }
}

/// What decides the draws of the truth: the likelihood as far as it can be written down, and the
/// sampler.
private struct SampleKey: Encodable {
  let title: String
  let parameters: ParameterSpace
  let prior: ProductPrior?
  let sampler: HamiltonianSampler
}
