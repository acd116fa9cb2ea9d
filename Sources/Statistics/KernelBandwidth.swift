internal import Foundation
internal import NumericalCore

/// Bandwidths of Gaussian kernel density estimates in one dimension.
enum KernelBandwidth {
  /// The improved Sheather-Jones bandwidth in units of the histogram's range (Z. I. Botev,
  /// J. F. Grotowski, D. P. Kroese, Ann. Statist. 38 (2010) 2916, algorithm 1): it needs no
  /// reference distribution and keeps separate maxima apart. `nil` where the fixed point is not
  /// found.
  ///
  /// - Parameters:
  ///   - contents: weights in equal bins.
  ///   - count: number of independent points that the histogram is worth.
  static func improvedSheatherJones(_ contents: [Double], count: Double) -> Double? {
    let squares = squaredCosines(contents)
    func excess(_ t: Double) -> Double { t - nextTime(t, squares, count) }
    // From half a bin upwards: the first change of sign from below.
    var low = 0.25 / Double(contents.count * contents.count)
    guard excess(low) < 0 else { return nil }
    var high = low * 1.3
    while excess(high) < 0 {
      low = high
      high *= 1.3
      if high > 0.1 { return nil }
    }
    for _ in 0..<40 {
      let middle = 0.5 * (low + high)
      if excess(middle) < 0 { low = middle } else { high = middle }
    }
    return high.squareRoot()
  }

  /// The squared coefficients of the cosine transform of the normalised contents, from the first.
  private static func squaredCosines(_ contents: [Double]) -> [Double] {
    let n = contents.count
    let total = contents.reduce(0, +)
    var sums = [Double](repeating: 0, count: min(n - 1, 1023))
    for (i, content) in contents.enumerated() where content > 0 {
      // cos((k + 1) a) = 2 cos(a) cos(k a) - cos((k - 1) a).
      let angle = Double.pi * (Double(i) + 0.5) / Double(n)
      let step = 2 * cos(angle)
      var (before, current) = (1.0, cos(angle))
      for k in sums.indices {
        sums[k] += content * current
        (before, current) = (current, step * current - before)
      }
    }
    return sums.map { ($0 / total) * ($0 / total) }
  }

  /// ξ γ^[5](t) of Botev et al., eq. 30.
  private static func nextTime(_ t: Double, _ squares: [Double], _ count: Double) -> Double {
    func norm(_ order: Int, _ time: Double) -> Double {
      var sum = 0.0
      for (j, square) in squares.enumerated() {
        let k2 = Double(j + 1) * Double(j + 1)
        let exponent = k2 * Double.pi * Double.pi * time
        if exponent > 700 { break }
        sum += pow(k2, Double(order)) * square * exp(-exponent)
      }
      return 2 * pow(Double.pi, 2 * Double(order)) * sum
    }
    var f = norm(7, t)
    for s in stride(from: 6, through: 2, by: -1) {
      let odd = stride(from: 1, through: 2 * s - 1, by: 2).reduce(1.0) { $0 * Double($1) }
      let k0 = odd / (2 * Double.pi).squareRoot()
      let factor = (1 + pow(0.5, Double(s) + 0.5)) / 3
      let time = pow(2 * factor * k0 / (count * f), 2 / (3 + 2 * Double(s)))
      f = norm(s, time)
    }
    return pow(2 * count * Double.pi.squareRoot() * f, -0.4)
  }
}
