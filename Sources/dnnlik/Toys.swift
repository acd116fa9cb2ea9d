import ArgumentParser
import DNNLikelihood
import Foundation

struct Toys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pseudo-experiments: the distribution of t, coverage, Neyman intervals.",
    discussion: """
      At each value of the parameter of interest data are drawn, and fitted freely and under that \
      value. Given are the coverage of the intervals of Wilks' theorem, the quantiles of t, and the \
      Feldman-Cousins interval of the observed data beside Wilks'. The toys are kept in a file as \
      they are made; --resume goes on after an interruption, or to more toys. Runs on several \
      machines take disjoint ranges (--first-toy) or values, and are joined by 'dnnlik toys merge'.
      """,
    subcommands: [ToysRun.self, ToysMerge.self], defaultSubcommand: ToysRun.self)
}

struct ToysRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Make pseudo-experiments (the default).")

  @Argument(help: "The likelihood; it has to be one that can generate data.") var likelihood: String
  @Option(
    parsing: .unconditionalSingleValue,
    help: "A value of the parameter; may be repeated (default: --from, --to, --points).")
  var mu: [Double] = []
  @OptionGroup var range: ScanRange
  @Option(help: "Toys at each value.") var toys = 2000
  @Option(help: "Number of the first toy.") var firstToy = 0
  @Option(
    help: """
      Nuisance parameters of the generated data: profile (their maxima given the observed data) or \
      hybrid (random for each toy).
      """)
  var construction = PseudoExperiments.Construction.profile
  @Option(help: "hybrid: chains to take the nuisance parameters from, instead of the prior.")
  var draws: URL?
  @Flag(help: "Auxiliary measurements keep their values (default with hybrid).")
  var fixedAuxiliary = false
  @Flag(help: "Auxiliary measurements fluctuate too (default with profile).")
  var fluctuatingAuxiliary = false
  @Option(parsing: .unconditional, help: "Seed.") var seed: UInt64 = 1
  @Option(name: [.short, .long], help: "File for the toys.") var output: URL
  @Flag(help: "Go on with the file of an interrupted run.") var resume = false
  @Flag(help: "Exit with 0 also if too many fits have no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard toys > 0, firstToy >= 0 else {
      throw ValidationError("--toys must be positive and --first-toy not negative")
    }
    guard Set(mu).count == mu.count, mu.allSatisfy(\.isFinite) else {
      throw ValidationError("--mu expects different numbers")
    }
    guard draws == nil || construction == .hybrid else {
      throw ValidationError("--draws goes with --construction hybrid")
    }
    guard !(fixedAuxiliary && fluctuatingAuxiliary) else {
      throw ValidationError("--fixed-auxiliary contradicts --fluctuating-auxiliary")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: [likelihood] + (draws.map { [$0.path] } ?? []))
    guard let model = try model.load(likelihood) as? any GenerativeModel else {
      throw InputError.notGenerative(likelihood)
    }
    let clock = Date()
    let results = try make(model)
    guard results.isComplete else {
      Failure.say(
        "Interrupted. \(results.count) toys are kept in \(output.relativePath); the same command "
          + "with --resume goes on from there.")
      throw Failure.interrupted
    }
    try ToysReport(results, seconds: Date().timeIntervalSince(clock)).show(common)
    if !results.isValid && !allowUnconverged { throw Failure.notValid }
  }

  private func make(_ model: some GenerativeModel) throws -> PseudoExperimentResults {
    let study = PseudoExperiments(
      parameter: try model.parameters.name(orInterest: nil),
      coverageAt: (mu.isEmpty ? range.values : mu).sorted(), toys: toys, firstToy: firstToy,
      construction: construction,
      fluctuatesAuxiliary: fixedAuxiliary ? false : (fluctuatingAuxiliary ? true : nil), seed: seed)
    let draws = try draws.map { file in
      let chains = try Chains(reading: file)
      return NuisanceDraws(names: chains.names, rows: chains.positions)
    }
    let bar = ProgressBar()
    defer { bar.finish() }
    let progress = ToyProgress(bar)
    return try study.run(
      model, keepingIn: output, resuming: resume, draws: draws, onBatch: progress.show)
  }
}

struct ToysMerge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Join files of pseudo-experiments of one likelihood.")

  @Argument(help: "The files: with other toys of the same values, or with other values.")
  var files: [URL]
  @Option(name: [.short, .long], help: "File for all toys.") var output: URL
  @Flag(help: "Exit with 0 also if toys are missing or too many have no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name the files to join") }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: files.map(\.path))
    let clock = Date()
    let parts = try files.map { try PseudoExperimentFile.read($0) }
    let results = try parts.dropFirst().reduce(parts[0]) { try $0.merging($1) }
    try PseudoExperimentFile.write(results, to: output)
    try ToysReport(results, seconds: Date().timeIntervalSince(clock)).show(common)
    if !results.isValid && !allowUnconverged { throw Failure.notValid }
  }
}
