import DNNLikelihood
import Foundation

/// What `simplify` prints.
struct SimplifyReport: Encodable {
  let output: String
  let bins, draws: Int
  let notes: [String]
  /// Largest statistical error of a moment of any bin: of a mean in standard deviations, of a
  /// variance relative to it, of a third moment in units of variance^(3/2).
  let largestMeanError, largestVarianceError, largestSkewnessError: Double?
  let accuracy: SimplificationAccuracy?
  let valid: Bool
  /// Whether the chains have converged, where there are any.
  let chainsConverged: Bool?

  init(_ result: Simplification.Result, _ url: URL) {
    let input = result.file.input
    let errors = result.file.momentErrors
    output = url.path
    bins = input.observed.count
    draws = errors?.draws ?? 0
    notes = result.notes
    accuracy = result.file.accuracy
    valid = result.isValid
    chainsConverged = result.chainsConverged
    let varying = input.observed.indices.filter { input.covariance[$0, $0] > 0 }
    func largest(_ values: [Double]?, power: Double) -> Double? {
      guard let values else { return nil }
      return varying.map { values[$0] / pow(input.covariance[$0, $0], power / 2) }.max()
    }
    largestMeanError = largest(errors?.background, power: 1)
    largestVarianceError = largest(errors?.variance, power: 2)
    largestSkewnessError = largest(errors?.thirdMoments, power: 3)
  }

  var table: String {
    var lines = ["\(output): \(bins) bins, moments of \(draws) draws"]
    if let mean = largestMeanError, let variance = largestVarianceError,
      let skewness = largestSkewnessError
    {
      lines.append(
        String(
          format: "largest statistical errors of a bin: mean %.4f standard deviations, variance "
            + "%.2f %%, skewness %.3f", mean, 100 * variance, skewness))
    }
    lines += notes.map { "note: \($0)" }
    if let chainsConverged {
      lines.append("chains: \(chainsConverged ? "converged" : "NOT CONVERGED")")
    }
    if let accuracy { lines += Self.table(accuracy) }
    return lines.joined(separator: "\n")
  }

  private static func table(_ accuracy: SimplificationAccuracy) -> [String] {
    let name = accuracy.parameter.padding(
      toLength: max(9, accuracy.parameter.count), withPad: " ", startingAt: 0)
    var lines = ["\(name)    t full   t simplified   difference"]
    for (i, value) in accuracy.values.enumerated() {
      let (full, simplified) = (accuracy.full[i], accuracy.simplified[i])
      lines.append(
        String(
          format: "%9.4f  %9.4f  %13.4f  %+11.4f", value, full, simplified, simplified - full))
    }
    lines.append(String(format: "largest difference of t: %.4f", accuracy.largestDifference))
    lines.append(
      "maximum: full \(text(accuracy.fullMaximum)), simplified "
        + "\(text(accuracy.simplifiedMaximum))")
    for limit in accuracy.limits {
      let ends = [limit.full, limit.simplified].map {
        $0.map { String(format: "%.4f", $0) } ?? "beyond the scan"
      }
      lines.append(
        String(format: "t = %.2f at: ", limit.level) + "full \(ends[0]), simplified \(ends[1])")
    }
    lines.append("certificates of the fits: \(accuracy.isValid ? "all valid" : "NOT ALL VALID")")
    return lines
  }

  private static func text(_ estimate: SimplificationAccuracy.Estimate) -> String {
    String(format: "%.5f", estimate.value)
      + (estimate.error.map { String(format: " ± %.5f", $0) } ?? "")
  }
}
