public import NeuralNetworks
public import Surrogates

/// A recipe by name, with what is to be different from it.
///
/// What is absent is that of the recipe for the data set at hand.
public struct TrainingSettings: Codable, Sendable, Hashable {
  /// The recipes.
  public enum Recipe: String, Codable, Sendable, CaseIterable {
    /// Whitened inputs, the residual to a quadratic approximation, gradients.
    case enhanced
    /// The residuals of the likelihood's counts.
    case counts
    /// That of arXiv:1911.03305.
    case paper
  }

  /// Losses by their usual names; all act on standardised targets, so that those relative to the
  /// target (mape, msle) weigh targets near zero most, and msle does not tell negative ones apart.
  public enum LossName: String, Codable, Sendable, CaseIterable { case mse, mae, mape, msle, huber }

  /// Schedules of the learning rate.
  public enum ScheduleName: String, Codable, Sendable, CaseIterable {
    /// It stays as it is.
    case constant
    /// It falls on plateaus of the loss, as the paper has it.
    case plateau
    /// Half a cosine after one epoch of warm-up.
    case cosine
    /// One cycle: up and down along half cosines.
    case oneCycle
    /// A tenth after each third of the epochs.
    case step
    /// It rises during the first epoch and then stays.
    case warmUp
  }

  /// The recipe.
  public var recipe: Recipe
  /// Widths of the hidden layers.
  public var widths: [Int]?
  /// Activation of the hidden layers.
  public var activation: Activation?
  /// Distribution of the initial weights of the hidden layers.
  public var initializer: WeightInitializer?
  /// Points in a step.
  public var batchSize: Int?
  /// The optimiser.
  public var optimizer: OptimizerName?
  /// Initial learning rate.
  public var learningRate: Double?
  /// Momentum of optimisers other than Adam.
  public var momentum: Double?
  /// The fraction of the rate by which adamW shrinks all parameters in a step.
  public var weightDecay: Double?
  /// Probability that a hidden unit is dropped in a step.
  public var dropout: Double?
  /// The same for alpha dropout, which suits SELU.
  public var alphaDropout: Double?
  /// Whether hidden layers are normalised over the points of each step.
  public var batchNormalization: Bool?
  /// Penalty on the size of weights.
  public var l1: Double?
  /// Penalty on the square of weights.
  public var l2: Double?
  /// Loss of the values.
  public var loss: LossName?
  /// Where Huber's loss becomes linear, in standardised units; 1 if absent.
  public var huberThreshold: Double?
  /// How much each training point counts.
  public var sampleWeights: SampleWeights?
  /// Schedule of the learning rate.
  public var schedule: ScheduleName?
  /// Epochs at most.
  public var epochs: Int?
  /// Epochs without improvement after which training ends.
  public var earlyStopping: Int?
  /// Precision of training and weights.
  public var precision: TrainingRecipe.Precision?

  /// A recipe as it is.
  public init(recipe: Recipe = .enhanced) { self.recipe = recipe }

