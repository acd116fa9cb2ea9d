public import Likelihoods
internal import NumericalCore
public import Statistics

/// Whether a surrogate gives the posterior of its truth: from the test points of a sample of the
/// truth, re-weighted by exp(surrogate - truth).
public struct PosteriorAgreement: Sendable, Encodable {
  /// The sample of the data set; `nil` for all points.
  public let sample: String?
  /// Number of test points.
  public let points: Int
  /// Pareto k̂ of the weights: above 0.7 they cannot be trusted. `nil` where the weights have no
  /// tail.
  public let paretoShape: Double?
  /// Effective fraction of the test points under the weights: 1 for a perfect surrogate.
  public let effectiveFraction: Double
  /// The largest weight over the sum of all.
  public let largestShare: Double
  /// Kolmogorov-Smirnov tests between all pairs of training, validation and test points.
  public let marginals: [MarginalAgreement]
  /// Sliced Wasserstein distance of the re-weighted test points from the training points.
  public let slicedWasserstein: SlicedWasserstein?
  /// Highest-density intervals of the parameter of interest and of those that differ most.
  public let intervals: [IntervalAgreement]
  /// Why there are no intervals: the weights leave too few points. `nil` if there are.
  public let intervalsProblem: String?
  /// Frobenius norm of the difference of the correlation matrices with and without weights.
  public let correlationDistance: Double
  /// The same norm between the training and the test points, both samples of the truth.
  public let correlationScatter: Double?

  /// The fewest test points from which posteriors are compared.
  public static let fewestPoints = 50

  /// The most points of the samples of the sliced Wasserstein distance.
  private static var mostPoints: Int { 5000 }

  /// Compares posteriors.
  ///
  /// - Parameters:
  ///   - parts: predictions by role, test points among them, of a sample of the truth.
  ///   - sample: the name of the sample.
  ///   - parameters: the parameters.
  ///   - worst: how many parameters are shown beside that of interest.
  ///   - seed: of bootstrap and directions.
  /// - Returns: `nil` with fewer than ``fewestPoints`` test points.
  /// - Throws: `StatisticsError`.
  public init?(
    _ parts: [Split.Role: Evaluation.Predictions], sample: String?, parameters: ParameterSpace,
    worst: Int = 4, seed: UInt64 = 1
  ) throws {
    guard let test = parts[.test], test.count >= Self.fewestPoints else { return nil }
    let names = parameters.names
    let raw = try test.weights()
    let smoothed = try ParetoSmoothedWeights(
      logRatios: zip(test.predicted, test.truth).map { $0 - $1 })
    self.sample = sample
    points = test.count
    paretoShape = smoothed.shape
    effectiveFraction = raw.effectiveCount / Double(test.count)
    largestShare = raw.largestShare
    marginals = try MarginalAgreement.all(
      Split.Role.allCases.compactMap { role in parts[role].map { (role, $0) } }, names: names)
    let interest = parameters.parameterOfInterest.map { [$0] } ?? []
    let found = Result {
      try IntervalAgreement.all(
        of: test, weights: raw.weights, names: names,
        parameters: interest
          + IntervalAgreement.mostShifted(
            test, weights: raw.weights, count: worst, besides: interest), seed: seed)
    }
    switch found {
    case .success(let rows): (intervals, intervalsProblem) = (rows, nil)
    case .failure(let error): (intervals, intervalsProblem) = ([], "\(error)")
    }
    let plain = try Correlation(of: test.points)
    correlationDistance = plain.frobeniusDistance(
      to: try Correlation(of: test.points, weights: raw.weights))
    let other = parts[.training]?.thinned(to: test.count)
    correlationScatter = try other.flatMap { other in
      other.count >= Self.fewestPoints
        ? plain.frobeniusDistance(to: try Correlation(of: other.points)) : nil
    }
    slicedWasserstein = try other.flatMap { other -> SlicedWasserstein? in
      guard other.count >= Self.fewestPoints else { return nil }
      let (a, b) = (other.thinned(to: Self.mostPoints), test.thinned(to: Self.mostPoints))
      return try SlicedWasserstein(
        a.points, with: b.points, weights: b.weights().weights, seed: seed)
    }
  }
}
