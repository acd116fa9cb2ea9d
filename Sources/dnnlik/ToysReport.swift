import DNNLikelihood
import Foundation

/// What `toys` prints.
struct ToysReport: Encodable {
  /// A confidence level at one value.
  struct Level: Encodable {
    let probability, asymptotic: Double
    let coverage: Proportion
    let critical: Estimate
  }

  struct Value: Encodable {
    let mu: Double
    let toys, retried, uncertified, rejectedDraws: Int
    /// t of the observed data.
    let t: Double?
    let levels: [Level]
  }

  /// Intervals of the observed data.
  struct Intervals: Encodable {
    let probability: Double
    let neyman, wilks: [NeymanInterval.Range]
  }

  struct Certificate: Encodable {
    let valid, complete, observed: Bool
    let retried, uncertified: Int
  }

  let parameter: String
  let construction: PseudoExperiments.Construction
  let fluctuatesAuxiliary: Bool
  let seed: UInt64
  let best: Double
  let values: [Value]
  let intervals: [Intervals]
  let certificate: Certificate
  let seconds: Double

  init(_ results: PseudoExperimentResults, seconds: Double) throws {
    let coverages = try results.coverages()
    parameter = results.study.parameter
    construction = results.study.construction
    fluctuatesAuxiliary = results.study.fluctuatesAuxiliary
    seed = results.study.seed
    best = results.observed.best
    values = coverages.map { coverage in
      Value(
        mu: coverage.tested, toys: coverage.toys, retried: coverage.retried,
        uncertified: coverage.uncertified, rejectedDraws: coverage.rejectedDraws,
        t: results.observed.value(of: .t, at: coverage.tested),
        levels: coverage.levels.map {
          Level(
            probability: $0.confidence.probability, asymptotic: $0.asymptotic,
            coverage: $0.coverage, critical: $0.critical)
        })
    }
    intervals = try results.intervals(coverages).map {
      Intervals(
        probability: $0.confidence.probability, neyman: $0.neyman.ranges, wilks: $0.wilks.ranges)
    }
    certificate = Certificate(
      valid: results.isValid, complete: results.isComplete,
      observed: results.observed.isCertified, retried: results.retried,
      uncertified: results.uncertified)
    self.seconds = seconds
  }

  func show(_ common: CommonOptions) throws {
    if common.json { try printJSON(self) } else { print(table) }
  }

  private var table: String {
    var lines = [String(format: "maximum of the data at %@ = %.6f", parameter, best)]
    var head = "     value   toys   t of data"
    for level in values.first?.levels ?? [] {
      head += String(
        format: "   coverage of t <= %.0f   t at %.2f %%   ", level.asymptotic,
        100 * level.probability)
    }
    lines.append(head)
    for value in values {
      var line =
        String(format: "%10.4f %6d ", value.mu, value.toys)
        + (value.t.map { String(format: "%11.4f", $0) } ?? "          -")
      for level in value.levels {
        line += String(
          format: "    %7.4f ± %.4f   %8.4f", level.coverage.value, level.coverage.error,
          level.critical.value)
        line += level.critical.error.map { String(format: " ± %.4f", $0) } ?? "         "
      }
      lines.append(line)
    }
    for interval in intervals {
      let level = String(format: "%.2f %%", 100 * interval.probability)
      lines.append("\(level) Neyman: \(Self.text(interval.neyman))")
      lines.append("\(level) Wilks:  \(Self.text(interval.wilks))")
    }
    lines.append(certificateText)
    return lines.joined(separator: "\n")
  }

  private var certificateText: String {
    var text = "certificates: \(certificate.retried) toys fitted again thoroughly, "
    text += "\(certificate.uncertified) without a valid certificate"
    if !certificate.observed { text += "; the fits of the data are NOT ALL VALID" }
    if !certificate.complete { text += "; TOYS ARE MISSING" }
    return text + (certificate.valid ? "" : "; NOT VALID")
  }

  private static func text(_ ranges: [NeymanInterval.Range]) -> String {
    if ranges.isEmpty { return "none of the values" }
    return ranges.map { "[\(text($0.lower)), \(text($0.upper))]" }.joined(separator: " and ")
  }

  private static func text(_ end: Estimate?) -> String {
    guard let end else { return "beyond the values" }
    let error = end.error.map { $0 > 0 ? String(format: " ± %.4f", $0) : "" } ?? " ± ?"
    return String(format: "%.4f", end.value) + error
  }
}
