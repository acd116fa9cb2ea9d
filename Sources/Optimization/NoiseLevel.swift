internal import Foundation

/// The noise of computed values, from differences (Moré and Wild, "Estimating computational
/// noise", SIAM J. Sci. Comput. 33 (2011) 1292).
public enum NoiseLevel {
  /// Number of values that ``estimate(_:)`` wants.
  public static let valuesNeeded = 9

  /// The standard deviation of the noise in values at equally spaced points that lie so close
  /// together that a smooth function is nearly linear among them.
  ///
  /// Differences of order k of noise have k!²/(2k)! times their mean square as variance; those of
  /// a smooth function vanish as k grows. The first order whose estimate agrees with that of the
  /// next within a factor of four, and whose differences change sign, gives the noise.
  ///
  /// - Returns: the estimate; 0 where the values do not look noisy.
  public static func estimate(_ values: [Double]) -> Double {
    guard values.count >= 6, values.allSatisfy(\.isFinite) else { return 0 }
    var differences = values
    var estimates: [(level: Double, changesSign: Bool)] = []
    var factor = 1.0
    for order in 1..<values.count - 1 {
      differences = zip(differences.dropFirst(), differences).map { $0 - $1 }
      factor *= Double(order) / Double(2 * (2 * order - 1))
      let mean = differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)
      estimates.append(
        (
          (factor * mean).squareRoot(),
          differences.contains { $0 > 0 } && differences.contains { $0 < 0 }
        ))
    }
    for k in 0..<estimates.count - 2 where estimates[k].changesSign {
      let levels = estimates[k...k + 2].map(\.level)
      if let high = levels.max(), let low = levels.min(), high <= 4 * low { return levels[0] }
    }
    return 0
  }
}
