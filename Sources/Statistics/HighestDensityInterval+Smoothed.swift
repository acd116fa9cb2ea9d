extension HighestDensityInterval {
  /// The region of highest density under a smoothed density, as one or several disjoint intervals.
  ///
  /// Bins are taken in order of the smoothed density until their contents in the sample itself
  /// reach the probability (so that smoothing, which widens a density, does not widen the region);
  /// the ends are where the density passes the level, interpolated between bins.
  ///
  /// - Throws: ``StatisticsError/invalidProbability(_:expected:)`` unless 0 < p < 1.
  public static func regions(
    of density: SmoothedDensity, probability: Double
  ) throws -> HighestDensityInterval {
    try check(probability)
    let total = density.contents.reduce(0, +)
    let level =
      MassLevels.levels(
        density: density.values, mass: density.contents, total: total, fractions: [probability])[0]
      ?? 0
    let inside = density.values.map { $0 >= level }
    let last = inside.count - 1
    // Where the density passes the level between the centres of bins k and k + 1.
    func crossing(_ k: Int) -> Double {
      let (a, b) = (density.values[k], density.values[k + 1])
      let t = a == b ? 0.5 : (a - level) / (a - b)
      return density.lower + (Double(k) + 0.5 + t) * density.binWidth
    }
    var intervals: [Interval] = []
    var start = density.lower
    for k in inside.indices where inside[k] {
      if k > 0, !inside[k - 1] { start = crossing(k - 1) }
      if k == last {
        intervals.append(Interval(lower: start, upper: density.upper))
      } else if !inside[k + 1] {
        intervals.append(Interval(lower: start, upper: crossing(k)))
      }
    }
    return HighestDensityInterval(
      probability: probability, intervals: intervals, touchesLowerBoundary: inside[0],
      touchesUpperBoundary: inside[last], method: .smoothed, binWidth: density.binWidth,
      effectivePointsOutside: (1 - probability) * density.effectiveCount)
  }

  /// This region with Monte Carlo standard errors of its ends: their standard deviation over those
  /// replicas that have as many intervals.
  ///
  /// - Returns: the region, and the share of the replicas that have as many intervals; without
  ///   errors where fewer than ten have.
  public func withErrors(
    from replicas: [SmoothedDensity]
  ) throws -> (region: HighestDensityInterval, share: Double) {
    let alike = try replicas.map { try Self.regions(of: $0, probability: probability).intervals }
      .filter { $0.count == intervals.count }
    let share = replicas.isEmpty ? 0 : Double(alike.count) / Double(replicas.count)
    guard alike.count >= 10 else { return (self, share) }
    let ends = intervals.indices.map { k in
      Interval(
        lower: intervals[k].lower, upper: intervals[k].upper,
        lowerError: Self.standardDeviation(alike.map { $0[k].lower }),
        upperError: Self.standardDeviation(alike.map { $0[k].upper }))
    }
    let region = HighestDensityInterval(
      probability: probability, intervals: ends, touchesLowerBoundary: touchesLowerBoundary,
      touchesUpperBoundary: touchesUpperBoundary, method: method, binWidth: binWidth,
      effectivePointsOutside: effectivePointsOutside)
    return (region, share)
  }
}
