import ArgumentParser
import DNNLikelihood
import Foundation

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Build data sets of points with their log densities.",
    subcommands: [
      DatasetBuild.self, DatasetMix.self, DatasetImport.self, DatasetInfo.self,
    ])
}

struct DatasetBuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Evaluate the draws of chains (S1) and, if asked, points along the ridge.",
    discussion: """
      S1 are random draws of the chain file. --ridge adds points around the profiled maxima of \
      the parameter of interest at every scale. --design s2 and s3 make the paper's biased and \
      mixed samples instead; sobol covers the prior evenly (where it is flat, the auxiliary \
      measurements or the range between the bounds). Chains of 'sample --power' broaden a \
      sample; 'dataset mix' joins data sets in stated fractions.
      """)

  enum Design: String, ExpressibleByArgument, CaseIterable { case s1, s2, s3, sobol }

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(help: "Chain file with unbiased draws (for s1 and s3).") var chains: URL?
  @Option(name: [.short, .long], help: "File for the data set (.h5).") var output: URL
  @Option(
    help: """
      Design: s1 unbiased, s2 the paper's ridge walk, s3 the paper's mixture, sobol space-filling.
      """)
  var design = Design.s1
  @Option(help: "Points of the design.") var points = 100_000
  @Option(help: "Further points around the ridge (0: none).") var ridge = 0
  @Option(help: "Steps of each of the 200 walkers of s2 and s3.") var walkSteps = 100_000
  @Option(
    parsing: .unconditional,
    help: "s3: biased points above this log density are all taken (paper: -290).")
  var threshold = -290.0
  @Option(parsing: .unconditional, help: "s3: fraction of unbiased points.")
  var unbiasedFraction = 0.7
  @Option(parsing: .unconditional, help: "Fraction for validation.") var validation = 0.1
  @Option(parsing: .unconditional, help: "Fraction for the final test.") var test = 0.1
  @Flag(
    inversion: .prefixedNo,
    help: """
      Store gradients too (default: where the likelihood computes an analytic one itself, without
      asking another program).
      """)
  var gradients: Bool?
  @Option(parsing: .unconditional, help: "Seed.") var seed: UInt64 = 1
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard points > 0, ridge >= 0, walkSteps > 0 else {
      throw ValidationError("--points and --walk-steps must be positive, --ridge not negative")
    }
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw ValidationError("--validation and --test must not be negative, their sum below 1")
    }
    guard (0...1).contains(unbiasedFraction) else {
      throw ValidationError("--unbiased-fraction must lie between 0 and 1")
    }
    guard design != .sobol || chains == nil else {
      throw ValidationError("design sobol takes no --chains")
    }
    guard design == .s2 || design == .sobol || chains != nil else {
      throw ValidationError("design \(design.rawValue) needs --chains")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: [likelihood, chains?.path ?? ""])
    let bar = ProgressBar()
    let draws = try chains.map { try Chains(reading: $0) }
    if let draws, draws.power != 1, design == .s1 || design == .s3 {
      Failure.say(
        "note: the draws are of the density to the power \(draws.power), not unbiased ones; their "
          + "sample is called 'S1^\(draws.power)', with the log densities of the likelihood itself")
    }
    let builder = DatasetBuilder(
      design: kind,
      points: points, ridgePoints: ridge, walkSteps: walkSteps, validation: validation,
      test: test, withGradients: gradients, unbiasedFraction: unbiasedFraction, seed: seed)
    let data = try builder.build(
      try model.loadFree(likelihood), chains: draws, onProgress: bar.show)
    bar.finish()
    try Interruption.check()
    try data.write(to: output)
    try DatasetReport.show(data, common)
  }

  private var kind: DatasetBuilder.Design {
    switch design {
    case .s1: .unbiased
    case .s2: .ridgeWalk
    case .s3: .mixed(threshold: threshold)
    case .sobol: .spaceFilling
    }
  }
}

struct DatasetInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Describe a data set.")

  @Argument(help: "The data set (.h5).") var dataset: URL
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    try DatasetReport.show(try Dataset(reading: dataset), common)
  }
}

/// What the `dataset` commands print.
struct DatasetReport: Encodable {
  let points, parameters: Int
  let samples: [String: Int]
  let split: [String: Int]
  let provenance: [String: String]

  static func show(_ data: Dataset, _ common: CommonOptions) throws {
    let report = DatasetReport(
      points: data.count, parameters: data.parameters.count,
      samples: Dictionary(
        uniqueKeysWithValues: data.sampleNames.enumerated().map { k, name in
          (name, data.sampleOfPoint.filter { $0 == k }.count)
        }),
      split: Dictionary(
        uniqueKeysWithValues: Split.Role.allCases.map { ("\($0)", data.indices($0).count) }),
      provenance: data.provenance)
    if common.json { return try printJSON(report) }
    print("\(report.points) points of \(report.parameters) parameters")
    for (name, count) in report.samples.sorted(by: { $0.key < $1.key }) {
      print("  sample \(name): \(count)")
    }
    for role in Split.Role.allCases { print("  for \(role): \(report.split["\(role)"] ?? 0)") }
    for (name, value) in report.provenance.sorted(by: { $0.key < $1.key }) {
      print("  \(name): \(value)")
    }
  }
}
