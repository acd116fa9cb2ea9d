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
  /// `nil` where the file does not say.
  let acceptance: Double?
  let divergences: Int
  /// Steps that were dropped at the beginning, and steps between draws, as far as they are known.
  let burnIn, thinning: Int?
  /// What of these a goal decided.
  let automaticBurnIn, automaticThinning: Int?
  /// The goal that was reached.
  let goal: String?
  /// Of a network, the fraction of the draws outside the region where it holds.
  let outsideRegion: Double?
  /// What to know that does not speak against the chains.
  let note: String?
  /// What was asked beyond.
  let details: DetailsReport?

  /// Prints the diagnostics of a chain file.
  ///
  /// - Parameters:
  ///   - warnings: what else speaks against the chains.
  ///   - region: how many draws lie where a network does not hold.
  ///   - details: what was asked beyond.
  ///   - finish: what to do before the exit status is decided.
  /// - Throws: ``Failure/notValid`` if they have not converged.
  static func show(
    _ file: ChainFile, _ common: CommonOptions, warnings: [String] = [],
    region: RegionCheck? = nil, details: DetailsReport? = nil, allowUnconverged: Bool,
    finish: () throws -> Void = {}
  ) throws {
    let summary = try file.convergence()
    let report = ConvergenceReport(
      summary, draws: file.steps * file.walkers, chains: file.walkers,
      acceptance: file.acceptance, divergences: file.divergences,
      warnings: try warnings + file.warnings(summary), provenance: file.provenance, region: region,
      details: details)
    try finish()
    try report.show(summary, common, allowUnconverged)
  }

  /// The same for chains in memory.
  static func show(
    _ chains: Chains, _ common: CommonOptions, details: DetailsReport?, allowUnconverged: Bool,
    finish: () throws -> Void = {}
  ) throws {
    let summary = try chains.convergence()
    let report = ConvergenceReport(
      summary, draws: chains.positions.rows, chains: chains.walkers,
      acceptance: chains.acceptance, divergences: chains.divergences,
      warnings: chains.warnings(summary), provenance: chains.provenance, details: details)
    try finish()
    try report.show(summary, common, allowUnconverged)
  }

  private func show(
    _ summary: ConvergenceSummary, _ common: CommonOptions, _ allowUnconverged: Bool
  ) throws {
    if common.json { try printJSON(self) } else { print(table(summary)) }
    if !warnings.isEmpty && !allowUnconverged { throw Failure.notValid }
  }

  private init(
    _ summary: ConvergenceSummary, draws: Int, chains: Int, acceptance: [Double],
    divergences: Int, warnings: [String], provenance: [String: String],
    region: RegionCheck? = nil, details: DetailsReport?
  ) {
    self.details = details
    self.draws = draws
    self.chains = chains
    let mean = acceptance.reduce(0, +) / Double(acceptance.count)
    self.acceptance = mean.isFinite ? mean : nil
    self.divergences = divergences
    outsideRegion = region?.fraction
    let outside = region?.text("draws")
    self.warnings = warnings + [region?.isHarmful == true ? outside : nil].compactMap { $0 }
    note = region?.isHarmful == true ? nil : outside
    func number(_ key: String) -> Int? { provenance[key].flatMap { Int($0) } }
    burnIn = number("burn_in") ?? number("warm_up")
    thinning = number("thinning")
    automaticBurnIn = number("automatic_burn_in")
    automaticThinning = number("automatic_thinning")
    goal = provenance["goal"]
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

  /// What to do about warnings that come from many short chains; `nil` where that is not it.
  private var remedy: String? {
    let steps = draws / max(1, chains)
    let isOfLength = warnings.contains { $0.contains("R-hat") || $0.contains("effective") }
    guard isOfLength, steps < 200 else { return nil }
    return
      "the \(chains) chains have \(steps) draws each: more --draws, or fewer --chains, make them "
      + "longer"
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
        + "\(divergences) divergences"
    ]
    if let goal {
      let steps = automaticBurnIn.map { "; \($0) more steps of burn-in dropped" } ?? ""
      let kept = automaticThinning.map { ", one in \($0) kept" } ?? ""
      lines.append("goal \(goal) reached\(steps)\(kept)")
    }
    lines += [
      padded("parameter") + "     mean        sd     R-hat  ESS bulk  ESS tail      MCSE     tau"
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
    if let details { lines.append(details.table) }
    if let note { lines.append(note) }
    lines += warnings.prefix(20).map { "warning: " + $0 }
    if warnings.count > 20 { lines.append("… and \(warnings.count - 20) more warnings") }
    if let remedy { lines.append(remedy) }
    return lines.joined(separator: "\n")
  }
}
