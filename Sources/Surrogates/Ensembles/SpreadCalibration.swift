internal import Foundation

/// What makes of the spread σ of an ensemble the error of its mean: √(scale² σ² + floor²).
///
/// The floor is the error that all members have in common, because they have the same data and
/// architecture. Scale and floor are those under which residuals on held-out points are most
/// probable as normal numbers with these errors; the standardised residuals then have a root mean
/// square of one.
public struct SpreadCalibration: Sendable, Codable, Equatable {
  /// Factor of the spread.
  public let scale: Double
  /// Error that is always there, in nats.
  public let floor: Double

  /// A calibration from its numbers.
  public init(scale: Double, floor: Double) {
    self.scale = scale
    self.floor = floor
  }

  /// The spread as it is.
  public static let none = SpreadCalibration(scale: 1, floor: 0)

  /// The error for a spread.
  public func error(_ spread: Double) -> Double {
    spread == 0 && floor == 0 ? 0 : (scale * scale * spread * spread + floor * floor).squareRoot()
  }

  /// The calibration of residuals.
  ///
  /// With σ² = a (spread² + r m), m the mean of spread², the most probable a for given r is the
  /// mean of residual²/(spread² + r m), so that one search over r remains.
  ///
  /// - Parameters:
  ///   - residuals: mean of the ensemble less truth on held-out points.
  ///   - spreads: the members' standard deviation at the same points.
  /// - Precondition: equal numbers, at least one.
  public init(residuals: [Double], spreads: [Double]) {
    precondition(!residuals.isEmpty && residuals.count == spreads.count, "one spread per residual")
    let n = Double(residuals.count)
    let squares = residuals.map { $0 * $0 }
    let variances = spreads.map { $0 * $0 }
    let mean = variances.reduce(0, +) / n
    guard mean > 0 else {
      self.init(scale: 1, floor: (squares.reduce(0, +) / n).squareRoot())
      return
    }
    func amplitude(_ ratio: Double) -> Double {
      zip(squares, variances).reduce(0) { $0 + $1.0 / ($1.1 + ratio * mean) } / n
    }
    func cost(_ logRatio: Double) -> Double {
      let ratio = exp(logRatio)
      let logs = variances.reduce(0) { $0 + log($1 + ratio * mean) } / n
      return log(amplitude(ratio)) + logs
    }
    // A coarse grid against other minima, then the golden section.
    let grid = stride(from: -12.0, through: 8, by: 0.5).map { ($0, cost($0)) }
    let start = grid.min { $0.1 < $1.1 }?.0 ?? 0
    let ratio = exp(Self.minimum(of: cost, between: start - 0.5, and: start + 0.5))
    let a = amplitude(ratio)
    self.init(scale: a.squareRoot(), floor: (a * ratio * mean).squareRoot())
  }

  private static func minimum(
    of function: (Double) -> Double, between low: Double, and high: Double
  ) -> Double {
    let golden = (5.0.squareRoot() - 1) / 2
    var (a, b) = (low, high)
    for _ in 0..<40 {
      let (c, d) = (b - golden * (b - a), a + golden * (b - a))
      if function(c) < function(d) { b = d } else { a = c }
    }
    return (a + b) / 2
  }
}
