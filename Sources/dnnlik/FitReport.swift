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
    struct Minimum: Encodable {
      let logpdf: Double
      let starts: Int
    }

    let valid: Bool
    let defects: [String]
    let method: String
    let edm, projectedGradient: Double
    let startsAgreeing, starts, startsOnWalls, startsUnfinished, startsUndefined: Int
    let evaluations, undefinedEvaluations: Int
    let hessianInertia: FitCertificate.Inertia
    let parametersAtBounds, parametersAtKinks, parametersWithoutEffect: [String]
    /// All minima that starts ended in, the best first.
    let minima: [Minimum]
    let nextBestMinimum: Double?

    init(_ fit: FitResult) {
      let certificate = fit.certificate
      valid = certificate.isValid
      defects = certificate.defects
      method = certificate.method.rawValue
      edm = certificate.edm
      projectedGradient = certificate.projectedGradient
      startsAgreeing = certificate.startsAgreeing
      starts = certificate.starts
      startsOnWalls = certificate.startOutcomes.onWalls
      startsUnfinished = certificate.startOutcomes.unfinished
      startsUndefined = certificate.startOutcomes.undefined
      evaluations = certificate.evaluations
      undefinedEvaluations = certificate.undefinedEvaluations
      hessianInertia = certificate.hessianInertia
      parametersAtBounds = certificate.parametersAtBounds
      parametersAtKinks = certificate.parametersAtKinks
      parametersWithoutEffect = certificate.parametersWithoutEffect
      minima = certificate.startOutcomes.minima.map {
        Minimum(logpdf: fit.logDensity - $0.height, starts: $0.starts)
      }
      nextBestMinimum = certificate.nextBestMinimum.map { fit.logDensity - $0 }
    }

    /// What became of the starts, in words.
    var startsText: String {
      var parts = ["\(startsAgreeing) of \(starts) starts agree"]
      for minimum in minima.dropFirst() {
        parts.append(
          "\(minimum.starts) in another maximum "
            + String(format: "%.6f lower", minima[0].logpdf - minimum.logpdf))
      }
      if startsOnWalls > 0 { parts.append("\(startsOnWalls) on walls of their sign quadrants") }
      if startsUnfinished > 0 { parts.append("\(startsUnfinished) unfinished") }
      if startsUndefined > 0 { parts.append("\(startsUndefined) undefined") }
      return parts.joined(separator: ", ")
    }
  }

  /// MINOS errors of a parameter; an end is absent where the reason stands beside it.
  struct Minos: Encodable {
    let lower, upper: Double?
    let lowerError, upperError: Double?
    let lowerReason, upperReason: String?

    init(_ errors: MinosErrors) {
      lowerError = errors.lowerError
      upperError = errors.upperError
      lower = errors.lowerError.map { errors.value + $0 }
      upper = errors.upperError.map { errors.value + $0 }
      lowerReason = Self.reason(errors.lower)
      upperReason = Self.reason(errors.upper)
    }

    static func reason(_ side: MinosErrors.Side) -> String? {
      switch side {
      case .crossing: return nil
      case .notReached(let bound): return "not reached within the bounds (\(bound))"
      case .failed(let place): return "the fit at \(place) has no valid certificate"
      }
    }

    var text: String {
      let up = upperError.map { String(format: "+%.5f", $0) } ?? "+(\(upperReason ?? ""))"
      let down = lowerError.map { String(format: "%.5f", $0) } ?? "-(\(lowerReason ?? ""))"
      return "MINOS \(down) \(up)"
    }
  }

  /// Correlations of the parameters with an error, in their order.
  struct Correlation: Encodable {
    let parameters: [String]
    let matrix: [[Double]]
  }

  let logpdf: Double
  let twiceNegativeLogLikelihood: Double
  let parameters: [String: Value]
  let certificate: Certificate
  let correlation: Correlation?
  let minos: [String: Minos]?
  /// Of a network, whether it holds at the maximum.
  let inside: Bool?
  let seconds: Double
  private let order: [String]
  private let fixed: Set<String>

  private enum CodingKeys: String, CodingKey {
    case logpdf, twiceNegativeLogLikelihood, parameters, certificate, correlation, minos,
      inside, seconds
  }

  init(
    _ fit: FitResult, likelihood: Double, minos errors: [MinosErrors] = [],
    region: RegionCheck? = nil, seconds: Double
  ) {
    inside = region.map { $0.outside == 0 }
    logpdf = fit.logDensity
    twiceNegativeLogLikelihood = -2 * likelihood
    order = fit.parameters.names
    fixed = Set(fit.heldIndices.map { fit.parameters.names[$0] })
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
    certificate = Certificate(fit)
    correlation = fit.correlation.map { matrix in
      Correlation(
        parameters: fit.freeIndices.map { fit.parameters.names[$0] },
        matrix: (0..<matrix.rows).map { matrix.row($0) })
    }
    minos =
      errors.isEmpty
      ? nil : Dictionary(errors.map { ($0.parameter, Minos($0)) }, uniquingKeysWith: { $1 })
    self.seconds = seconds
  }

  var table: String {
    let atBounds = Set(certificate.parametersAtBounds)
    var lines = [
      String(
        format: "log density at the maximum %.6f, -2 ln L %.6f", logpdf,
        twiceNegativeLogLikelihood)
    ]
    let width = max(14, (order.map(\.count).max() ?? 0) + 1)
    for name in order {
      guard let value = parameters[name] else { continue }
      let withoutEffect = certificate.parametersWithoutEffect.contains(name)
      let error =
        value.error.map { String(format: "± %.5f", $0) }
        ?? (atBounds.contains(name)
          ? "(at a bound)"
          : fixed.contains(name) ? "(fixed)" : withoutEffect ? "(no effect)" : "(no error)")
      lines.append(
        name.padding(
          toLength: width, withPad: " ", startingAt: 0)
          + String(format: "%11.6f  ", value.value) + error
          + (minos?[name].map { "  " + $0.text } ?? ""))
    }
    lines.append(
      "certificate: \(certificate.valid ? "valid" : "NOT VALID"), "
        + String(
          format: "EDM %.1e, projected gradient %.1e, ", certificate.edm,
          certificate.projectedGradient)
        + "\(certificate.startsText), \(certificate.evaluations) evaluations")
    for defect in certificate.defects { lines.append("  " + defect) }
    if inside == false {
      lines.append(
        "warning: the maximum lies outside the region where the network was trained")
    }
    return lines.joined(separator: "\n")
  }
}

extension LogPosterior {
  /// The log-likelihood of one point.
  func logLikelihood(at point: [Double]) throws(Failure) -> Double {
    try logLikelihoods(at: Matrix(rows: 1, columns: point.count, elements: point))[0]
  }
}
