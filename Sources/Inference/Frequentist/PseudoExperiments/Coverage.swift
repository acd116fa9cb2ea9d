public import Statistics

/// What pseudo-experiments say about the test statistic t of one value of the parameter: its
/// quantiles, and the coverage of the intervals that take it for χ² distributed (Wilks' theorem).
public struct Coverage: Sendable {
  /// A confidence level.
  public struct Level: Sendable {
    /// The level.
    public let confidence: ConfidenceLevel
    /// The quantile of χ² with one degree of freedom: t below it is inside the Wilks interval.
    public let asymptotic: Double
    /// How often the Wilks interval contains the generating value.
    public let coverage: Proportion
    /// The critical value: the quantile of t.
    public let critical: Estimate
  }

  /// The point.
  public let point: PseudoExperiments.Point
  /// The tested value.
  public var tested: Double { point.tested }
  /// Number of toys.
  public let toys: Int
  /// Toys that needed thorough fits.
  public let retried: Int
  /// Toys without a valid certificate, which are counted with what was found.
  public let uncertified: Int
  /// Draws of nuisance parameters that were given up because an expected count was negative.
  public let rejectedDraws: Int
  /// The levels asked for.
  public let levels: [Level]
  /// The statistic t of all toys.
  public let distribution: SortedStatistic

  /// The coverage at a point from its toys.
  ///
  /// - Throws: ``PseudoExperimentError/missing(_:)`` if there are none.
  public init(
    _ experiments: [PseudoExperiment], at point: PseudoExperiments.Point,
    levels: [ConfidenceLevel] = [.oneSigma, .twoSigma]
  ) throws {
    guard !experiments.isEmpty else {
      throw PseudoExperimentError.missing("toys at the value \(point.tested)")
    }
    self.point = point
    toys = experiments.count
    retried = experiments.count { $0.isRetried }
    uncertified = experiments.count { !$0.isCertified }
    rejectedDraws = experiments.reduce(0) { $0 + $1.rejectedDraws }
    let sorted = SortedStatistic(experiments.map { $0.value(of: .t, at: point.tested) })
    distribution = sorted
    self.levels = try levels.map { level in
      let t = try level.deltaChiSquared(degreesOfFreedom: 1)
      return Level(
        confidence: level, asymptotic: t, coverage: sorted.proportion(atMost: t),
        critical: sorted.quantile(level.probability))
    }
  }
}

extension PseudoExperimentResults {
  /// The coverage at every value that is tested with data generated at it, ascending.
  ///
  /// - Throws: ``PseudoExperimentError/missing(_:)`` if there are no such toys.
  public func coverages(
    at levels: [ConfidenceLevel] = [.oneSigma, .twoSigma]
  ) throws -> [Coverage] {
    let points = study.points.filter { $0.generated == $0.tested }
      .filter { !experiments(at: $0).isEmpty }.sorted { $0.tested < $1.tested }
    guard !points.isEmpty else {
      throw PseudoExperimentError.missing("toys that are tested with the value they come from")
    }
    return try points.map { try Coverage(experiments(at: $0), at: $0, levels: levels) }
  }
}
