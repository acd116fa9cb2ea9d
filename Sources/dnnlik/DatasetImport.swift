import ArgumentParser
import DNNLikelihood
import Foundation

struct DatasetImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a data set of points whose log densities are known.",
    discussion: """
      Reads tables as text (.csv, .txt), NumPy arrays (.npy, .npz), chains of emcee and of this \
      program, HDF5 (.h5), netCDF of ArviZ (.nc), and GetDist chains (the root of a .paramnames \
      file). Each FILE becomes a sample of the data set. Columns are found by their usual names \
      (logl, loglike, chi2, logprior, logpost, minuslogpost, log_prob, weight, …), all others are \
      parameters. A minus before a column (--log-likelihood=-nll) says that it holds the negative.
      """)

  @Argument(help: "The samples.") var files: [URL]
  @Option(name: [.short, .long], help: "File for the data set (.h5).") var output: URL
  @Option(help: "Format, if the name of the file does not tell.") var format: SampleFormat?
  @Option(help: "The group of an HDF5 file that holds the samples.") var group: String?
  @Option(help: "Names of the columns, where the file has none.") var columns: NameList?
  @Option(help: "The parameters and their order; other columns are left out.")
  var parameters: NameList?
  @Option(help: "Columns to leave out; a * at the end stands for any ending.")
  var ignore: NameList?
  @Option(parsing: .unconditional, help: "Column of the log-likelihood.")
  var logLikelihood: String?
  @Option(help: "Column of chi2 = -2 log-likelihood.") var chi2: String?
  @Option(parsing: .unconditional, help: "Column of the log-prior.") var logPrior: String?
  @Option(parsing: .unconditional, help: "Column of the log-posterior.") var logPosterior: String?
  @Option(help: "Column of the weights, which are reported and not stored.") var weight: String?
  @Flag(help: "The prior is flat: the log-posterior is the log-likelihood.") var flatPrior = false
  @Flag(help: "Keep the log-posterior without separating the likelihood.")
  var posteriorOnly = false
  @Option(help: "A parameter of interest (repeatable).") var poi: [String] = []
  @Option(help: "Bounds, name=lower:upper (repeatable); an empty side has none.")
  var bounds: [NamedBounds] = []
  @Flag(help: "Keep one of repeated points; otherwise they stay, in the same part of the split.")
  var mergeRepeats = false
  @Flag(help: "Keep points that come with different log densities.") var allowConflicts = false
  @Option(parsing: .unconditional, help: "Fraction for validation.") var validation = 0.1
  @Option(parsing: .unconditional, help: "Fraction for the final test.") var test = 0.1
  @Option(parsing: .unconditional, help: "Seed of the order and the split.") var seed: UInt64 = 1
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw ValidationError("--validation and --test must not be negative, their sum below 1")
    }
    guard !flatPrior || !posteriorOnly else {
      throw ValidationError("--flat-prior and --posterior-only exclude each other")
    }
    guard logLikelihood == nil || chi2 == nil else {
      throw ValidationError("--log-likelihood and --chi2 exclude each other")
    }
    let names = bounds.map(\.name)
    guard Set(names).count == names.count else {
      throw ValidationError("--bounds names a parameter twice")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: files.map(\.path))
    let reading = SampleReading(
      format: format, columns: columns?.names, group: group, ignored: ignore?.names ?? [])
    let (data, report) = try settings.run(try files.map(reading.read))
    try data.write(to: output)
    if common.json { try printJSON(report) } else { print(report.table) }
  }

  private var settings: SampleImport {
    var result = SampleImport()
    let roles: [(SampleRole, String?)] = [
      (.logLikelihood, logLikelihood), (.logPrior, logPrior), (.logPosterior, logPosterior),
      (.weight, weight),
    ]
    result.columns = SampleColumns(
      roles: Dictionary(uniqueKeysWithValues: roles.compactMap { k, v in v.map { (k, $0) } }),
      chi2: chi2, parameters: parameters?.names)
    result.prior = flatPrior ? .flat : posteriorOnly ? .unknown : .separate
    result.interest = poi
    result.bounds = Dictionary(uniqueKeysWithValues: bounds.map { ($0.name, $0.range) })
    result.mergesRepeats = mergeRepeats
    result.allowsConflicts = allowConflicts
    (result.validation, result.test, result.seed) = (validation, test, seed)
    return result
  }
}

/// Names with commas between them; commas in brackets, as in `theta[0,1]`, belong to a name.
struct NameList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    var names = [""]
    var depth = 0
    for character in argument {
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      if character == ",", depth == 0 {
        names.append("")
      } else {
        names[names.count - 1].append(character)
      }
    }
    self.names = names.map { $0.trimmingCharacters(in: .whitespaces) }
    guard self.names.allSatisfy({ !$0.isEmpty }) else { return nil }
  }
}

/// Bounds of a parameter as they are typed, `name=lower:upper`.
struct NamedBounds: ExpressibleByArgument {
  let name: String
  let range: ClosedRange<Double>

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex else { return nil }
    let sides = argument[argument.index(after: equals)...]
      .split(separator: ":", omittingEmptySubsequences: false)
    guard sides.count == 2,
      let lower = sides[0].isEmpty ? -.infinity : Double(sides[0]),
      let upper = sides[1].isEmpty ? .infinity : Double(sides[1]), lower < upper
    else { return nil }
    name = String(argument[..<equals])
    range = lower...upper
  }
}
