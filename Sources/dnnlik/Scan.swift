import ArgumentParser
import DNNLikelihood
import Foundation

struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Profile a likelihood along a parameter or two: t = -2 (profile - maximum).")

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(
    help: "A parameter (default: the parameter of interest); a second one gives a plane.")
  var parameter: [String] = []
  @OptionGroup var range: ScanRanges
  @Option(help: "Chains: t from their draws beside the exact one, for one parameter.")
  var chains: URL?
  @Option(help: "Width of the bins of the parameter in which draws are taken.")
  var width = 0.05
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard parameter.count <= 2 else { throw ValidationError("at most two --parameter") }
    guard chains == nil || parameter.count < 2 else {
      throw ValidationError("--chains goes with one --parameter")
    }
    guard width > 0, width.isFinite else { throw ValidationError("--width must be positive") }
    try range.check(parameters: max(1, parameter.count))
  }

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    let clock = Date()
    let isValid = parameter.count == 2 ? try plane(density, clock) : try line(density, clock)
    if !isValid && !allowUnconverged { throw Failure.notValid }
  }

  private func line(_ density: some Posterior, _ clock: Date) throws -> Bool {
    let name = try density.parameters.name(orInterest: parameter.first)
    let best = try MaximumLikelihood().fit(density)
    let scan = try ProfileScan(
      of: density, along: name, at: range.values(0, around: best, name, count: 11), best: best)
    var intervals: [ScanReport.Interval] = []
    var isValid = scan.isValid
    for level in [ConfidenceLevel.oneSigma, .twoSigma] {
      let t = try level.deltaChiSquared(degreesOfFreedom: 1)
      let found = try scan.intervals(at: t, of: density)
      isValid = isValid && found.isValid
      intervals.append(
        .init(probability: level.probability, level: t, ranges: found.intervals))
    }
    let sampled = try chains.map { try sampledStatistic($0, name, scan.values) }
    let report = ScanReport(
      scan, intervals: intervals, sampled: sampled,
      support: try SurrogateSupport(of: density, scan),
      seconds: Date().timeIntervalSince(clock))
    if common.json { try printJSON(report) } else { print(report.table) }
    return isValid
  }

  private func plane(_ density: some Posterior, _ clock: Date) throws -> Bool {
    let best = try MaximumLikelihood().fit(density)
    let axes = try parameter.enumerated().map { i, name in
      try range.values(i, around: best, name, count: 21)
    }
    let plane = try ProfilePlane(
      of: density, along: (parameter[0], parameter[1]), at: axes[0], axes[1], best: best)
    let report = try PlaneReport(plane, seconds: Date().timeIntervalSince(clock))
    if common.json { try printJSON(report) } else { print(report.table) }
    return plane.isValid
  }

  private func sampledStatistic(
    _ file: URL, _ name: String, _ values: [Double]
  ) throws -> SampledTestStatistic {
    let chains = try Chains(reading: file)
    try chains.requireDensityItself(file.relativePath)
    guard let column = chains.names.firstIndex(of: name) else {
      throw ParameterError.unknownName(name, chains.names)
    }
    return SampledTestStatistic(
      parameter: chains.positions.column(column), logDensities: chains.logDensities, at: values,
      width: width)
  }
}
