internal import Foundation

/// Positions and labels of tics: multiples of 1, 2, 2.5 or 5 times a power of ten.
struct AxisTics: Equatable {
  /// Values, ascending.
  let positions: [Double]
  /// Decimals that tell neighbours apart, after division by ten to the ``exponent``.
  let decimals: Int
  /// Power of ten taken out of the labels of very small or large numbers: 0 or a multiple of 3.
  let exponent: Int

  /// At most `count` tics in a range, none within `clearance` (fraction of the range) of its ends,
  /// where labels of neighbouring panels would meet.
  init(_ range: ClosedRange<Double>, count: Int, clearance: Double = 0) {
    let span = range.upperBound - range.lowerBound
    let low = range.lowerBound + clearance * span
    let high = range.upperBound - clearance * span
    var exponent = Int(log10(span / Double(max(1, count))).rounded(.down))
    let steps: [(factor: Double, decimals: Int)] = [(1, 0), (2, 0), (2.5, 1), (5, 0)]
    while true {
      for step in steps {
        let size = step.factor * pow(10, Double(exponent))
        let first = Int((low / size - 1e-9).rounded(.up))
        let last = Int((high / size + 1e-9).rounded(.down))
        if last - first + 1 <= count {
          positions = first <= last ? (first...last).map { Double($0) * size } : []
          let largest = max(abs(range.lowerBound), abs(range.upperBound))
          let magnitude = Int(log10(largest).rounded(.down))
          let places = max(0, step.decimals - exponent)
          self.exponent =
            places <= 2 && magnitude <= 3 ? 0 : Int((Double(magnitude) / 3).rounded(.down)) * 3
          decimals = max(0, step.decimals - exponent + self.exponent)
          return
        }
      }
      exponent += 1
    }
  }

  /// The argument of gnuplot's `set xtics`: `('−0.5' -0.5, '0' 0)`.
  var gnuplot: String {
    let scale = pow(10, Double(exponent))
    let items = positions.map { "'\(NumberText.decimals($0 / scale, decimals))' \($0)" }
    return "(" + items.joined(separator: ", ") + ")"
  }

  /// What follows the axis label, e.g. ` [10^{−3}]`; empty where no power was taken out.
  var unit: String {
    exponent == 0 ? "" : " [10^{\(NumberText.decimals(Double(exponent), 0))}]"
  }

  /// The same positions without text.
  var unlabelled: String {
    "(" + positions.map { "'' \($0)" }.joined(separator: ", ") + ")"
  }
}
