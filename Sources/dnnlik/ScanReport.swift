import DNNLikelihood
import Foundation

/// What `scan` prints for one parameter.
struct ScanReport: Encodable {
  struct Certificate: Encodable {
    let valid: Bool
    let largestEDM: Double
  }

  /// The ranges in which t stays at or below a level.
  struct Interval: Encodable {
    let probability, level: Double
    let ranges: [ProfileInterval]
  }

  /// The bounds of the parameter, where it has any.
  struct Bounds: Encodable {
    let lower, upper: Double?

    init(_ parameter: Parameter?) {
      lower = parameter.flatMap { $0.lower.isFinite ? $0.lower : nil }
      upper = parameter.flatMap { $0.upper.isFinite ? $0.upper : nil }
    }

    /// What is said of a range that does not end within the scan, given the scan's end there.
    func reason(_ end: Double?) -> String {
      for bound in [lower, upper] where bound != nil && bound == end {
        return String(format: "the bound %g", bound ?? .nan)
      }
      return "beyond the scan"
    }
  }

  /// The range that holds the maximum, by interpolation.
  struct Wilks: Encodable {
    let level: Double
    let lower, upper: Double?
  }

  let parameter: String
  let values, t: [Double]
  let best: Double
  let bounds: Bounds
  let intervals: [Interval]
  let wilksIntervals: [Wilks]
  let sampled: SampledTestStatistic?
  /// Of an ensemble, the error of each t from the spread of its members.
  let tError: [Double]?
  /// Of a network, whether it holds at the profiled maxima.
  let inside: [Bool]?
  let certificate: Certificate
  let seconds: Double

  init(
    _ scan: ProfileScan, intervals: [Interval], sampled: SampledTestStatistic?,
    support: SurrogateSupport, seconds: Double
  ) {
    tError = support.testStatisticErrors
    inside = support.inside
    parameter = scan.parameter
    values = scan.values
    t = scan.testStatistic
    best = (try? scan.best.value(of: scan.parameter)) ?? .nan
    bounds = Bounds(scan.best.parameters.parameters.first { $0.name == scan.parameter })
    self.intervals = intervals
    self.sampled = sampled
    self.seconds = seconds
    wilksIntervals = [1.0, 4, 9].compactMap { level in
      (try? scan.interval(at: level)).map {
        Wilks(level: level, lower: $0.lower, upper: $0.upper)
      }
    }
    certificate = Certificate(
      valid: scan.isValid,
      largestEDM: (scan.fits + [scan.best]).map(\.certificate.edm).max() ?? .nan)
  }

  var table: String {
    var lines = [String(format: "maximum at %@ = %.6f", parameter, best)]
    for (i, (value, t)) in zip(values, t).enumerated() {
      var line = String(format: "%10.4f  t = %.6f", value, t)
      if let tError { line += String(format: " ± %.6f", tError[i]) }
      if inside?[i] == false { line += "  outside the region where the network was trained" }
      if let sampled {
        let estimate = sampled.t[i].map { String(format: "%.6f", $0) } ?? "none"
        line += "  from \(sampled.draws[i]) draws \(estimate)"
      }
      lines.append(line)
    }
    for interval in intervals where !interval.ranges.isEmpty {
      let ranges = interval.ranges.map { range in
        let ends = [(range.lower, values.first), (range.upper, values.last)].map { end, last in
          end.map { String(format: "%.6f", $0) } ?? bounds.reason(last)
        }
        return "[\(ends[0]), \(ends[1])]"
      }
      lines.append(
        String(format: "%.2f %% (t <= %.0f): ", 100 * interval.probability, interval.level)
          + ranges.joined(separator: " and "))
    }
    lines.append("certificates: \(certificate.valid ? "all valid" : "NOT ALL VALID")")
    return lines.joined(separator: "\n")
  }
}
