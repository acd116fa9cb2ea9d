import ArgumentParser
import DNNLikelihood

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Profile a likelihood along a parameter: t = -2 (profile - maximum).")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "The parameter (default: the parameter of interest).") var parameter: String?
  @OptionGroup var range: ScanRange
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    let scan = try ProfileScan(
      of: density, along: density.parameters.name(orInterest: parameter), at: range.values)
    let report = ScanReport(scan)
    if common.json { try printJSON(report) } else { print(report.table) }
    if !scan.isValid && !allowUnconverged { throw Failure.notValid }
  }
}
