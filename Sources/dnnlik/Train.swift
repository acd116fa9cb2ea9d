import ArgumentParser
import DNNLikelihood
import Foundation

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a surrogate on a data set, or many in a scan.",
    discussion: """
      Recipe 'enhanced' (default) whitens the inputs and learns the residual to a quadratic \
      approximation: with --likelihood that of the maximum, otherwise that of the points' mean \
      and covariance. Where the data set has gradients, it learns them with the values. Recipe \
      'counts' learns the expected counts of a binned --likelihood (as residuals): better where \
      many factors multiply, as in HistFactory workspaces with large counts. Recipe \
      'paper' is that of arXiv:1911.03305. The model folder gets model.onnx, history.csv, \
      history.json and training.json, and, while the training lasts, checkpoint.h5 (of an ensemble \
      checkpoint-1.h5, …): the same command goes on from there, to the same weights. --scan trains all members of a grid or of \
      random draws, skips what is done, and copies the best to the folder. --members trains an \
      ensemble: the mean is the surrogate, the spread of the members its error, calibrated on the \
      validation points.

      With --target-rmse or --target-tmu there is no data set: the argument is a likelihood, which \
      is asked at points of the training's own choice, round after round, until fresh points show \
      that the surrogate is good enough. The same command goes on after an interruption.

      A folder with a model of anything else is refused without --overwrite.
      """)

  @Argument(help: "The data set (.h5); with a target, the likelihood.") var dataset: String
  @Option(name: [.short, .long], help: "Folder for the model, or for those of a scan.")
  var output: URL
  @Option(help: "The likelihood, for its maximum and its prior.") var likelihood: String?
  @OptionGroup var recipe: RecipeOptions
  @Option(parsing: .unconditional, help: "Seed.") var seed: UInt64 = 1
  @Option(help: "Networks of an ensemble, trained with seeds from --seed on.") var members = 1
  @Option(help: ArgumentHelp("What to train, instead of one network.", valueName: "scan.yaml"))
  var scan: URL?
  @Option(help: "Column of scan.csv to sort the table by (default: validationRMSE).")
  var sort: String?
  @Flag(help: "Go on with an unfinished training, which has to be there.") var resume = false
  @Flag(help: "Begin anew, whatever is in the folder.") var overwrite = false
  @Option(parsing: .unconditional, help: "Seconds between checkpoints.") var checkpoint = 30.0
  @OptionGroup var target: TargetOptions
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard checkpoint >= 0 else { throw ValidationError("--checkpoint must not be negative") }
    guard !(resume && overwrite) else {
      throw ValidationError("--resume and --overwrite exclude each other")
    }
    guard scan != nil || sort == nil else { throw ValidationError("--sort is for --scan") }
    guard scan == nil || !resume else {
      throw ValidationError(
        "--scan skips what is done and resumes the rest by itself; --resume is for one network, or "
          + "one ensemble")
    }
    guard (1...1000).contains(members) else {
      throw ValidationError("--members must be between 1 and 1000")
    }
    guard members == 1 || scan == nil else {
      throw ValidationError("--members and --scan exclude each other")
    }
    let plain =
      recipe.settings == TrainingSettings(recipe: recipe.settings.recipe)
      && recipe.settings.recipe != .paper && members == 1 && scan == nil && !resume
    guard !target.isDemanded || (plain && likelihood == nil) else {
      throw ValidationError(
        "--target-rmse and --target-tmu choose the network themselves, take the likelihood in place of "
          + "the data set, and go on by themselves: they exclude --likelihood, --members, --scan, "
          + "--resume and all options of the network but --recipe counts")
    }
    let isDataset = dataset.hasSuffix(".h5")
    guard !(target.isDemanded && isDataset) else {
      throw ValidationError(
        "expected a likelihood, which --target-rmse and --target-tmu ask at points of their own "
          + "choice, found the data set \(dataset)")
    }
    guard target.isDemanded || dataset != "toy-lhc" else {
      throw ValidationError(
        "expected a data set (.h5, of 'dataset build') or a target (--target-rmse, --target-tmu), "
          + "found the likelihood toy-lhc")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFolder(output)
    if target.isDemanded {
      try target.train(
        model.loadFree(dataset), learningCounts: recipe.settings.recipe == .counts ? true : nil,
        seed: seed, into: output, overwriting: overwrite, asJSON: common.json)
      return
    }
    let bar = ProgressBar()
    let truth = try likelihood.map { try model.loadFree($0) }
    if let scan { return try run(scan, truth, bar) }
    var request = TrainingRequest(recipe.settings, seed: seed)
    request.onWarning = bar.warn
    request.beginning = resume ? .resuming : overwrite ? .overwriting : .automatic
    request.checkpointInterval = checkpoint
    let file = URL(filePath: dataset)
    if members > 1 {
      let summary = try request.runEnsemble(
        of: members, on: file, likelihood: truth, writingTo: output
      ) { bar.show(StudyProgress(stage: "training", fraction: $0, detail: $1)) }
      bar.finish()
      return common.json ? try printJSON(summary) : print(summary.table)
    }
    let summary = try request.run(on: file, likelihood: truth, writingTo: output) {
      bar.show(StudyProgress(stage: "training", fraction: $0, detail: $1))
    }
    bar.finish()
    if common.json { try printJSON(summary) } else { print(summary.table) }
  }

  private func run(_ file: URL, _ truth: (any Posterior)?, _ bar: ProgressBar) throws {
    var run = TrainingScanRun(
      try TrainingScan(reading: file, settings: recipe.settings, seed: seed))
    run.checkpointInterval = checkpoint
    run.onWarning = bar.warn
    run.overwrites = overwrite
    if let sort { run.sortColumn = sort }
    let table = try run.run(on: URL(filePath: dataset), likelihood: truth, writingTo: output) {
      bar.show(StudyProgress(stage: "scan", fraction: $0, detail: $1))
    }
    bar.finish()
    if common.json { try printJSON(table) } else { print(table.text) }
  }
}
