import ArgumentParser
import DNNLikelihood

/// The recipe of a training and what is to be different from it.
struct RecipeOptions: ParsableArguments {
  @Option(help: "Recipe: enhanced, counts or paper.") var recipe = TrainingSettings.Recipe.enhanced
  @Option(help: "Width of the hidden layers (default: 256; paper: 500).") var width: Int?
  @Option(help: "Number of hidden layers (default: 2).") var layers: Int?
  @Option(help: "Activation of the hidden layers (default: silu; paper: selu).")
  var activation: Activation?
  @Option(help: "Initial weights of the hidden layers (default: what suits the activation).")
  var initializer: WeightInitializer?
  @Option(help: "Points in a step (default: 256; paper: the power of two nearest N/200).")
  var batchSize: Int?
  @Option(help: "Optimiser (default: adam); nesterov is sgd with Nesterov's momentum.")
  var optimizer: TrainingSettings.OptimizerName?
  @Option(
    parsing: .unconditional,
    help: "Initial learning rate (default: 0.006; counts: 0.003; paper: 0.001).")
  var learningRate: Double?
  @Option(
    parsing: .unconditional,
    help: "Momentum of sgd, nesterov or rmsprop (default: 0; nesterov: 0.9).")
  var momentum: Double?
  @Option(
    parsing: .unconditional,
    help: "Fraction of the rate by which adamW shrinks weights in a step (default: 0.01).")
  var weightDecay: Double?
  @Option(help: "Epochs at most (default: 20, without gradients 60; paper: 500).") var epochs: Int?
  @Option(help: "End after so many epochs without improvement (default: never; paper: 48).")
  var earlyStopping: Int?
  @Option(parsing: .unconditional, help: "Probability that a hidden unit is dropped in a step.")
  var dropout: Double?
  @Option(parsing: .unconditional, help: "The same as alpha dropout, which suits SELU.")
  var alphaDropout: Double?
  @Flag(help: "Normalise hidden layers over the points of a step; not where gradients are learned.")
  var batchNormalization = false
  @Option(parsing: .unconditional, help: "Penalty on the sum of the sizes of all weights.")
  var l1: Double?
  @Option(parsing: .unconditional, help: "Penalty on the sum of the squares of all weights.")
  var l2: Double?
  @Option(
    help: ArgumentHelp(
      "Loss of the values (default: mse).",
      discussion: "Losses act on standardised targets, half of which are negative: msle does not "
        + "tell those apart, and mape weighs those near zero most."))
  var loss: TrainingSettings.LossName?
  @Option(
    parsing: .unconditional,
    help: "Where the loss huber becomes linear, in standardised units (default: 1).")
  var huberThreshold: Double?
  @Option(
    help: "Weights of the training points: equal, or flat in the log density (default: equal).")
  var sampleWeights: SampleWeights?
  @Option(help: "Schedule of the learning rate (default: cosine; paper: plateau).")
  var schedule: TrainingSettings.ScheduleName?
  @Option(help: "Precision: float32 or float64 (default: float32; paper: float64).")
  var precision: TrainingRecipe.Precision?

  func validate() throws {
    for (name, value) in [
      ("width", width), ("layers", layers), ("batch-size", batchSize), ("epochs", epochs),
      ("early-stopping", earlyStopping),
    ] where value ?? 1 < 1 {
      throw ValidationError("--\(name) must be positive")
    }
    do { try settings.validate() } catch { throw ValidationError("\(error)") }
  }

  /// The same for the library.
  var settings: TrainingSettings {
    var settings = TrainingSettings(recipe: recipe)
    if width != nil || layers != nil {
      settings.widths = Array(
        repeating: width ?? (recipe == .paper ? 500 : 256), count: layers ?? 2)
    }
    settings.activation = activation
    settings.initializer = initializer
    settings.batchSize = batchSize
    settings.optimizer = optimizer
    settings.learningRate = learningRate
    settings.momentum = momentum
    settings.weightDecay = weightDecay
    settings.dropout = dropout
    settings.alphaDropout = alphaDropout
    settings.batchNormalization = batchNormalization ? true : nil
    settings.l1 = l1
    settings.l2 = l2
    settings.loss = loss
    settings.huberThreshold = huberThreshold
    settings.sampleWeights = sampleWeights
    settings.schedule = schedule
    settings.epochs = epochs
    settings.earlyStopping = earlyStopping
    settings.precision = precision
    return settings
  }
}
