public import Inference
internal import Likelihoods
internal import NumericalCore
public import Sampling

/// The profile-likelihood ridge of a density: profiled maxima at random values of the parameter of
/// interest.
public struct Ridge: Sendable {
  /// The maxima, in order of the parameter of interest.
  public let points: [RidgePoint]

  /// Errors of the parameter of interest on either side of its maximum where no range is given:
  /// t is 16 there for a Gaussian, beyond what intervals ask for.
  static let defaultReach = 4.0

  /// Profiles `density` at `maxima` uniform values in the part of `range` inside the bounds of
  /// the parameter of interest; maxima whose Hessian is not positive definite are left out.
  ///
  /// Without a range it is ``defaultReach`` errors on either side of the maximum: far away a
  /// workspace may be deep in the tails, where points would spoil a network.
  ///
  /// - Throws: ``InputError`` without a parameter of interest, `FitError`.
  public init<Density: Posterior>(
    of density: Density, maxima: Int, in range: ClosedRange<Double>?, seed: UInt64,
    best: FitResult? = nil
  ) throws {
    guard let interest = density.parameters.parameterOfInterest else {
      throw InputError.value(
        "parameter of interest", expected: "one in the likelihood", found: "none")
    }
    let parameter = density.parameters.parameters[interest]
    let best = try best ?? MaximumLikelihood().fit(density)
    let range = range ?? Self.around(best, interest)
    let lower = max(range.lowerBound, parameter.lower)
    let upper = min(range.upperBound, parameter.upper)
    guard lower < upper else {
      throw InputError.value(
        "range of the ridge",
        expected: "an overlap with the bounds (\(parameter.lower), \(parameter.upper)) of "
          + "'\(parameter.name)'", found: "\(range)")
    }
    var random = RandomStream(seed: seed, purpose: "ridge maxima").sequence()
    let values = (0..<maxima).map { _ in random.uniform(lower, upper) }
    let scan = try ProfileScan(
      of: density, along: density.parameters.names[interest], at: values, best: best)
    points = scan.fits.compactMap { fit in
      fit.covariance.map {
        RidgePoint(values: fit.values, freeIndices: fit.freeIndices, covariance: $0)
      }
    }
    guard !points.isEmpty else {
      throw InputError.value(
        "profile-likelihood ridge", expected: "maxima with a positive-definite Hessian",
        found: "none of \(maxima)")
    }
  }

  private static func around(_ best: FitResult, _ interest: Int) -> ClosedRange<Double> {
    let reach = defaultReach * (best.errors[interest] ?? best.widths[interest])
    return best.values[interest] - reach...best.values[interest] + reach
  }
}
