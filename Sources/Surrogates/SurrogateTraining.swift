internal import Foundation
public import Likelihoods
public import NeuralNetworks
internal import NumericalCore

/// The making of a surrogate from a data set.
public struct SurrogateTraining: Sendable {
  /// The data.
  public let dataset: Dataset
  /// How.
  public let recipe: TrainingRecipe
  /// The prior contained in the log-posteriors of the data.
  public let prior: ProductPrior?
  /// The quadratic approximation to use where the recipe wants one; by default that of the
  /// training points' mean and covariance.
  public let quadratic: Preconditioner?

  /// What a training gives.
  public struct Result: Sendable {
    /// The surrogate with the best weights.
    public let surrogate: SurrogateLikelihood
    /// Losses and learning rates, in standardised units of the residual.
    public let history: TrainingHistory
    /// Why training ended.
    public let stopReason: StopReason
    /// The epoch of the best weights.
    public let bestEpoch: Int
    /// Seconds spent.
    public let seconds: Double
  }

  /// A training to be run.
  ///
  /// - Parameters:
  ///   - dataset: the data.
  ///   - recipe: how.
  ///   - prior: the prior contained in the log-posteriors; that of the data set if absent.
  ///   - quadratic: the quadratic approximation to use where the recipe wants one.
  /// - Throws: ``DatasetError/tooFew(_:needed:found:)`` without training or validation points.
  public init(
    _ dataset: Dataset, recipe: TrainingRecipe, prior: ProductPrior? = nil,
    quadratic: Preconditioner? = nil
  ) throws {
    for (role, needed) in [(Split.Role.training, 2), (.validation, 1)] {
      let found = dataset.indices(role).count
      guard found >= needed else {
        throw DatasetError.tooFew(role, needed: needed, found: found)
      }
    }
    self.dataset = dataset
    self.recipe = recipe
    self.prior = prior ?? dataset.prior
    self.quadratic = quadratic
  }

  /// Trains the network.
  ///
  /// - Parameter onEpoch: called after every epoch; return false to stop.
  /// - Throws: ``DatasetError``, ``TrainingDiverged``, `NetworkError`.
  public func run(onEpoch: (EpochReport) -> Bool = { _ in true }) throws -> Result {
    let training = dataset.indices(.training)
    let validation = dataset.indices(.validation)
    let points = dataset.points.selectingRows(training)
    let targets = training.map { dataset.logPosteriors[$0] }
    let base = try fixedPart(points, targets)
    let inputs = base.whitened(points)
    let preconditioner = try base.standardizing(inputs, targets)
    let validationInputs = preconditioner.whitened(dataset.points.selectingRows(validation))
    let outcome: (SurrogateNetwork, TrainingHistory, StopReason, Int, Double)
    let samples = (
      Samples(inputs, preconditioner.networkTargets(inputs, targets)),
      Samples(
        validationInputs,
        preconditioner.networkTargets(
          validationInputs, validation.map { dataset.logPosteriors[$0] }))
    )
    switch recipe.precision {
    case .float32:
      let result: TrainingResult<Float> = try fit(samples.0, samples.1, onEpoch)
      outcome = (
        .float(result.bestNetwork), result.history, result.stopReason, result.bestEpoch,
        result.seconds
      )
    case .float64:
      let result: TrainingResult<Double> = try fit(samples.0, samples.1, onEpoch)
      outcome = (
        .double(result.bestNetwork), result.history, result.stopReason, result.bestEpoch,
        result.seconds
      )
    }
    guard outcome.2 != .notFinite else {
      throw TrainingDiverged(epoch: outcome.1.epochs.last?.epoch ?? 0)
    }
    let surrogate = SurrogateLikelihood(
      parameters: dataset.parameters, preconditioner: preconditioner, network: outcome.0,
      prior: prior,
      provenance: [
        "recipe": recipe.name, "preconditioning": preconditioning,
        "seed": "\(recipe.training.seed)",
        "training_points": "\(training.count)", "epochs": "\(outcome.1.epochs.count)",
        "best_epoch": "\(outcome.3)", "stop_reason": outcome.2.rawValue,
      ])
    return Result(
      surrogate: surrogate, history: outcome.1, stopReason: outcome.2, bestEpoch: outcome.3,
      seconds: outcome.4)
  }

  /// What the network's inputs and target are relative to, for the provenance.
  private var preconditioning: String {
    guard recipe.preconditioning == .quadratic else { return "none" }
    return quadratic == nil ? "mean and covariance of the points" : "maximum and Hessian"
  }

  /// Inputs and targets of the network.
  private struct Samples {
    let inputs: Matrix<Double>
    let targets: [Double]

    init(_ inputs: Matrix<Double>, _ targets: [Double]) {
      self.inputs = inputs
      self.targets = targets
    }

    func converted<Scalar: NetworkScalar>() throws -> TrainingSamples<Scalar> {
      try TrainingSamples(inputs: inputs.converted(), targets: targets.map { Scalar($0) })
    }
  }

  private func fixedPart(_ points: Matrix<Double>, _ targets: [Double]) throws -> Preconditioner {
    guard recipe.preconditioning == .quadratic else {
      return .identity(dimension: points.columns)
    }
    guard
      let result = quadratic
        ?? Preconditioner.gaussian(points: points, logDensities: targets)
    else {
      throw DatasetError.tooFew(.training, needed: points.columns + 1, found: points.rows)
    }
    return result
  }

  private func fit<Scalar: NetworkScalar>(
    _ training: Samples, _ validation: Samples, _ onEpoch: (EpochReport) -> Bool
  ) throws -> TrainingResult<Scalar> {
    let architecture = NetworkArchitecture(
      inputs: training.inputs.columns, hiddenWidths: recipe.hiddenWidths,
      activation: recipe.activation)
    let trainer = try Trainer<Scalar>(
      recipe.training, training: training.converted(), validation: validation.converted())
    let network = MultilayerPerceptron<Scalar>(architecture, seed: recipe.training.seed)
    return try trainer.train(network) { report, _ in onEpoch(report) }
  }
}

/// A training whose loss ceased to be a finite number; there is no network then.
public struct TrainingDiverged: Error, CustomStringConvertible {
  /// The last epoch.
  public let epoch: Int

  public var description: String {
    "the loss is not a finite number after epoch \(epoch): the training diverged and no model was "
      + "written; scale the parameters, or use the recipe 'enhanced' or a lower learning rate"
  }
}
