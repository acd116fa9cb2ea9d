internal import Foundation

/// A generalised Pareto distribution fitted to exceedances over a threshold.
///
/// J. Zhang and M. A. Stephens, Technometrics 51 (2009) 316: posterior mean of θ = k/σ on a grid
/// under a weak prior from the data; here with the sign of k in which heavy tails have k > 0, and
/// k drawn towards ½ as by ten more points (arXiv:1507.02646, appendix; loo and ArviZ do the same).
public struct GeneralizedParetoFit: Codable, Hashable, Sendable {
  /// The shape k: moments of order 1/k and above do not exist.
  public let shape: Double
  /// The scale σ > 0.
  public let scale: Double

  /// Fits positive exceedances in ascending order; `nil` for fewer than five, or where the fit
  /// is not finite.
  public init?(sorted exceedances: [Double]) {
    let n = exceedances.count
    guard n > 4, let largest = exceedances.last, exceedances[0] >= 0, largest > 0 else {
      return nil
    }
    let count = Double(n)
    let gridSize = 30 + Int(count.squareRoot())
    let quartile = exceedances[Int(count / 4 + 0.5) - 1]
    guard quartile > 0 else { return nil }
    func meanLog(_ b: Double) -> Double {
      exceedances.reduce(0) { $0 + log1p(-b * $1) } / count
    }
    let grid = (1...gridSize).map { j in
      (1 - (Double(gridSize) / (Double(j) - 0.5)).squareRoot()) / (3 * quartile) + 1 / largest
    }
    let logLikelihoods = grid.map { b -> Double in
      let k = meanLog(b)
      return count * (log(-(b / k)) - k - 1)
    }
    var weights = logLikelihoods.map { one in
      1 / logLikelihoods.reduce(0) { $0 + exp($1 - one) }
    }
    let negligible = 10 * Double.ulpOfOne
    for j in weights.indices where !(weights[j] >= negligible) { weights[j] = 0 }
    let total = weights.reduce(0, +)
    let b = zip(grid, weights).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.1 / total : $0 }
    let raw = meanLog(b)
    scale = -raw / b
    shape = (count * raw + 10 * 0.5) / (count + 10)
    guard shape.isFinite, scale > 0, scale.isFinite else { return nil }
  }

  /// The quantile σ ((1 - p)^(-k) - 1) / k.
  public func quantile(_ p: Double) -> Double {
    let exponent = -log1p(-p)
    if abs(shape) < Double.ulpOfOne { return scale * exponent }
    return scale * expm1(shape * exponent) / shape
  }
}
