import ArgumentParser
import DNNLikelihood
import Foundation

struct Fit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the maximum of a likelihood, with errors and a certificate.")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "Hold a parameter, e.g. --fix mu=1; may be repeated.") var fix: [String] = []
  @Option(
    help: "MINOS errors of a parameter, or 'all'; may be repeated.")
  var minos: [String] = []
  @Flag(help: "Exit with 0 also if the fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try FixedParameters.parse(fix) }

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    let clock = Date()
    let fitter = MaximumLikelihood()
    var fit = try fitter.fit(density, fixing: FixedParameters.parse(fix))
    var errors: [MinosErrors] = []
    if !minos.isEmpty {
      (errors, fit) = try fitter.minosErrors(
        of: fit, density, parameters: minos.contains("all") ? nil : minos)
    }
    let report = FitReport(
      fit, likelihood: try density.logLikelihood(at: fit.values), minos: errors,
      region: try region(density, fit.values), seconds: Date().timeIntervalSince(clock))
    if common.json { try printJSON(report) } else { print(report.table) }
    let isValid = fit.certificate.isValid && errors.allSatisfy(\.isValid)
    if !isValid && !allowUnconverged { throw Failure.notValid }
  }

  private func region(_ density: some Posterior, _ point: [Double]) throws -> RegionCheck? {
    try RegionCheck(density, at: Matrix(rows: 1, columns: point.count, elements: point))
  }
}
