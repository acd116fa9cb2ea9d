import DNNLikelihood
import Foundation

/// What `impacts` prints.
struct ImpactsReport: Encodable {
  struct Nuisance: Encodable {
    let name: String
    let value: Double
    let error: Double?
    let preFit: PreFitValue?
    let pull, constraint, correlation: Double?
    let preFitImpact, postFitImpact: ParameterImpact.Pair?
    let valid: Bool

    init(_ impact: ParameterImpact) {
      name = impact.name
      value = impact.value
      error = impact.error
      preFit = impact.preFit
      pull = impact.pull
      constraint = impact.constraint
      correlation = impact.correlation
      preFitImpact = impact.preFitImpact
      postFitImpact = impact.postFitImpact
      valid = impact.isValid
    }
  }

  let parameterOfInterest: String
  let value: Double
  let error, statisticalError, systematicError: Double?
  let freeNuisances: [String]
  let nuisances: [Nuisance]
  let correlations: [Impacts.CorrelatedPair]
  let certificate: FitReport.Certificate
  let valid: Bool
  let seconds: Double

  init(_ impacts: Impacts, seconds: Double) {
    parameterOfInterest = impacts.parameterOfInterest
    value = impacts.value
    error = impacts.error
    statisticalError = impacts.statisticalError
    systematicError = impacts.systematicError
    freeNuisances = impacts.freeNuisances
    nuisances = impacts.nuisances.map(Nuisance.init)
    correlations = impacts.correlations
    certificate = .init(impacts.best)
    valid = impacts.isValid
    self.seconds = seconds
  }

  var table: String {
    func number(_ value: Double?, _ format: String, _ width: Int) -> String {
      let text = value.map { String(format: format, $0) } ?? "-"
      return String(repeating: " ", count: max(1, width - text.count)) + text
    }
    func text(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.count)) + text
    }
    var line = String(format: "%@ = %.5f", parameterOfInterest, value)
    line += error.map { String(format: " ± %.5f", $0) } ?? " (at a bound)"
    if let statisticalError, let systematicError {
      line += String(
        format: ": statistical %.5f, systematic %.5f", statisticalError, systematicError)
    }
    var lines = [line]
    if !freeNuisances.isEmpty {
      lines.append("free in the statistical error: " + freeNuisances.joined(separator: ", "))
    }
    let width = max(12, (nuisances.map(\.name.count).max() ?? 0) + 1)
    func padded(_ name: String) -> String {
      name.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    lines.append(
      padded("") + text("value", 10) + text("error", 9) + text("pull", 8) + text("ratio", 7)
        + text("after fit up", 14) + text("down", 10) + text("before up", 11) + text("down", 10)
        + text("corr.", 8))
    for row in nuisances {
      let (after, before) = (row.postFitImpact, row.preFitImpact)
      let isCut = [after, before].contains {
        $0?.up.isCutByBound ?? false || $0?.down.isCutByBound ?? false
      }
      lines.append(
        padded(row.name) + number(row.value, "%.4f", 10) + number(row.error, "%.4f", 9)
          + number(row.pull, "%+.3f", 8) + number(row.constraint, "%.3f", 7)
          + number(after?.up.impact, "%+.5f", 14) + number(after?.down.impact, "%+.5f", 10)
          + number(before?.up.impact, "%+.5f", 11) + number(before?.down.impact, "%+.5f", 10)
          + number(row.correlation, "%+.3f", 8) + (isCut ? "  cut by a bound" : "")
          + (row.valid ? "" : "  NOT VALID"))
    }
    if !correlations.isEmpty { lines.append("largest correlations:") }
    for pair in correlations.prefix(10) {
      lines.append(String(format: "  %+.3f  %@, %@", pair.correlation, pair.first, pair.second))
    }
    lines.append("certificates: \(valid ? "all valid" : "NOT ALL VALID")")
    for defect in certificate.defects { lines.append("  " + defect) }
    return lines.joined(separator: "\n")
  }
}
