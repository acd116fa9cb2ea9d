internal import Foundation

/// Ranges of logarithmic axes.
enum LogRange {
  /// Whole decades around positive values, at most `limit` of them from the top; nil for none.
  static func decades(of values: [Double], limit: Int = 8) -> ClosedRange<Double>? {
    guard let smallest = values.min(), let largest = values.max(), smallest > 0 else { return nil }
    let top = Int(log10(largest).rounded(.down)) + 1
    let bottom = max(top - limit, min(top - 1, Int(log10(smallest).rounded(.down))))
    return pow(10, Double(bottom))...pow(10, Double(top))
  }

  /// A range a little wider than the values: factor 1.3 on each side; nil for none.
  static func around(_ values: [Double]) -> ClosedRange<Double>? {
    guard let smallest = values.min(), let largest = values.max(), smallest > 0 else { return nil }
    return smallest / 1.3...largest * 1.3
  }
}
