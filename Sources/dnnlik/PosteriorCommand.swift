import ArgumentParser
import DNNLikelihood
import Foundation

struct PosteriorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "posterior",
    abstract: "Summarise the marginal posteriors of chains: mean, sd, HPDI, limits.")

  @Argument(help: "The chain file (.h5).") var chains: URL
  @Option(name: .shortAndLong, help: "A parameter; may be repeated (default: the first).")
  var parameter: [String] = []
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let draws = try Chains(reading: chains)
    let names = parameter.isEmpty ? [draws.names[0]] : parameter
    let entries = try names.map { ($0, try PosteriorReport(draws, $0)) }
    if common.json {
      try printJSON(["parameters": Dictionary(entries, uniquingKeysWith: { $1 })])
    } else {
      for (_, entry) in entries { print(entry.table) }
    }
    let warnings = entries.flatMap(\.1.warnings)
    if !common.json { for warning in warnings { print("warning: " + warning) } }
    if !warnings.isEmpty && !allowUnconverged { throw Failure.notValid }
  }
}

/// What `posterior` prints for a parameter.
struct PosteriorReport: Encodable {
  let name: String
  let mean, sd: Double
  /// Intervals by their probability in per cent.
  let hpdi: [String: Interval]
  /// Upper ends of the intervals from zero, for draws above zero.
  let upperAboveZero: [String: MarginalIntervals.UpperLimit]
  let rhat, essBulk: Double?
  /// Why the numbers should not be used; empty if all is well.
  let warnings: [String]

  init(_ chains: Chains, _ name: String) throws {
    guard let column = chains.names.firstIndex(of: name) else {
      throw ParameterError.unknownName(name, chains.names)
    }
    let marginal = try MarginalPosterior(chains, parameter: column)
    self.name = name
    mean = marginal.intervals.mean
    sd = marginal.intervals.standardDeviation
    rhat = marginal.convergence.parameters[0].rHat
    warnings = marginal.convergence.parameters[0].warnings(marginal.convergence.criteria)
      .map { "\(name): \($0)" }
    essBulk = marginal.convergence.parameters[0].bulkEffectiveSampleSize
    hpdi = Dictionary(
      uniqueKeysWithValues: marginal.intervals.intervals.map {
        (Self.label($0.probability), $0.hull)
      })
    upperAboveZero = Dictionary(
      uniqueKeysWithValues: marginal.intervals.upperLimits.map {
        (Self.label($0.probability), $0)
      })
  }

  private static func label(_ probability: Double) -> String {
    String(format: "%.2f", 100 * probability)
  }

  var table: String {
    var lines = [String(format: "%@: mean %.5f, sd %.5f", name, mean, sd)]
    for (label, interval) in hpdi.sorted(by: { $0.key < $1.key }) {
      let limit = upperAboveZero[label].map {
        String(format: "; above 0: upper %.4f ± %.4f", $0.value, $0.error)
      }
      lines.append(
        String(
          format: "  %@ %% HPDI [%.4f ± %.4f, %.4f ± %.4f]", label, interval.lower,
          interval.lowerError ?? 0, interval.upper, interval.upperError ?? 0) + (limit ?? ""))
    }
    if let rhat, let essBulk {
      lines.append(String(format: "  R-hat %.4f, bulk ESS %.0f", rhat, essBulk))
    }
    return lines.joined(separator: "\n")
  }
}
