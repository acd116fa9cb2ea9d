import ArgumentParser
import DNNLikelihood
import Foundation

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a surrogate on a data set.",
    discussion: """
      Recipe 'enhanced' (default) whitens the inputs and learns the residual to a quadratic \
      approximation: with --likelihood that of the maximum, otherwise that of the points' mean \
      and covariance. Where the data set has gradients, it learns them with the values. Recipe \
      'paper' is that of arXiv:1911.03305. The model folder gets \
      model.onnx, history.csv, history.json and training.json. --members trains an ensemble: the \
      mean is the surrogate, the spread of the members its error, calibrated on the validation \
      points.

      With --target-rmse or --target-tmu there is no data set: the argument is a likelihood, which \
      is asked at points of the training's own choice, round after round, until fresh points show \
      that the surrogate is good enough. The same command goes on after an interruption.
      """)

  @Argument(help: "The data set (.h5); with a target, the likelihood.") var dataset: String
  @Option(name: [.short, .long], help: "Folder for the model.") var output: URL
  @Option(help: "Recipe: enhanced or paper.") var recipe = RecipeName.enhanced
  @Option(help: "Width of the two hidden layers (default: 256; paper: 500).") var width: Int?
  @Option(help: "Epochs at most (default: 20, without gradients 60; paper: 500).") var epochs: Int?
  @Option(help: "The likelihood, for its maximum and its prior.") var likelihood: String?
  @Option(help: "Precision: float32 or float64 (default: float32; paper: float64).")
  var precision: TrainingRecipe.Precision?
  @Option(parsing: .unconditional, help: "Seed.") var seed: UInt64 = 1
  @Option(help: "Networks of an ensemble, trained with seeds from --seed on.") var members = 1
  @OptionGroup var target: TargetOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard width ?? 1 > 0, epochs ?? 1 > 0 else {
      throw ValidationError("--width and --epochs must be positive")
    }
    guard (1...1000).contains(members) else {
      throw ValidationError("--members must be between 1 and 1000")
    }
    let plain =
      recipe == .enhanced && width == nil && epochs == nil && precision == nil && members == 1
    guard !target.isDemanded || (plain && likelihood == nil) else {
      throw ValidationError(
        "--target-rmse and --target-tmu choose recipe, width, epochs, precision and members "
          + "themselves, and take the likelihood in place of the data set")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFolder(output)
    if target.isDemanded {
      try target.train(
        model.loadFree(dataset), seed: seed, into: output, asJSON: common.json)
      return
    }
    let bar = ProgressBar()
    let truth = try likelihood.map { try model.loadFree($0) }
    let request = TrainingRequest(
      recipe: recipe == .paper ? .paper : .enhanced, width: width, epochs: epochs,
      precision: precision, seed: seed)
    if members > 1 {
      let summary = try request.runEnsemble(
        of: members, on: URL(filePath: dataset), likelihood: truth, writingTo: output
      ) { bar.show(StudyProgress(stage: "training", fraction: $0, detail: $1)) }
      bar.finish()
      return common.json ? try printJSON(summary) : print(summary.table)
    }
    let summary = try request.run(
      on: URL(filePath: dataset), likelihood: truth, writingTo: output
    ) { bar.show(StudyProgress(stage: "training", fraction: $0, detail: $1)) }
    bar.finish()
    if common.json { try printJSON(summary) } else { print(summary.table) }
  }
}
