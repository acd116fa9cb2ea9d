/// The values of a test statistic in pseudo-experiments, ascending.
public struct SortedStatistic: Sendable {
  /// The values.
  public let values: [Double]

  /// Sorts values.
  ///
  /// - Precondition: there are some, none of them NaN.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty && !values.contains(where: \.isNaN), "values that can be sorted")
    self.values = values.sorted()
  }

  /// Values that differ by less are equal: those of discrete data differ by rounding of the fits.
  private static func tolerance(_ value: Double) -> Double {
    value.isFinite ? 1e-7 * max(1, value) : 0
  }

  /// How many values are at most `value`.
  public func proportion(atMost value: Double) -> Proportion {
    Proportion(count(below: value + Self.tolerance(value)), of: values.count)
  }

  /// How many values are at least `value`: the p value of an observation.
  public func proportion(atLeast value: Double) -> Proportion {
    let below = count(below: value - Self.tolerance(value))
    return Proportion(values.count - below, of: values.count)
  }

  /// The number of values below a bound.
  private func count(below bound: Double) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The value below which a probability `p` lies, with its Monte Carlo error: half the distance of
  /// the quantiles at p ± √(p (1 - p) / n). There is no error where that leaves the sample.
  public func quantile(_ p: Double) -> Estimate {
    let n = Double(values.count)
    let spread = (p * (1 - p) / n).squareRoot()
    let isInside = p - spread >= 0 && p + spread <= 1 - 1 / n && values.count > 1
    let (low, high) = (place(p - spread), place(p + spread))
    return Estimate(value: place(p), error: isInside ? 0.5 * (high - low) : nil)
  }

  /// The quantile by linear interpolation of the ordered values.
  private func place(_ p: Double) -> Double {
    let position = min(max(p, 0), 1) * Double(values.count - 1)
    let i = min(Int(position), values.count - 1)
    let next = min(i + 1, values.count - 1)
    if values[i] == values[next] { return values[i] }
    return values[i] + (position - Double(i)) * (values[next] - values[i])
  }
}
