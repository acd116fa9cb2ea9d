public import Inference
public import Surrogates

extension Preconditioner {
  /// The quadratic approximation at the maximum that a fit found; `nil` if its Hessian does not
  /// cover all parameters (one is fixed or at a bound).
  public static func quadratic(at fit: FitResult) -> Preconditioner? {
    guard fit.freeIndices.count == fit.parameters.count, let covariance = fit.covariance else {
      return nil
    }
    return .quadratic(
      maximum: fit.values, logDensity: fit.logDensity, covariance: covariance)
  }
}

/// The quadratic approximation at the maximum of a likelihood, as far as there is one.
struct MaximumApproximation {
  /// The approximation; `nil` if the Hessian does not cover all parameters.
  let quadratic: Preconditioner?
  /// What a user should know of it, in sentences.
  let warnings: [String]

  /// Fits a likelihood.
  ///
  /// - Throws: `FitError`.
  init(of density: some Posterior) throws {
    self.init(at: try MaximumLikelihood().fit(density))
  }

  init(at fit: FitResult) {
    quadratic = .quadratic(at: fit)
    var warnings: [String] = []
    if !fit.certificate.isValid {
      warnings.append(
        "the fit of --likelihood has no valid certificate: "
          + fit.certificate.defects.joined(separator: "; "))
    }
    if quadratic == nil {
      let bounds = fit.certificate.parametersAtBounds.map { "'\($0)'" }.joined(separator: ", ")
      warnings.append(
        "the maximum of --likelihood has no Hessian of all parameters"
          + (bounds.isEmpty ? "" : " (at a bound: \(bounds))")
          + "; mean and covariance of the points are used in its place")
    }
    self.warnings = warnings
  }
}
