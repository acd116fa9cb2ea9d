internal import NumericalCore
public import Statistics

/// The marginal posterior of one parameter in numbers, each with its Monte Carlo error.
public struct ParameterSummary: Codable, Sendable {
  /// Name of the parameter.
  public let name: String
  /// The mean.
  public let mean: Estimate
  /// The standard deviation (unbiased variance).
  public let standardDeviation: Estimate
  /// The maximum of the smoothed density (`SmoothedDensity/smoothedForMode`).
  public let mode: Estimate
  /// The quantiles.
  public let quantiles: [Quantile]
  /// The shortest single intervals, with end points from the sorted draws.
  public let shortest: [HighestDensityInterval]
  /// The regions of highest density: several intervals where the density has several maxima.
  public let regions: [DensityRegion]

  /// A quantile.
  public struct Quantile: Codable, Sendable, Equatable {
    /// The probability below it.
    public let probability: Double
    /// The quantile.
    public let estimate: Estimate
  }

  /// The probabilities of the quantiles unless others are asked for: median, one and two standard
  /// deviations of a normal distribution.
  public static let defaultProbabilities = SampleSummary.defaultProbabilities

  /// Summarises a parameter.
  ///
  /// - Parameters:
  ///   - draws: the draws.
  ///   - name: the parameter.
  ///   - levels: probabilities of the intervals.
  ///   - probabilities: those of the quantiles.
  ///   - seed: seed of the repeated experiments behind the errors of mode and intervals.
  /// - Throws: `ParameterError`, `StatisticsError`.
  public init(
    of draws: PosteriorDraws, _ name: String, levels: [Double] = MarginalIntervals.levels,
    probabilities: [Double] = ParameterSummary.defaultProbabilities, seed: UInt64 = 1
  ) throws {
    let values = try draws.values(of: name)
    let sample = try draws.sample(values)
    self.name = name
    let centre = sample.mean
    let sd = (sample.variance ?? 0).squareRoot()
    mean = Estimate(value: centre, error: draws.standardError { values[$0] - centre })
    standardDeviation = Estimate(
      value: sd,
      error: sd > 0
        ? draws.standardError {
          let d = values[$0] - centre
          return (d * d - sd * sd) / (2 * sd)
        } : 0)
    quantiles = try probabilities.map { p in
      Quantile(probability: p, estimate: try Self.quantile(p, draws, values, sample))
    }
    shortest = try levels.map {
      try Self.shortest($0, draws, values, sample, seed: seed)
    }
    guard sample.values[0] < sample.values[sample.count - 1] else {
      mode = Estimate(value: sample.values[0], error: 0)
      regions = levels.map { DensityRegion(probability: $0, point: sample.values[0]) }
      return
    }
    // The median's indicator stands for the whole: one size for the density.
    let median = try sample.quantile(0.5)
    let size = draws.equivalentCount(draws.probability(of: values.map { $0 <= median }))
    let density = try SmoothedDensity(of: sample, effectiveCount: size)
    let replicas = density.replicas(Self.replicaCount, seed: seed)
    let modes = density.smoothedForMode.replicas(Self.replicaCount, seed: seed).map(\.mode)
    mode = Estimate(
      value: density.smoothedForMode.mode, error: Self.standardDeviation(of: modes))
    regions = try levels.map {
      try DensityRegion(of: density, probability: $0, replicas: replicas, draws, values)
    }
  }

  static let replicaCount = 100

  /// A quantile with the error of arXiv:1903.08008: half the distance of the quantiles at the
  /// 15.87 % and 84.13 % points of Beta(E p + 1, E (1 - p) + 1).
  private static func quantile(
    _ p: Double, _ draws: PosteriorDraws, _ values: [Double], _ sample: WeightedSample
  ) throws -> Estimate {
    let q = try sample.quantile(p)
    let below = draws.probability(of: values.map { $0 <= q })
    let size = draws.equivalentCount(below)
    let (a, b) = (size * p + 1, size * (1 - p) + 1)
    let ends = try [0.1586553, 0.8413447].map {
      try sample.quantile(SpecialFunctions.inverseRegularizedBeta($0, a, b))
    }
    return Estimate(value: q, error: 0.5 * (ends[1] - ends[0]))
  }

  /// The shortest interval; its ends scatter as those of as many independent draws as know the
  /// probability of the interval equally well.
  private static func shortest(
    _ level: Double, _ draws: PosteriorDraws, _ values: [Double], _ sample: WeightedSample,
    seed: UInt64
  ) throws -> HighestDensityInterval {
    let interval = try HighestDensityInterval.shortest(of: sample, probability: level)
    let (low, high) = (interval.hull.lower, interval.hull.upper)
    let inside = draws.probability(of: values.map { low <= $0 && $0 <= high })
    let size = min(1e6, draws.equivalentCount(inside))
    guard size >= 10 else { return interval }
    return try interval.withBootstrapErrors(
      from: sample, effectiveCount: size, replicas: replicaCount, seed: seed)
  }

  static func standardDeviation(of values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
