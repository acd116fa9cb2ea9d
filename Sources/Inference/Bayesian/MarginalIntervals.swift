public import Statistics

/// Highest-posterior-density intervals of one parameter from draws, at one, two and three standard
/// deviations, with their Monte Carlo errors.
public struct MarginalIntervals: Sendable, Codable {
  /// The intervals over all draws, in order of growing probability.
  public let intervals: [HighestDensityInterval]
  /// Upper ends of the intervals that start at the boundary, for draws above it only.
  public let upperLimits: [UpperLimit]
  /// Mean over all draws.
  public let mean: Double
  /// Standard deviation over all draws.
  public let standardDeviation: Double

  /// One upper limit under a condition.
  public struct UpperLimit: Sendable, Codable, Equatable {
    /// The enclosed probability.
    public let probability: Double
    /// The limit.
    public let value: Double
    /// Its Monte Carlo standard error.
    public let error: Double
  }

  /// The probabilities at one, two and three standard deviations.
  public static let levels: [Double] =
    [ConfidenceLevel.oneSigma, .twoSigma, .threeSigma].map(\.probability)

  /// Intervals from draws.
  ///
  /// - Parameters:
  ///   - draws: values of the parameter.
  ///   - effectiveCount: effective number of draws, for the errors.
  ///   - boundary: the limit in the condition `parameter > boundary` of ``upperLimits``.
  ///   - seed: seed of the bootstrap.
  /// - Throws: `StatisticsError`.
  public init(
    of draws: [Double], effectiveCount: Double, above boundary: Double = 0, seed: UInt64 = 1
  ) throws {
    let sample = try WeightedSample(draws)
    mean = sample.mean
    standardDeviation = (sample.variance ?? 0).squareRoot()
    intervals = try Self.levels.map {
      try HighestDensityInterval.shortest(of: sample, probability: $0)
        .withBootstrapErrors(from: sample, effectiveCount: effectiveCount, seed: seed)
    }
    let above = draws.filter { $0 > boundary }
    guard above.count > 1 else {
      upperLimits = []
      return
    }
    let conditional = try WeightedSample(above)
    let size = effectiveCount * Double(above.count) / Double(draws.count)
    upperLimits = try Self.levels.map { p in
      // Error of a quantile: from the neighbouring quantiles one binomial error away.
      let step = (p * (1 - p) / size).squareRoot()
      let low = try conditional.quantile(max(0, p - step))
      let high = try conditional.quantile(min(1, p + step))
      return UpperLimit(
        probability: p, value: try conditional.quantile(p), error: 0.5 * (high - low))
    }
  }
}
