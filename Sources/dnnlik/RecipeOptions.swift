import ArgumentParser
import DNNLikelihood

/// The recipe of a training and what is to be different from it.
struct RecipeOptions: ParsableArguments {
  @Option(help: "Recipe: enhanced, counts or paper.") var recipe = TrainingSettings.Recipe.enhanced
  @Option(help: "Width of the hidden layers (default: 256; paper: 500).") var width: Int?
  @Option(help: "Number of hidden layers (default: 2).") var layers: Int?
  @Option(help: "Activation of the hidden layers (default: silu; paper: selu).")
  var activation: Activation?
  @Option(help: "Points in a step (default: 256; paper: the power of two nearest N/200).")
  var batchSize: Int?
  @Option(parsing: .unconditional, help: "Initial learning rate (default: 0.006; paper: 0.001).")
  var learningRate: Double?
  @Option(help: "Epochs at most (default: 20, without gradients 60; paper: 500).") var epochs: Int?
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
  @Option(help: "Loss of the values (default: mse).") var loss: TrainingSettings.LossName?
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
    settings.batchSize = batchSize
    settings.learningRate = learningRate
    settings.dropout = dropout
    settings.alphaDropout = alphaDropout
    settings.batchNormalization = batchNormalization ? true : nil
    settings.l1 = l1
    settings.l2 = l2
    settings.loss = loss
    settings.sampleWeights = sampleWeights
    settings.schedule = schedule
    settings.epochs = epochs
    settings.precision = precision
    return settings
  }
}
