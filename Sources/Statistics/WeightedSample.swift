/// Points of one quantity in ascending order, with or without weights.
///
/// Sorted once; quantiles, intervals and tests read the order. Points of weight zero are left
/// out. Weights need no normalisation.
public struct WeightedSample: Sendable {
  /// The values in ascending order.
  public let values: [Double]
  /// The weight of each sorted value; `nil` if all weigh the same.
  public let weights: [Double]?
  /// Running sums of the weights (the number of points so far if unweighted).
  public let cumulativeWeights: [Double]

  /// Sorts the points of a sample.
  ///
  /// - Throws: ``StatisticsError`` for an empty sample, NaN values, weights that are negative,
  ///   not finite or all zero, or a number of weights that is not the number of values.
  public init(_ values: [Double], weights: [Double]? = nil) throws {
    guard !values.isEmpty else { throw StatisticsError.emptySample }
    if let bad = values.firstIndex(where: \.isNaN) {
      throw StatisticsError.notANumber(index: bad)
    }
    guard let weights else {
      self.init(sorted: SortedOrder.sorted(values))
      return
    }
    guard weights.count == values.count else {
      throw StatisticsError.lengthMismatch(
        what: "number of weights", expected: values.count, found: weights.count)
    }
    if let bad = weights.firstIndex(where: { !($0 >= 0) || $0 == .infinity }) {
      throw StatisticsError.invalidWeight(index: bad, value: weights[bad])
    }
    guard weights.contains(where: { $0 > 0 }) else { throw StatisticsError.zeroTotalWeight }
    let order = SortedOrder(values)
    self.init(sorted: order.values, weights: order.indices.map { weights[Int($0)] })
  }

  /// Takes values that are in order already; all of one weight.
  init(sorted values: [Double]) {
    self.values = values
    weights = nil
    cumulativeWeights = (0..<values.count).map { Double($0 + 1) }
  }

  /// Takes values that are in order already, with their weights; drops those of weight zero.
  init(sorted values: [Double], weights: [Double]) {
    if weights.contains(0) {
      let kept = weights.indices.filter { weights[$0] > 0 }
      self.values = kept.map { values[$0] }
      self.weights = kept.map { weights[$0] }
    } else {
      self.values = values
      self.weights = weights
    }
    var sum = 0.0
    var running: [Double] = []
    running.reserveCapacity(self.values.count)
    for w in self.weights ?? [] {
      sum += w
      running.append(sum)
    }
    cumulativeWeights = running
  }

  /// The number of points (of positive weight).
  public var count: Int { values.count }

  /// The sum of the weights.
  public var totalWeight: Double { cumulativeWeights[count - 1] }

  /// The effective number of points (Σ w)² / Σ w²; the number of points if unweighted.
  public var effectiveCount: Double {
    guard let weights else { return Double(count) }
    return EffectiveCount.of(weights)
  }

  /// The weight of sorted point `i`.
  public func weight(_ i: Int) -> Double { weights?[i] ?? 1 }

  /// The weighted mean.
  public var mean: Double {
    guard let weights else { return values.reduce(0, +) / Double(count) }
    var sum = 0.0
    for i in 0..<count { sum += weights[i] * values[i] }
    return sum / totalWeight
  }

  /// The unbiased variance Σ w (x - mean)² / (W - Σ w² / W), W = Σ w; divided by n - 1 if
  /// unweighted. `nil` for fewer than two points.
  public var variance: Double? {
    guard count > 1 else { return nil }
    let centre = mean
    var squares = 0.0
    for i in 0..<count {
      let d = values[i] - centre
      squares += weight(i) * d * d
    }
    return squares / (totalWeight * (1 - 1 / effectiveCount))
  }

  /// The points within a range, with their weights (for example the physical region μ > 0).
  ///
  /// - Throws: ``StatisticsError/emptySample`` if there are none.
  public func restricted(to range: some RangeExpression<Double>) throws -> WeightedSample {
    let kept = values.indices.filter { range.contains(values[$0]) }
    guard !kept.isEmpty else { throw StatisticsError.emptySample }
    let points = kept.map { values[$0] }
    guard let weights else { return WeightedSample(sorted: points) }
    return WeightedSample(sorted: points, weights: kept.map { weights[$0] })
  }
}

/// The effective number of points of a set of weights.
public enum EffectiveCount {
  /// (Σ w)² / Σ w² (L. Kish, Survey Sampling, 1965); 0 if all weights are zero.
  public static func of(_ weights: [Double]) -> Double {
    // Relative to the largest weight, so that squares cannot overflow or vanish.
    guard let largest = weights.max(), largest > 0 else { return 0 }
    var sum = 0.0
    var squares = 0.0
    for w in weights {
      let r = w / largest
      sum += r
      squares += r * r
    }
    return sum * sum / squares
  }
}
