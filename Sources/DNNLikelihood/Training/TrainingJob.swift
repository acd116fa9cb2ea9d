internal import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import Surrogates

/// One training on data that have been read, into a model folder: of a single network, or of a
/// member of a scan.
struct TrainingJob {
  let data: Dataset
  let recipe: TrainingRecipe
  let prior: ProductPrior?
  let quadratic: Preconditioner?
  let counts: BinCounts?
  let folder: ModelFolder
  let checkpointInterval: Double

  var identity: TrainingIdentity {
    TrainingIdentity(
      dataset: data, recipe: recipe, usesLikelihood: quadratic != nil, counts: counts)
  }

  /// Trains, or goes on where an earlier run stopped, and writes the folder; the record
  /// `training.json` is written last.
  ///
  /// - Throws: ``TrainingInterrupted``, errors of the training.
  func run(onProgress: (Double, String) -> Bool) throws -> TrainingSummary {
    let training = try SurrogateTraining(
      data, recipe: recipe, prior: prior, quadratic: quadratic, counts: counts)
    var checkpoint = folder.checkpoint
    checkpoint.interval = checkpointInterval
    let trained = try training.runMeasured(checkpoint: checkpoint, onProgress: onProgress)
    let (result, identity) = (trained.result, identity)
    let summary = TrainingSummary(
      testRMSE: trained.test?.rmse, testMSE: trained.test?.mse,
      validationRMSE: trained.validation?.rmse, epochs: result.history.epochs.count,
      bestEpoch: result.bestEpoch, seconds: result.seconds,
      parameters: trained.surrogate.network.architecture.parameterCount,
      stopReason: result.stopReason.rawValue, model: folder.model.path, dataset: identity.dataset,
      digest: identity.digest)
    try folder.write(result.history)
    try trained.surrogate.write(to: folder.model)
    try folder.write(summary)
    try folder.removeCheckpoints()
    return summary
  }
}
