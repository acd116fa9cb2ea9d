/// Numbers in ascending order.
public enum OrderStatistics {
  /// The p-quantile by linear interpolation between order statistics (type 7 of Hyndman, Fan, Am.
  /// Stat. 50 (1996) 361).
  ///
  /// - Precondition: there are numbers, and p lies between 0 and 1.
  public static func quantile(_ sorted: [Double], _ p: Double) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(p), "a quantile of some numbers")
    let position = p * Double(sorted.count - 1)
    let k = Int(position)
    let next = min(sorted.count - 1, k + 1)
    return sorted[k] + (position - Double(k)) * (sorted[next] - sorted[k])
  }
}
