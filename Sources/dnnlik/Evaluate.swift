import ArgumentParser
import DNNLikelihood
import Foundation

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a surrogate with its truth: the paper's metric table, t_mu.")

  @Argument(help: "The surrogate: an .onnx file or a model folder.") var model: String
  @Option(help: "Data set with test points (.h5).") var dataset: URL
  @Option(help: "One sample of the data set only, e.g. S1.") var sample: String?
  @Option(
    help: "The truth, for the profile of the parameter of interest (default: at 0, 0.1, …, 1).")
  var likelihood: String?
  @OptionGroup var range: ScanRange
  @Flag(help: "Exit with 0 also if a fit of the profile has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var options: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let report = try EvaluationReport(
      model: model, dataset: dataset, sample: sample,
      truth: try likelihood.map { try options.loadFree($0) }, profiledAt: range.values)
    if common.json { try printJSON(report) } else { print(report.table) }
    if report.profile?.isValid == false && !allowUnconverged { throw Failure.notValid }
  }
}
