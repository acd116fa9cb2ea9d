/// Tones and strokes that tell probabilities apart in corner figures.
enum CornerStroke {
  /// Strength of the fill of region `k` of `count`, the innermost first.
  static func strength(_ k: Int, of count: Int) -> Double {
    guard count > 1 else { return 0.5 }
    return 0.72 - 0.55 * Double(k) / Double(count - 1)
  }

  /// Dash pattern of border `k`: solid, dashed, dotted, dash-dotted.
  static func dash(_ k: Int) -> String {
    ["solid", "(6,3)", "(1.6,2.4)", "(6,2.4,1.6,2.4)"][k % 4]
  }
}
