internal import Foundation
internal import Inference
internal import Likelihoods
internal import NumericalCore
internal import Surrogates

/// The profiles of truth and surrogate along the parameter of interest.
public struct ProfileAgreement: Encodable, Sendable {
  /// The parameter of interest.
  public let parameter: String
  /// Values of the parameter of interest.
  public let values: [Double]
  /// t of the truth.
  public let truth: [Double]
  /// t of the surrogate.
  public let surrogate: [Double]
  /// The surrogate's own estimate of the error of its t; of ensembles.
  public let surrogateErrors: [Double]?
  /// Whether each profiled maximum of the surrogate lies in its region of validity.
  public let inside: [Bool]?
  /// Mean absolute difference.
  public let meanAbsoluteError: Double
  /// Root mean squared difference.
  public let rms: Double
  /// Largest absolute difference.
  public let maximumError: Double
  /// Whether all fits have valid certificates.
  public let isValid: Bool
}

/// The maxima of truth and surrogate.
public struct MaximumAgreement: Encodable, Sendable {
  /// Log density of the truth at its maximum.
  public let truth: Double
  /// Log density of the surrogate at its own maximum.
  public let surrogate: Double
  /// Surrogate less truth in nats.
  public let difference: Double
  /// What the truth is lower by at the surrogate's maximum than at its own, in nats.
  public let truthLost: Double
  /// The parameter whose value differs most in units of its error.
  public let worstParameter: String?
  /// That difference in errors.
  public let worstPull: Double?
  /// The length of the whole difference, √(Δᵀ C⁻¹ Δ) with the covariance of the truth's fit.
  public let distance: Double?
  /// Whether the surrogate's maximum lies in its region of validity.
  public let inside: Bool?
}

/// Both, from one pair of scans.
struct ProfileComparison {
  let profile: ProfileAgreement
  let maximum: MaximumAgreement

  /// Scans truth and surrogate.
  ///
  /// - Precondition: both have the same parameters.
  /// - Throws: ``InputError`` without a parameter of interest, errors of the fits.
  init(_ truth: some Posterior, _ surrogate: some Surrogate, at values: [Double]) throws {
    precondition(truth.parameters.names == surrogate.parameters.names, "one set of parameters")
    guard let interest = truth.parameters.parameterOfInterest else {
      throw InputError.value(
        "parameter of interest", expected: "one in the likelihood", found: "none")
    }
    let name = truth.parameters.names[interest]
    let exact = try ProfileScan(of: truth, along: name, at: values)
    let precise = surrogate.inDoublePrecision
    let network = try ProfileScan(of: precise, along: name, at: values)
    let support = SurrogateSupport(of: precise, network)
    let (a, b) = (exact.testStatistic, network.testStatistic)
    let errors = zip(a, b).map { abs($0 - $1) }
    let n = Double(values.count)
    profile = ProfileAgreement(
      parameter: name, values: exact.values, truth: a, surrogate: b,
      surrogateErrors: support.testStatisticErrors, inside: support.inside,
      meanAbsoluteError: errors.reduce(0, +) / n,
      rms: (errors.reduce(0) { $0 + $1 * $1 } / n).squareRoot(),
      maximumError: errors.max() ?? 0, isValid: exact.isValid && network.isValid)
    maximum = try Self.maximum(truth, precise, exact.best, network.best)
  }

  private static func maximum(
    _ truth: some Posterior, _ surrogate: some Surrogate, _ exact: FitResult, _ found: FitResult
  ) throws -> MaximumAgreement {
    let point = Matrix(rows: 1, columns: found.values.count, elements: found.values)
    let pulls = exact.values.indices.map { k in
      exact.errors[k].map { abs(found.values[k] - exact.values[k]) / $0 } ?? 0
    }
    let worst = exact.covariance == nil ? nil : pulls.indices.max { pulls[$0] < pulls[$1] }
    let shifts = exact.freeIndices.map { found.values[$0] - exact.values[$0] }
    let square = exact.covariance.flatMap { Cholesky($0) }.map { cholesky in
      zip(shifts, cholesky.solve(shifts)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return MaximumAgreement(
      truth: exact.logDensity, surrogate: found.logDensity,
      difference: found.logDensity - exact.logDensity,
      truthLost: exact.logDensity - (try truth.logDensities(at: point)[0]),
      worstParameter: worst.map { exact.parameters.names[$0] }, worstPull: worst.map { pulls[$0] },
      distance: square.map { max(0, $0).squareRoot() },
      inside: surrogate.validity(at: point)?[0])
  }
}
