public import Inference
internal import Likelihoods
internal import NumericalCore
public import Sampling

/// The profile-likelihood ridge of a density: profiled maxima at random values of the parameter of
/// interest.
public struct Ridge: Sendable {
  /// The maxima, in order of the parameter of interest.
  public let points: [RidgePoint]

  /// Profiles `density` at `maxima` uniform values in `range`.
  ///
  /// - Throws: ``InputError`` without a parameter of interest, `FitError`.
  public init<Density: Posterior>(
    of density: Density, maxima: Int, in range: ClosedRange<Double>, seed: UInt64,
    best: FitResult? = nil
  ) throws {
    guard let interest = density.parameters.parameterOfInterest else {
      throw InputError.value(
        "parameter of interest", expected: "one in the likelihood", found: "none")
    }
    var random = RandomStream(seed: seed, purpose: "ridge maxima").sequence()
    let values = (0..<maxima).map { _ in random.uniform(range.lowerBound, range.upperBound) }
    let scan = try ProfileScan(
      of: density, along: density.parameters.names[interest], at: values, best: best)
    points = scan.fits.compactMap { fit in
      fit.covariance.map {
        RidgePoint(values: fit.values, freeIndices: fit.freeIndices, covariance: $0)
      }
    }
  }
}
