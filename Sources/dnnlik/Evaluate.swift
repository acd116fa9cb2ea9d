import ArgumentParser
import DNNLikelihood
import Foundation

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a surrogate with its truth: values, posterior, profile, maximum.",
    discussion: """
      Errors of the log density on training, validation and test points and against the depth \
      below the maximum; the posterior of the test points re-weighted by surrogate/truth: Pareto \
      k-hat, Kolmogorov-Smirnov tests, sliced Wasserstein distance, highest-density intervals, \
      correlations; of an ensemble its members and the coverage of its errors; with --likelihood \
      t_mu and the maximum.
      """)

  @Argument(help: "The surrogate: an .onnx file or a model folder.") var model: String
  @Option(help: "Data set with test points (.h5).") var dataset: URL
  @Option(help: "One sample of the data set only, e.g. S1.") var sample: String?
  @Option(
    help: "The truth, for the profile of the parameter of interest (default: at 0, 0.1, …, 1).")
  var likelihood: String?
  @OptionGroup var range: ScanRange
  @Option(help: "Folder for figures: residuals and error against depth.") var figures: URL?
  @Flag(help: "Exit with 0 also if a fit of the profile has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    if let figures { try OutputPlace.checkFolder(figures, option: "--figures") }
    let report = try EvaluationReport(
      model: model, dataset: dataset, sample: sample,
      truth: try likelihood.map { try options.loadFree($0) },
      likelihood: likelihood ?? "the likelihood", profiledAt: range.values)
    let drawn = try figures.map { try report.writeFigures(to: $0) } ?? []
    if common.json { try printJSON(report) } else { print(report.table) }
    if !common.json { for file in drawn { print(file.relativePath) } }
    if report.profile?.isValid == false && !allowUnconverged { throw Failure.notValid }
  }
}
