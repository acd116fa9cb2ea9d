import DNNLikelihood
import Foundation

extension PosteriorReport {
  /// The report as text.
  func table(_ analysis: PosteriorAnalysis) -> String {
    var lines = ["\(draws) draws of \(chains) chains"]
    if let reweighting {
      let shape = reweighting.khat.map { String(format: "%.2f", $0) } ?? "none (bounded weights)"
      lines.append(
        "other prior: k-hat \(shape), "
          + String(
            format: "effective size %.0f, largest weight %.1e of all", reweighting.ess,
            reweighting.largestShare))
    }
    if let condition {
      lines.append(
        "where \(condition.conditions.joined(separator: " and ")): \(condition.draws) draws, "
          + "probability \(Self.text(condition.probability))")
    }
    for summary in analysis.summaries { lines += self.lines(summary) }
    lines += correlationLines
    for region in analysis.regions {
      lines.append(
        "\(region.names[0]), \(region.names[1]): \(Self.label(region.probability)) % region of "
          + "\(region.contours.count) contour(s) encloses \(Self.text(region.enclosed))")
    }
    if let predictive {
      lines.append(
        "posterior predictive: p = \(Self.text(predictive.pValue)), discrepancy "
          + String(
            format: "%.1f observed, %.1f generated", predictive.observedDiscrepancy,
            predictive.generatedDiscrepancy)
          + " (\(predictive.replications) data sets, \(predictive.bins.count) bins)")
      lines += extremeBins(predictive)
    }
    lines += notes.map { "note: " + $0 }
    lines += warnings.prefix(20).map { "warning: " + $0 }
    if warnings.count > 20 { lines.append("… and \(warnings.count - 20) more warnings") }
    if analysis.isRefused {
      lines.append("no result: the weights cannot be trusted (see --allow-unconverged)")
    }
    return lines.joined(separator: "\n")
  }

  private func lines(_ summary: ParameterSummary) -> [String] {
    var lines = [
      "\(summary.name): mean \(Self.text(summary.mean)), "
        + "sd \(Self.text(summary.standardDeviation)), mode \(Self.text(summary.mode))"
    ]
    for quantile in summary.quantiles {
      let label = Self.label(quantile.probability)
      lines.append(
        String(repeating: " ", count: max(0, 7 - label.count)) + label
          + " % quantile \(Self.text(quantile.estimate))")
    }
    for (interval, region) in zip(summary.shortest, summary.regions) {
      let label = Self.label(interval.probability)
      lines.append("  \(label) % HPDI \(Self.text(interval.hull))" + Self.ends(interval))
      guard region.intervals.count > 1 else { continue }
      for part in region.intervals {
        lines.append(
          "    part \(Self.text(part.interval)) holds \(Self.text(part.probability))")
      }
      lines.append(
        String(
          format: "    %.0f %% of repeated experiments have %d parts", 100 * region.stability,
          region.intervals.count))
    }
    if let entry = parameters[summary.name], let rhat = entry.rhat, let bulk = entry.essBulk {
      lines.append(
        String(format: "  R-hat %.4f, bulk ESS %.0f, tail ESS %.0f", rhat, bulk, entry.essTail ?? 0)
      )
    }
    return lines
  }

  private static func ends(_ interval: HighestDensityInterval) -> String {
    var text = ""
    if interval.touchesLowerBoundary { text += " (from the lowest draw: an upper limit)" }
    if interval.touchesUpperBoundary { text += " (to the highest draw: a lower limit)" }
    if !interval.isResolved { text += " (fewer than ten draws outside)" }
    return text
  }

  private var correlationLines: [String] {
    guard let correlations else { return [] }
    let names = correlations.parameters
    guard names.count <= 8 else {
      let pairs = names.indices.flatMap { i in (0..<i).map { (i, $0) } }
        .sorted { abs(correlations.matrix[$0.0][$0.1]) > abs(correlations.matrix[$1.0][$1.1]) }
      return ["largest correlations"]
        + pairs.prefix(10).map { i, j in
          "  \(names[j]), \(names[i])" + String(format: "  %+.3f", correlations.matrix[i][j])
        }
    }
    return ["correlations"]
      + names.indices.map { i in
        "  " + names[i].padding(toLength: 13, withPad: " ", startingAt: 0)
          + correlations.matrix[i].map { String(format: "%+7.3f", $0) }.joined(separator: " ")
      }
  }

  /// Bins whose counts lie in the outermost 2.28 % of the prediction.
  private func extremeBins(_ check: PredictiveCheck) -> [String] {
    check.bins.enumerated()
      .filter { min($0.element.pValue.value, 1 - $0.element.pValue.value) < 0.02275 }
      .sorted { abs($0.element.pValue.value - 0.5) > abs($1.element.pValue.value - 0.5) }
      .prefix(8).map { k, bin in
        String(
          format: "  bin %d: observed %g, predicted %.1f [%.0f, %.0f], p ", k + 1, bin.observed,
          bin.mean, bin.quantiles[0], bin.quantiles[4]) + Self.text(bin.pValue)
      }
  }

  private static func text(_ estimate: Estimate) -> String {
    guard let error = estimate.error else { return String(format: "%.5g", estimate.value) }
    // Two digits of the error, and the number to the same place.
    let digits = error > 0 ? max(0, min(9, 1 - Int(log10(error).rounded(.down)))) : 5
    return String(format: "%.*f ± %.*f", digits, estimate.value, digits, error)
  }

  private static func text(_ interval: Interval) -> String {
    let lower = Estimate(value: interval.lower, error: interval.lowerError)
    let upper = Estimate(value: interval.upper, error: interval.upperError)
    return "[\(text(lower)), \(text(upper))]"
  }
}
