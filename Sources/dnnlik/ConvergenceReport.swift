import ArgumentParser
import DNNLikelihood
import Foundation

/// What `sample` and `diagnose` print.
struct ConvergenceReport: Encodable {
  struct Entry: Encodable {
    let mean, sd: Double
    let rhat, essBulk, essTail, mcse, tau: Double?
  }

  let draws, chains: Int
  let parameters: [String: Entry]
  let warnings: [String]
  let acceptance: Double
  let divergences: Int

  /// Prints the diagnostics of chains.
  ///
  /// - Throws: ``Failure/notValid`` if they have not converged.
  static func show(_ chains: Chains, _ common: CommonOptions, allowUnconverged: Bool) throws {
    let summary = try chains.convergence()
    let report = ConvergenceReport(chains, summary)
    if common.json { try printJSON(report) } else { print(report.table(summary)) }
    if !report.warnings.isEmpty && !allowUnconverged { throw Failure.notValid }
  }

  private init(_ chains: Chains, _ summary: ConvergenceSummary) {
    draws = chains.positions.rows
    self.chains = chains.walkers
    acceptance = chains.acceptance.reduce(0, +) / Double(chains.acceptance.count)
    divergences = chains.divergences
    warnings = chains.warnings(summary)
    parameters = Dictionary(
      uniqueKeysWithValues: summary.parameters.map {
        (
          $0.name,
          Entry(
            mean: $0.mean, sd: $0.standardDeviation, rhat: $0.rHat,
            essBulk: $0.bulkEffectiveSampleSize, essTail: $0.tailEffectiveSampleSize,
            mcse: $0.meanError, tau: $0.autocorrelationTime?.time)
        )
      })
  }

  private func table(_ summary: ConvergenceSummary) -> String {
    func number(_ value: Double?, _ format: String) -> String {
      if let value { return String(format: format, value) }
      let blank = String(format: format, 0.0).count
      return String(repeating: " ", count: blank - 1) + "-"
    }
    let width = max(13, (summary.parameters.map(\.name.count).max() ?? 0) + 1)
    func padded(_ name: String) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    var lines = [
      "\(draws) draws of \(chains) chains, acceptance \(number(acceptance, "%.3f")), "
        + "\(divergences) divergences",
      padded("parameter") + "     mean        sd     R-hat  ESS bulk  ESS tail      MCSE     tau",
    ]
    for p in summary.parameters {
      lines.append(
        padded(p.name)
          + [
            number(p.mean, "%9.4f"), number(p.standardDeviation, "%9.4f"),
            number(p.rHat, "%9.4f"), number(p.bulkEffectiveSampleSize, "%9.0f"),
            number(p.tailEffectiveSampleSize, "%9.0f"), number(p.meanError, "%9.5f"),
            number(p.autocorrelationTime?.time, "%7.2f"),
          ].joined(separator: " "))
    }
    lines += warnings.prefix(20).map { "warning: " + $0 }
    if warnings.count > 20 { lines.append("… and \(warnings.count - 20) more warnings") }
    return lines.joined(separator: "\n")
  }
}
