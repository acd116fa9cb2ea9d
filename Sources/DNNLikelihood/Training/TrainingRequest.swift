public import Foundation
internal import NeuralNetworks
internal import NumericalCore
public import Surrogates

/// A training as the command line asks for it: from a data set file to a model folder.
///
/// While it lasts, the folder has a checkpoint; the same request goes on from there, to the same
/// weights as a training that was never interrupted.
public struct TrainingRequest: Sendable {
  /// The recipes.
  public typealias Recipe = TrainingSettings.Recipe
  /// What a training comes to.
  public typealias Summary = TrainingSummary

  /// What is done with a folder that is not empty.
  public enum Beginning: Sendable {
    /// Goes on with an unfinished training; a finished one of the same data set is replaced.
    case automatic
    /// Goes on with an unfinished training, which has to be there.
    case resuming
    /// Begins anew, whatever is there.
    case overwriting
  }

  /// The recipe and what is different from it.
  public var settings: TrainingSettings
  /// Seed of weights, order and dropout.
  public var seed: UInt64
  /// What is done with a folder that is not empty.
  public var beginning = Beginning.automatic
  /// Seconds between checkpoints.
  public var checkpointInterval = 30.0
  /// Told, before the training, what a user should know of it.
  public var onWarning: @Sendable (String) -> Void = { _ in }

  /// A request.
  public init(_ settings: TrainingSettings, seed: UInt64 = 1) {
    self.settings = settings
    self.seed = seed
  }

  /// A request for a recipe with two hidden layers of a width, epochs at most and precision; those
  /// of the recipe where absent.
  public init(
    recipe: Recipe, width: Int? = nil, epochs: Int? = nil,
    precision: TrainingRecipe.Precision? = nil, seed: UInt64 = 1
  ) {
    var settings = TrainingSettings(recipe: recipe)
    settings.widths = width.map { [$0, $0] }
    settings.epochs = epochs
    settings.precision = precision
    self.init(settings, seed: seed)
  }

  /// Trains and writes the model folder.
  ///
  /// - Parameters:
  ///   - file: the data set.
  ///   - likelihood: the truth, for its prior, and its maximum (recipe `enhanced`) or its counts
  ///     (recipe `counts`).
  ///   - folder: the model folder.
  ///   - onProgress: fraction done and a line of text; return false to stop.
  /// - Throws: ``TrainingInterrupted``, ``ModelFolderError``, `CheckpointError`, errors of the data
  ///   set, of the fit, of the training.
  public func run(
    on file: URL, likelihood: (any Posterior)?, writingTo folder: URL,
    onProgress: (Double, String) -> Bool = { _, _ in true }
  ) throws -> Summary {
    try settings.validate()
    let input = try TrainingInput(
      file, likelihood: likelihood, recipes: [settings.recipe], onWarning: onWarning)
    let recipe = try settings.trainingRecipe(for: input.data, seed: seed)
    let job = TrainingJob(
      data: input.data, recipe: recipe, prior: input.prior, quadratic: input.quadratic,
      counts: input.counts(for: input.data, recipe),
      folder: ModelFolder(planned: folder), checkpointInterval: checkpointInterval)
    try job.folder.claim(
      for: .dataset(job.identity.dataset), resuming: [job.folder.checkpoint],
      overwriting: beginning == .overwriting)
    if beginning == .resuming, try job.folder.checkpoint.contents() == nil {
      guard let finished = job.folder.summary(), finished.digest == job.identity.digest else {
        throw ModelFolderError.nothingToResume(folder)
      }
      return finished
    }
    return try TrainingInput.naming(file) { try job.run(onProgress: onProgress) }
  }

  /// The training that is asked for, on its own or as the first of several.
  ///
  /// - Throws: errors of the data set, of the fit.
  func training(on file: URL, likelihood: (any Posterior)?) throws -> SurrogateTraining {
    try settings.validate()
    let input = try TrainingInput(
      file, likelihood: likelihood, recipes: [settings.recipe], onWarning: onWarning)
    let recipe = try settings.trainingRecipe(for: input.data, seed: seed)
    return try SurrogateTraining(
      input.data, recipe: recipe, prior: input.prior, quadratic: input.quadratic,
      counts: input.counts(for: input.data, recipe))
  }
}
