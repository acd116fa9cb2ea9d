internal import Foundation
internal import NumericalCore

extension HighestDensityInterval {
  /// This interval with Monte Carlo standard errors of its ends from a bootstrap.
  ///
  /// `effectiveCount` points are drawn from the sample, with probabilities as its weights, and the
  /// shortest interval is found again; the error is the standard deviation over the replicas. The
  /// ends of a shortest interval in the bulk converge as n^(-1/3), not n^(-1/2) (R. Grübel, Ann.
  /// Statist. 16 (1988) 619), so they are known less well than quantiles of the same sample.
  ///
  /// - Parameters:
  ///   - sample: the sample that the interval belongs to.
  ///   - effectiveCount: independent points that the sample is worth, for chains their effective
  ///     sample size; `nil` takes (Σ w)² / Σ w², right for independent points.
  ///   - replicas: how often to draw, at least 2.
  ///   - seed: equal seeds give equal errors.
  /// - Throws: ``StatisticsError`` if the interval is not of the sorted method, or an argument is
  ///   out of range.
  public func withBootstrapErrors(
    from sample: WeightedSample, effectiveCount: Double? = nil, replicas: Int = 200, seed: UInt64
  ) throws -> HighestDensityInterval {
    try checkSorted()
    let size = Int((effectiveCount ?? sample.effectiveCount).rounded())
    guard size >= 10, size <= 100_000_000 else {
      throw StatisticsError.invalidArgument(
        name: "effective number of points", value: "\(size)", expected: "between 10 and 1e8")
    }
    guard replicas >= 2 else {
      throw StatisticsError.invalidArgument(
        name: "number of replicas", value: "\(replicas)", expected: "at least 2")
    }
    let stream = RandomStream(seed: seed, purpose: "highest-density bootstrap")
    let ends = try mapColumns(replicas) { replica in
      var random = stream.sequence(step: replica)
      let points = Self.resample(sample, count: size, using: &random)
      let (i, j) = Self.shortestRange(sorted: points, probability: probability)
      return Interval(lower: points[i], upper: points[j])
    }
    return withErrors(
      lower: Self.standardDeviation(ends.map(\.lower)),
      upper: Self.standardDeviation(ends.map(\.upper)))
  }

  /// This interval with standard errors from the scatter between independent batches of draws
  /// (independent chains, or long consecutive pieces of one).
  ///
  /// The ends are found in each batch; the standard deviation over B batches times B^(-1/3) is the
  /// error for all draws together, by the n^(-1/3) rate of the shortest interval. For an end at a
  /// hard boundary the other end converges as n^(-1/2), and the error is on the safe side.
  ///
  /// - Throws: ``StatisticsError`` if the interval is not of the sorted method or there are fewer
  ///   than four batches.
  public func withBatchErrors(from batches: [WeightedSample]) throws -> HighestDensityInterval {
    try checkSorted()
    guard batches.count >= 4 else {
      throw StatisticsError.invalidArgument(
        name: "number of batches", value: "\(batches.count)", expected: "at least 4")
    }
    let ends = try mapColumns(batches.count) { k in
      let (i, j) = Self.shortestRange(of: batches[k], probability: probability)
      return Interval(lower: batches[k].values[i], upper: batches[k].values[j])
    }
    let rate = pow(Double(batches.count), -1.0 / 3)
    return withErrors(
      lower: rate * Self.standardDeviation(ends.map(\.lower)),
      upper: rate * Self.standardDeviation(ends.map(\.upper)))
  }

  private func checkSorted() throws {
    guard method == .sorted else {
      throw StatisticsError.invalidArgument(
        name: "method of the interval", value: method.rawValue, expected: Method.sorted.rawValue)
    }
  }

  private func withErrors(lower: Double, upper: Double) -> HighestDensityInterval {
    let end = intervals[0]
    return HighestDensityInterval(
      probability: probability,
      intervals: [
        Interval(lower: end.lower, upper: end.upper, lowerError: lower, upperError: upper)
      ],
      touchesLowerBoundary: touchesLowerBoundary, touchesUpperBoundary: touchesUpperBoundary,
      method: method, binWidth: binWidth, effectivePointsOutside: effectivePointsOutside)
  }

  static func standardDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// `count` points drawn with replacement, in ascending order: ordered uniforms are partial sums
  /// of exponentials over their total, so one pass over the sample is enough.
  private static func resample(
    _ sample: WeightedSample, count: Int, using random: inout RandomSequence
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var sum = 0.0
    for k in 0..<count {
      sum += random.exponential()
      sums[k] = sum
    }
    sum += random.exponential()
    let scale = sample.totalWeight / sum
    var points = sums
    var i = 0
    for k in 0..<count {
      let position = sums[k] * scale
      while i < sample.count - 1 && sample.cumulativeWeights[i] < position { i += 1 }
      points[k] = sample.values[i]
    }
    return points
  }
}
