public import Statistics

/// The region of highest density of one parameter: disjoint intervals, and the probability that
/// each of them carries.
public struct DensityRegion: Codable, Sendable {
  /// The probability asked for.
  public let probability: Double
  /// The intervals in ascending order.
  public let intervals: [Part]
  /// The share of repeated experiments that find as many intervals; well below 1, the number of
  /// intervals is itself uncertain.
  public let stability: Double
  /// Standard deviation of the kernel that smoothed the density.
  public let bandwidth: Double

  /// One of the intervals.
  public struct Part: Codable, Sendable {
    /// The interval; its ends have errors where at least ten repeated experiments find as many
    /// intervals.
    public let interval: Interval
    /// The probability inside, measured on the draws.
    public let probability: Estimate
  }

  /// The probability inside all intervals.
  public var enclosed: Double { intervals.reduce(0) { $0 + $1.probability.value } }

  init(
    of density: SmoothedDensity, probability: Double, replicas: [SmoothedDensity],
    _ draws: PosteriorDraws, _ values: [Double]
  ) throws {
    let (region, share) = try HighestDensityInterval.regions(of: density, probability: probability)
      .withErrors(from: replicas)
    self.probability = probability
    stability = share
    bandwidth = density.bandwidth
    intervals = region.intervals.map { interval in
      Part(
        interval: interval,
        probability: draws.probability(
          of: values.map { interval.lower <= $0 && $0 <= interval.upper }))
    }
  }

  /// The region of a parameter that does not vary.
  init(probability: Double, point: Double) {
    self.probability = probability
    stability = 1
    bandwidth = 0
    intervals = [
      Part(
        interval: Interval(lower: point, upper: point, lowerError: 0, upperError: 0),
        probability: Estimate(value: 1, error: 0))
    ]
  }
}
