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

extension LogPosterior {
  /// The log-likelihood of one point.
  func logLikelihood(at point: [Double]) throws(Failure) -> Double {
    try logLikelihoods(at: Matrix(rows: 1, columns: point.count, elements: point))[0]
  }
}
