import ArgumentParser
import DNNLikelihood
import Foundation

struct Limit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the upper limit of a parameter, observed and expected.",
    discussion: """
      The limit is the root of CLs (or CLs+b) = 1 - the confidence level. Expected limits are \
      those without signal at -2, -1, 0, 1 and 2 standard deviations. With --from and --to the \
      Brazil band between these values is given too.
      """)

  @Argument(help: "The likelihood.") var likelihood: String
  @OptionGroup var tested: TestOptions
  @Option(help: "Confidence level of the limit.") var confidenceLevel = 0.95
  @Option(
    help: ArgumentHelp(
      "What excludes a value: CLs, or CLsb, its p value.", valueName: "CLs|CLsb"))
  var criterion = UpperLimit.Criterion.cls
  @Option(parsing: .unconditional, help: "First value of the Brazil band (default: 0).")
  var from: Double?
  @Option(
    parsing: .unconditional,
    help: "Last value of the Brazil band (default: a little above the largest limit).")
  var to: Double?
  @Option(help: "Number of values of the Brazil band.") var points: Int?
  @Option(help: "Folder for a figure of the Brazil band.") var figure: URL?
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard confidenceLevel > 0.5, confidenceLevel < 1 else {
      throw ValidationError("--confidence-level must be above 0.5 and below 1")
    }
    guard tested.statistic.isUpper else {
      throw ValidationError("a limit needs --statistic qtilde or q")
    }
    guard points ?? 2 >= 2, (from ?? 0) < (to ?? .infinity), (from ?? 0).isFinite,
      (to ?? 0).isFinite
    else {
      throw ValidationError("--points must be at least 2 and --from below --to")
    }
  }

  func run() throws {
    try common.apply()
    if let figure { try OutputPlace.checkFolder(figure) }
    let density = try model.load(likelihood)
    let isValid = try limit(density)
    if !isValid && !tested.allowUnconverged { throw Failure.notValid }
  }

  private func limit(_ density: some Posterior) throws -> Bool {
    let clock = Date()
    var tester = try AsymptoticTester(
      density, parameter: tested.parameter, statistic: tested.statistic)
    let limit = try tester.upperLimit(confidenceLevel: confidenceLevel, criterion: criterion)
    var band: BrazilBand?
    if from != nil || to != nil || points != nil || figure != nil {
      band = try tester.brazilBand(
        at: limit.scan(
          from: from, to: to, points: points ?? 41, of: density.parameters))
    }
    let report = LimitReport(limit, band: band, seconds: Date().timeIntervalSince(clock))
    if common.json { try printJSON(report) } else { print(report.table) }
    if let figure, let band {
      try BrazilBandFigure(band, level: 1 - confidenceLevel).write(to: figure)
    }
    return limit.isValid && band?.isValid ?? true
  }
}
