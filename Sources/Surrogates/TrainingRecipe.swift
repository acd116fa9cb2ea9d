public import NeuralNetworks

/// How a surrogate is made from a data set: the network, its preconditioning, its training.
public struct TrainingRecipe: Sendable, Codable, Equatable {
  /// What the network learns.
  public enum Preconditioning: String, Sendable, Codable, CaseIterable {
    /// The standardised log-posterior of the parameters as they are.
    case none
    /// The residual to the quadratic approximation at the maximum, in whitened parameters.
    case quadratic
  }

  /// Precision of the network.
  public enum Precision: String, Sendable, Codable, CaseIterable {
    /// Single precision.
    case float32
    /// Double precision.
    case float64
  }

  /// Name, for tables and provenance.
  public var name: String
  /// Preconditioning of inputs and target.
  public var preconditioning: Preconditioning
  /// Widths of the hidden layers.
  public var hiddenWidths: [Int]
  /// Activation of the hidden layers.
  public var activation: Activation
  /// Distribution of the initial weights of the hidden layers; `nil` for the one that suits the
  /// activation.
  public var initializer: WeightInitializer?
  /// Precision of training and of the stored weights.
  public var precision: Precision
  /// The weight of the gradients in the loss, relative to the values: 1 if both, in units of their
  /// mean squares over the training points, count alike. `nil` to train on values alone, which
  /// data sets without gradients do anyway.
  public var gradientWeight: Double?
  /// Whether the network is given the distances from the declared kinks of parameters.
  public var usesKinks: Bool
  /// Whether the network learns the residuals of the likelihood's counts (``ResidualPart``) instead
  /// of the log density.
  public var learnsCounts: Bool
  /// How much each training point counts.
  public var sampleWeights: SampleWeights
  /// Optimiser, schedule, stopping.
  public var training: TrainingConfiguration

  /// A recipe from its parts.
  public init(
    name: String, preconditioning: Preconditioning, hiddenWidths: [Int], activation: Activation,
    initializer: WeightInitializer? = nil, precision: Precision = .float32,
    gradientWeight: Double? = nil, usesKinks: Bool = false,
    learnsCounts: Bool = false, sampleWeights: SampleWeights = .equal,
    training: TrainingConfiguration
  ) {
    self.learnsCounts = learnsCounts
    self.sampleWeights = sampleWeights
    self.name = name
    self.preconditioning = preconditioning
    self.hiddenWidths = hiddenWidths
    self.activation = activation
    self.initializer = initializer
    self.precision = precision
    self.gradientWeight = gradientWeight
    self.usesKinks = usesKinks
    self.training = training
  }

  /// The recipe of arXiv:1911.03305 section 4: two equal SELU layers, raw inputs, standardised
  /// target, Adam with reduction on plateaus and early stopping, double precision.
  public static func paper(trainingSize: Int, width: Int = 500, seed: UInt64 = 1) -> TrainingRecipe
  {
    TrainingRecipe(
      name: "paper", preconditioning: .none, hiddenWidths: [width, width], activation: .selu,
      precision: .float64, training: .paper(trainingSize: trainingSize, seed: seed))
  }

  /// Whitened inputs, the residual to the quadratic approximation as target, a smooth activation,
  /// values and gradients in the loss (Czarnecki et al., arXiv:1706.04859), the distances from
  /// kinks as further inputs, a cosine schedule.
  ///
  /// Data sets without gradients need more epochs; 60 are enough.
  public static func enhanced(
    widths: [Int] = [256, 256], epochs: Int = 20, batchSize: Int = 256, seed: UInt64 = 1
  ) -> TrainingRecipe {
    TrainingRecipe(
      name: "enhanced", preconditioning: .quadratic, hiddenWidths: widths, activation: .silu,
      gradientWeight: 10, usesKinks: true,
      training: TrainingConfiguration(
        batchSize: batchSize, optimizer: .adam(AdamParameters(learningRate: 6e-3)),
        schedule: .cosine(warmUpEpochs: 1, finalFraction: 0.005), maximumEpochs: epochs,
        seed: seed))
  }

  /// The residuals of the likelihood's counts as targets, with whitened inputs, a smooth activation,
  /// the distances from kinks as further inputs and a cosine schedule: for likelihoods of Poisson
  /// counts in bins, which tell their expectations.
  ///
  /// Every evaluation teaches as many numbers as there are bins.
  public static func counts(
    widths: [Int] = [256, 256], epochs: Int = 20, batchSize: Int = 256, seed: UInt64 = 1
  ) -> TrainingRecipe {
    TrainingRecipe(
      name: "counts", preconditioning: .quadratic, hiddenWidths: widths, activation: .silu,
      usesKinks: true, learnsCounts: true,
      training: TrainingConfiguration(
        batchSize: batchSize, optimizer: .adam(AdamParameters(learningRate: 3e-3)),
        schedule: .cosine(warmUpEpochs: 1, finalFraction: 0.005), maximumEpochs: epochs,
        seed: seed))
  }
}
