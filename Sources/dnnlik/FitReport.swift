import ArgumentParser
import DNNLikelihood
import Foundation

/// What `fit` prints.
struct FitReport: Encodable {
  struct Value: Encodable {
    let value: Double
    let error, lower, upper: Double?
  }

  struct Certificate: Encodable {
    let valid: Bool
    let edm, projectedGradient: Double
    let startsAgreeing, starts, evaluations: Int
    let hessianInertia: FitCertificate.Inertia
    let parametersAtBounds: [String]

    init(_ certificate: FitCertificate) {
      valid = certificate.isValid
      edm = certificate.edm
      projectedGradient = certificate.projectedGradient
      startsAgreeing = certificate.startsAgreeing
      starts = certificate.starts
      evaluations = certificate.evaluations
      hessianInertia = certificate.hessianInertia
      parametersAtBounds = certificate.parametersAtBounds
    }
  }

  let logpdf: Double
  let twiceNegativeLogLikelihood: Double
  let parameters: [String: Value]
  let certificate: Certificate
  private let order: [String]
  private let fixed: Set<String>

  private enum CodingKeys: String, CodingKey {
    case logpdf, twiceNegativeLogLikelihood, parameters, certificate
  }

  init(_ fit: FitResult, likelihood: Double) {
    logpdf = fit.logDensity
    twiceNegativeLogLikelihood = -2 * likelihood
    order = fit.parameters.names
    fixed = Set(order).subtracting(fit.freeIndices.map { fit.parameters.names[$0] })
    parameters = Dictionary(
      uniqueKeysWithValues: fit.values.indices.map { k in
        let error = fit.errors[k]
        return (
          fit.parameters.names[k],
          Value(
            value: fit.values[k], error: error, lower: error.map { fit.values[k] - $0 },
            upper: error.map { fit.values[k] + $0 })
        )
      })
    certificate = Certificate(fit.certificate)
  }

  var table: String {
    let atBounds = Set(certificate.parametersAtBounds)
    var lines = [
      String(
        format: "log density at the maximum %.6f, -2 ln L %.6f", logpdf,
        twiceNegativeLogLikelihood)
    ]
    for name in order {
      guard let value = parameters[name] else { continue }
      let error =
        value.error.map { String(format: "± %.5f", $0) }
        ?? (atBounds.contains(name)
          ? "(at a bound)" : fixed.contains(name) ? "(fixed)" : "(no error)")
      lines.append(
        name.padding(toLength: 14, withPad: " ", startingAt: 0)
          + String(format: "%11.6f  ", value.value) + error)
    }
    lines.append(
      "certificate: \(certificate.valid ? "valid" : "NOT VALID"), "
        + String(
          format: "EDM %.1e, projected gradient %.1e, ", certificate.edm,
          certificate.projectedGradient)
        + "\(certificate.startsAgreeing) of \(certificate.starts) starts agree, "
        + "\(certificate.evaluations) evaluations")
    return lines.joined(separator: "\n")
  }
}

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

extension ParameterSpace {
  /// The given name, or that of the parameter of interest.
  func name(orInterest name: String?) throws -> String {
    if let name { return name }
    guard let index = parameterOfInterest else {
      throw InputError.value(
        "--parameter", expected: "a name, because there is no parameter of interest",
        found: "none")
    }
    return names[index]
  }
}

extension LogPosterior {
  /// The log-likelihood of one point.
  func logLikelihood(at point: [Double]) -> Double {
    logLikelihoods(at: Matrix(rows: 1, columns: point.count, elements: point))[0]
  }
}

/// Arguments of the form `name=value`.
enum FixedParameters {
  static func parse(_ texts: [String]) throws -> [String: Double] {
    var result: [String: Double] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]) else {
        throw ValidationError("--fix expects name=number, such as mu=1, but found '\(text)'")
      }
      guard result.updateValue(value, forKey: String(parts[0])) == nil else {
        throw ValidationError("--fix names '\(parts[0])' twice")
      }
    }
    return result
  }
}
