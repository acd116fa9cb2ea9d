import ArgumentParser
import DNNLikelihood
import Foundation

struct ImpactsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "impacts",
    abstract: "Pulls of the nuisance parameters and their impacts on the parameter of interest.")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "The parameter on which the impacts are (default: the parameter of interest).")
  var parameter: String?
  @Option(
    help: ArgumentHelp("Draw pulls and impacts into this file.", valueName: "f.pdf|f.svg|f.png"))
  var figure: FigurePlace?
  @Option(help: "Parameters in the figure and pairs of correlations at most.") var top = 20
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top must be at least 1") }
  }

  func run() throws {
    try common.apply()
    try figure?.check()
    let density = try model.load(likelihood)
    let clock = Date()
    let impacts = try Impacts(
      of: density, on: density.parameters.name(orInterest: parameter), pairs: top)
    let report = ImpactsReport(impacts, seconds: Date().timeIntervalSince(clock))
    if let figure {
      try figure.write(
        try DiagnosticsFigures.pulls(impacts, count: top, name: figure.name))
    }
    if common.json { try printJSON(report) } else { print(report.table) }
    if !impacts.isValid && !allowUnconverged { throw Failure.notValid }
  }
}
