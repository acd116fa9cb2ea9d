import ArgumentParser
import DNNLikelihood
import Foundation

struct YieldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "yields",
    abstract: "Expected counts by channel and sample before and after the fit.")

  @Argument(help: "A likelihood of counts in bins.") var likelihood: String
  @Option(help: "Draw the channels into this folder.") var figures: URL?
  @Flag(help: "Show every bin in the table.") var bins = false
  @Flag(help: "Exit with 0 also if the fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    if let figures { try OutputPlace.checkFolder(figures, option: "--figures") }
    let report = try YieldsReport(of: model.binnedModel(likelihood))
    if let figures {
      for figure in DiagnosticsFigures.yields(report.yields) { try figure.write(to: figures) }
    }
    if common.json { try printJSON(report) } else { print(report.table(bins: bins)) }
    if !report.certificate.valid && !allowUnconverged { throw Failure.notValid }
  }
}
