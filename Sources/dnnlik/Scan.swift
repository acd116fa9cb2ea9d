import ArgumentParser
import DNNLikelihood

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Profile a likelihood along a parameter: t = -2 (profile - maximum).")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "The parameter (default: the parameter of interest).") var parameter: String?
  @Option(parsing: .unconditional, help: "First value.") var from = 0.0
  @Option(parsing: .unconditional, help: "Last value.") var to = 1.0
  @Option(help: "Number of values.") var points = 11
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard points >= 2, from < to, from.isFinite, to.isFinite else {
      throw ValidationError("--points must be at least 2 and --from below --to")
    }
  }

  func run() throws {
    try common.apply()
    let density = try LikelihoodLocator.load(likelihood)
    let values = (0..<points).map { from + (to - from) * Double($0) / Double(points - 1) }
    let scan = try ProfileScan(
      of: density, along: density.parameters.name(orInterest: parameter), at: values)
    let report = ScanReport(scan)
    if common.json { try printJSON(report) } else { print(report.table) }
    if !scan.isValid && !allowUnconverged { throw Failure.notValid }
  }
}