  /// Tests that every number lies in its range.
  ///
  /// - Throws: ``InputError`` naming the field.
  public func validate() throws(InputError) {
    func require(
      _ name: String, _ value: some CustomStringConvertible, _ expected: String, _ holds: Bool
    ) throws(InputError) {
      if !holds { throw .value(name, expected: expected, found: value.description) }
    }
    for width in widths ?? [] { try require("width", width, "at least 1", width >= 1) }
    if let batchSize { try require("batchSize", batchSize, "at least 1", batchSize >= 1) }
    if batchNormalization == true, let batchSize {
      try require("batchSize", batchSize, "at least 2 for batch normalisation", batchSize >= 2)
    }
    if let epochs { try require("epochs", epochs, "at least 1", epochs >= 1) }
    if let earlyStopping {
      try require("earlyStopping", earlyStopping, "at least 1", earlyStopping >= 1)
    }
    for (name, number) in [("learningRate", learningRate), ("huberThreshold", huberThreshold)] {
      guard let number else { continue }
      try require(name, number, "a number above 0", number > 0 && number.isFinite)
    }
    for (name, value, holds, owner) in [
      ("momentum", momentum, optimizer?.hasMomentum ?? false, "optimizer sgd, nesterov or rmsprop"),
      ("weightDecay", weightDecay, optimizer == .adamW, "optimizer adamW"),
      ("huberThreshold", huberThreshold, loss == .huber, "loss huber"),
    ] {
      if let value { try require(name, value, "none without \(owner)", holds) }
    }
    for (name, rate) in [
      ("dropout", dropout), ("alphaDropout", alphaDropout), ("momentum", momentum),
    ] {
      guard let rate else { continue }
      try require(name, rate, "a number from 0 up to, but not including, 1", (0..<1).contains(rate))
    }
    if dropout ?? 0 > 0, let alphaDropout, alphaDropout > 0 {
      try require("alphaDropout", alphaDropout, "0 beside dropout", false)
    }
    for (name, penalty) in [("l1", l1), ("l2", l2), ("weightDecay", weightDecay)] {
      guard let penalty else { continue }
      try require(name, penalty, "a number of at least 0", penalty >= 0 && penalty.isFinite)
    }
  }

  /// The recipe for a data set.
  ///
  /// - Throws: ``InputError`` for a number outside its range, and for batch normalisation where
  ///   gradients would be learned.
  public func trainingRecipe(for data: Dataset, seed: UInt64) throws(InputError) -> TrainingRecipe {
    try validate()
    let n = data.indices(.training).count
    var result: TrainingRecipe =
      switch recipe {
      case .enhanced: .enhanced(epochs: data.gradients == nil ? 60 : 20, seed: seed)
      case .counts: .counts(seed: seed)
      case .paper: .paper(trainingSize: max(1, n), seed: seed)
      }
    if let widths { result.hiddenWidths = widths }
    if let activation { result.activation = activation }
    if let initializer { result.initializer = initializer }
    if let precision { result.precision = precision }
    if let sampleWeights { result.sampleWeights = sampleWeights }
    change(&result.training, trainingSize: n)
    if batchNormalization == true, result.gradientWeight != nil, data.gradients != nil {
      throw .value(
        "batchNormalization",
        expected: "a training on values alone (recipe counts or paper, or a data set built with "
          + "--no-gradients)", found: "recipe \(recipe.rawValue) and a data set with gradients")
    }
    return result
  }

  private func change(_ training: inout TrainingConfiguration, trainingSize n: Int) {
    if let batchSize { training.batchSize = batchSize }
    if let epochs { training.maximumEpochs = epochs }
    training.optimizer = optimizer(insteadOf: training.optimizer)
    if let earlyStopping {
      training.earlyStopping = EarlyStopping(
        patience: earlyStopping,
        minimumImprovement: training.earlyStopping?.minimumImprovement ?? 0)
    }
    if let l1 { training.l1 = l1 }
    if let l2 { training.l2 = l2 }
    if let dropout, dropout > 0 { training.dropout = .standard(rate: dropout) }
    if let alphaDropout, alphaDropout > 0 { training.dropout = .alpha(rate: alphaDropout) }
    if batchNormalization == true { training.batchNormalization = BatchNormalization() }
    switch loss {
    case nil: break
    case .mse: training.loss = .meanSquaredError
    case .mae: training.loss = .meanAbsoluteError
    case .mape: training.loss = .meanAbsolutePercentageError
    case .msle: training.loss = .meanSquaredLogarithmicError
    case .huber: training.loss = .huber(threshold: huberThreshold ?? 1)
    }
    switch schedule {
    case nil: break
    case .constant: training.schedule = .constant
    case .plateau: training.schedule = TrainingConfiguration.paper(trainingSize: n).schedule
    case .cosine: training.schedule = .cosine(warmUpEpochs: 1, finalFraction: 0.005)
    case .oneCycle: training.schedule = .oneCycle()
    case .step:
      training.schedule = .step(epochs: max(1, training.maximumEpochs / 3), factor: 0.1)
    case .warmUp: training.schedule = .linearWarmUp(epochs: 1)
    }
  }
}
