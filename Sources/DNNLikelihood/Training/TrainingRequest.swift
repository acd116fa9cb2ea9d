public import Foundation
public import Inference
internal import NeuralNetworks
internal import NumericalCore
public import Surrogates

/// A training as the command line asks for it: from a data set file to a model folder.
public struct TrainingRequest: Sendable {
  /// The recipes.
  public enum Recipe: Sendable { case enhanced, paper }

  /// The recipe.
  public var recipe: Recipe
  /// Width of the two hidden layers; that of the recipe if absent.
  public var width: Int?
  /// Epochs at most; those of the recipe if absent.
  public var epochs: Int?
  /// Precision of training and weights; that of the recipe if absent.
  public var precision: TrainingRecipe.Precision?
  /// Seed of weights and order.
  public var seed: UInt64

  /// A request.
  public init(
    recipe: Recipe, width: Int? = nil, epochs: Int? = nil,
    precision: TrainingRecipe.Precision? = nil,
    seed: UInt64 = 1
  ) {
    self.recipe = recipe
    self.width = width
    self.epochs = epochs
    self.precision = precision
    self.seed = seed
  }

  /// What a training came to, in nats; `nil` where the data set has no test points.
  public struct Summary: Codable, Sendable {
    /// Root mean squared error on the test points, in nats.
    public var testRMSE: Double?
    /// Mean squared error on the test points, in nats².
    public var testMSE: Double?
    /// Epochs run.
    public var epochs: Int
    /// The epoch of the best weights.
    public var bestEpoch: Int
    /// Seconds of training.
    public var seconds: Double
    /// Weights and biases of the network.
    public var parameters: Int
    /// Why training ended.
    public var stopReason: String
    /// The file of the surrogate.
    public var model: String

    /// The summary as text.
    public var table: String {
      let error = testRMSE.map { String(format: "test RMSE %.4f nats, ", $0) } ?? ""
      return error
        + String(
          format: "%d epochs (best %d, %@), %.1f s, %d weights\n%@", epochs, bestEpoch,
          stopReason, seconds, parameters, model)
    }
  }

  /// Trains and writes the model folder.
  ///
  /// - Parameters:
  ///   - file: the data set.
  ///   - likelihood: the truth, for its maximum (recipe `enhanced`) and its prior.
  ///   - folder: the model folder.
  ///   - onProgress: fraction done and a line of text; return false to stop.
  /// - Throws: ``StudyInterrupted``, errors of the data set, of the fit, of the training.
  public func run(
    on file: URL, likelihood: (any Posterior)?, writingTo folder: URL,
    onProgress: (Double, String) -> Bool = { _, _ in true }
  ) throws -> Summary {
    let training = try training(on: file, likelihood: likelihood)
    let output = try ModelFolder(folder)
    let trained = try training.runMeasured(onProgress: onProgress)
    let result = trained.result
    let summary = Summary(
      testRMSE: trained.test?.rmse, testMSE: trained.test?.mse, epochs: result.history.epochs.count,
      bestEpoch: result.bestEpoch, seconds: result.seconds,
      parameters: trained.surrogate.network.architecture.parameterCount,
      stopReason: result.stopReason.rawValue, model: output.model.path)
    try output.write(result.history)
    try trained.surrogate.write(to: output.model)
    try JSONEncoder().encode(summary).write(
      to: folder.appending(path: "training.json"), options: .atomic)
    return summary
  }

  /// The training that is asked for.
  func training(
    on file: URL, likelihood: (any Posterior)?
  ) throws -> SurrogateTraining {
    if let width, width < 1 {
      throw InputError.value("width", expected: "at least 1", found: "\(width)")
    }
    let data = try Dataset(reading: file)
    guard !data.indices(.training).isEmpty else {
      throw DatasetError.tooFew(.training, needed: 2, found: 0)
    }
    if let likelihood, likelihood.parameters.names != data.parameters.names {
      throw DatasetError.differentParameters(
        expected: likelihood.parameters.names, found: data.parameters.names)
    }
    return try SurrogateTraining(
      data, recipe: trainingRecipe(data), prior: likelihood?.factorizedPrior,
      quadratic: recipe == .enhanced
        ? likelihood.flatMap { try Preconditioner.atMaximum(of: $0) } : nil)
  }

  private func trainingRecipe(_ data: Dataset) -> TrainingRecipe {
    var result: TrainingRecipe
    switch recipe {
    case .enhanced:
      result = .enhanced(epochs: data.gradients == nil ? 60 : 20, seed: seed)
      if let width { result.hiddenWidths = [width, width] }
    case .paper:
      result = .paper(
        trainingSize: data.indices(.training).count, width: width ?? 500, seed: seed)
    }
    if let epochs { result.training.maximumEpochs = epochs }
    if let precision { result.precision = precision }
    return result
  }
}

extension Preconditioner {
  /// The quadratic approximation at the maximum of a density; `nil` if a parameter ends at a bound
  /// or is fixed, so that the Hessian does not cover all parameters.
  ///
  /// - Throws: `FitError`.
  static func atMaximum(of density: some Posterior) throws -> Preconditioner? {
    quadratic(at: try MaximumLikelihood().fit(density))
  }

  /// The quadratic approximation at the maximum that a fit found; `nil` if its Hessian does not
  /// cover all parameters (one is fixed or at a bound).
  public static func quadratic(at fit: FitResult) -> Preconditioner? {
    guard fit.freeIndices.count == fit.parameters.count, let covariance = fit.covariance else {
      return nil
    }
    return .quadratic(
      maximum: fit.values, logDensity: fit.logDensity, covariance: covariance)
  }
}
