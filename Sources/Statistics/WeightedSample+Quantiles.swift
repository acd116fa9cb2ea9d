extension WeightedSample {
  /// The quantile of probability `p`.
  ///
  /// Position of sorted point i: cumulative weight less half its own weight, shifted so that the
  /// first is 0 and divided by the last; linear interpolation between positions
  /// (arXiv:1911.03305). With equal weights this is numpy's "linear" quantile.
  ///
  /// - Throws: ``StatisticsError/invalidProbability(_:expected:)`` unless 0 <= p <= 1.
  public func quantile(_ p: Double) throws -> Double {
    guard p >= 0, p <= 1 else {
      throw StatisticsError.invalidProbability(p, expected: "a number in [0, 1]")
    }
    guard count > 1 else { return values[0] }
    guard weights != nil else {
      let position = p * Double(count - 1)
      let k = min(Int(position), count - 2)
      return interpolate(k, position - Double(k))
    }
    let first = centre(0)
    let target = first + p * (centre(count - 1) - first)
    // The last point whose position does not exceed the target.
    var low = 0
    var high = count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if centre(middle) <= target { low = middle } else { high = middle }
    }
    return interpolate(low, (target - centre(low)) / (centre(high) - centre(low)))
  }

  /// Several quantiles, in the order of the probabilities.
  public func quantiles(_ probabilities: [Double]) throws -> [Double] {
    try probabilities.map(quantile)
  }

  /// The median.
  public var median: Double { (try? quantile(0.5)) ?? values[0] }

  /// The central interval that holds a probability: quantiles (1 - CI)/2 and 1 - (1 - CI)/2.
  public func centralInterval(_ level: ConfidenceLevel) throws -> Interval {
    let tail = level.outside / 2
    return Interval(lower: try quantile(tail), upper: try quantile(1 - tail))
  }

  private func centre(_ i: Int) -> Double { cumulativeWeights[i] - 0.5 * weight(i) }

  private func interpolate(_ k: Int, _ fraction: Double) -> Double {
    let a = values[k]
    let b = values[k + 1]
    // Also right where a or b is infinite.
    if fraction <= 0 || a == b { return a }
    if fraction >= 1 { return b }
    return a + fraction * (b - a)
  }
}
