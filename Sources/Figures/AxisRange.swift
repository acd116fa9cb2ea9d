/// Ranges of axes that a few far points cannot stretch.
enum AxisRange {
  /// The range of all columns' draws: from the 0.05 % to the 99.95 % quantile, widened by 12 % on
  /// each side to leave room for the 99.73 % contour, but never beyond the smallest and largest
  /// draw, so that a hard bound stays the end of the axis.
  static func robust(_ columns: [[Double]]) -> ClosedRange<Double>? {
    var lower = Double.infinity
    var upper = -Double.infinity
    for values in columns {
      var (smallest, largest) = (Double.infinity, -Double.infinity)
      for value in values where value.isFinite {
        smallest = min(smallest, value)
        largest = max(largest, value)
      }
      let sorted = values.strided(atMost: 40_000).filter(\.isFinite).sorted()
      guard !sorted.isEmpty else { continue }
      let cut = Int(0.0005 * Double(sorted.count))
      let low = sorted[cut]
      let high = sorted[sorted.count - 1 - cut]
      let margin = 0.12 * (high - low)
      lower = min(lower, max(smallest, low - margin))
      upper = max(upper, min(largest, high + margin))
    }
    guard lower <= upper else { return nil }
    if lower == upper {
      let half = max(abs(lower) * 0.01, 1e-6)
      return lower - half...upper + half
    }
    return lower...upper
  }
}

extension Array {
  /// At most `limit` elements, equally spaced.
  func strided(atMost limit: Int) -> [Element] {
    guard count > limit else { return self }
    return (0..<limit).map { self[$0 * count / limit] }
  }
}
