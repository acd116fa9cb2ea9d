import ArgumentParser
import DNNLikelihood
import Foundation

struct PosteriorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "posterior",
    abstract: "Summarise the posterior in chains: intervals, conditions, other priors, checks.",
    discussion: """
      Several files are taken as runs of one posterior. Every number has a Monte Carlo error from \
      the correlation of the draws. Draws of 'sample --power' are not of the posterior and are \
      refused. CONDITION: comparisons (< <= > >= == !=) of parameters and \
      numbers with + - * / abs sqrt exp log, joined by and, or, not; names of other characters \
      than letters, digits and _ in back quotes. PRIOR: PARAMETER= and one of \
      \(ParameterPrior.textForms.joined(separator: ", ")).
      """)

  @Argument(help: "The chain files (.h5).") var chains: [URL]
  @Option(name: .shortAndLong, help: "A parameter; may be repeated (default: the first).")
  var parameter: [String] = []
  @Flag(help: "Summarise all parameters.") var all = false
  @Option(
    name: .customLong("where"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Use the draws that satisfy a condition, e.g. 'mu > 0'; may be repeated.",
      valueName: "condition"))
  var conditions: [String] = []
  @Option(help: "Weight the draws to another prior, e.g. 'mu=normal(0,1)'; may be repeated.")
  var prior: [String] = []
  @Option(help: "The likelihood with the prior that the draws come from.") var likelihood: String?
  @Option(help: ArgumentHelp("Column that holds weights.", valueName: "name")) var weights: String?
  @Option(
    help: ArgumentHelp(
      "Regions of two parameters, e.g. mu,delta_91; may be repeated.", valueName: "pair"))
  var joint: [String] = []
  @Flag(help: "Compare the observed data with data generated from the draws.")
  var predictive = false
  @Option(help: "Generated data sets of --predictive.") var replications = 2000
  @Option(parsing: .unconditional, help: "Seed of the random numbers.") var seed: UInt64 = 1
  @Flag(help: "Exit with 0 also if the chains have not converged or k-hat is above 0.7.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !predictive || likelihood != nil else {
      throw ValidationError("--predictive needs --likelihood, which generates the data")
    }
    guard !all || parameter.isEmpty else {
      throw ValidationError("--all and --parameter exclude each other")
    }
    for pair in joint where Self.names(of: pair).count != 2 {
      throw ValidationError("--joint takes two parameters with a comma between, not '\(pair)'")
    }
    guard replications >= 10 else { throw ValidationError("--replications must be at least 10") }
  }

  func run() throws {
    try common.apply()
    var request = PosteriorRequest()
    request.parameters = parameter
    request.allParameters = all
    request.conditions = conditions
    for (name, prior) in try prior.map(PosteriorRequest.prior) {
      guard request.priors.updateValue(prior, forKey: name) == nil else {
        throw PriorError.repeated(parameter: name)
      }
    }
    request.likelihood = likelihood
    request.likelihoodOptions = try model.options()
    request.weightColumn = weights
    request.pairs = joint.map(Self.names)
    request.replications = predictive ? replications : nil
    request.allowsUnreliableWeights = allowUnconverged
    request.seed = seed
    let runs = try chains.map { file in
      let run = try Chains(reading: file)
      try run.requireDensityItself(file.relativePath)
      return run
    }
    let analysis = try PosteriorAnalysis(of: runs, request)
    let report = PosteriorReport(analysis)
    if common.json { try printJSON(report) } else { print(report.table(analysis)) }
    if !analysis.warnings.isEmpty && !allowUnconverged { throw Failure.notValid }
  }

  private static func names(of pair: String) -> [String] {
    pair.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }
}
