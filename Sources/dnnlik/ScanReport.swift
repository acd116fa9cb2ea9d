import DNNLikelihood
import Foundation

/// What `scan` prints.
struct ScanReport: Encodable {
  struct Certificate: Encodable {
    let valid: Bool
    let largestEDM: Double
  }

  struct Interval: Encodable {
    let level: Double
    let lower, upper: Double?
  }

  let parameter: String
  let values, t: [Double]
  let best: Double
  let wilksIntervals: [Interval]
  let certificate: Certificate

  init(_ scan: ProfileScan) {
    parameter = scan.parameter
    values = scan.values
    t = scan.testStatistic
    best = (try? scan.best.value(of: scan.parameter)) ?? .nan
    wilksIntervals = [1.0, 4, 9].compactMap { level in
      (try? scan.interval(at: level)).map {
        Interval(level: level, lower: $0.lower, upper: $0.upper)
      }
    }
    certificate = Certificate(
      valid: scan.isValid,
      largestEDM: (scan.fits + [scan.best]).map(\.certificate.edm).max() ?? .nan)
  }

  var table: String {
    var lines = [String(format: "maximum at %@ = %.6f", parameter, best)]
    lines += zip(values, t).map { String(format: "%10.4f  t = %.6f", $0, $1) }
    for interval in wilksIntervals where interval.lower != nil || interval.upper != nil {
      let ends = [interval.lower, interval.upper].map {
        $0.map { String(format: "%.4f", $0) } ?? "beyond the scan"
      }
      lines.append(
        String(format: "t <= %.0f: ", interval.level) + "[\(ends[0]), \(ends[1])] (interpolated)")
    }
    lines.append("certificates: \(certificate.valid ? "all valid" : "NOT ALL VALID")")
    return lines.joined(separator: "\n")
  }
}
