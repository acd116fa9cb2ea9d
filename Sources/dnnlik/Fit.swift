import ArgumentParser
import DNNLikelihood
import Foundation

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the maximum of a likelihood, with errors and a certificate.")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "Hold a parameter, e.g. --fix mu=1; may be repeated.") var fix: [String] = []
  @Flag(help: "Exit with 0 also if the fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try FixedParameters.parse(fix) }

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    let fit = try MaximumLikelihood().fit(density, fixing: FixedParameters.parse(fix))
    let report = FitReport(fit, likelihood: try density.logLikelihood(at: fit.values))
    if common.json { try printJSON(report) } else { print(report.table) }
    if !fit.certificate.isValid && !allowUnconverged { throw Failure.notValid }
  }
}
