internal import Foundation

extension SpecialFunctions {
  /// The regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1: the distribution
  /// function of Beta(a, b).
  ///
  /// Continued fraction DLMF 8.17.22; the factor xᵃ (1 - x)ᵇ / B(a, b) in Loader's form.
  public static func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, x >= 0, x <= 1 else { return .nan }
    if x == 0 { return 0 }
    if x == 1 { return 1 }
    let front = betaTerm(x, a, b)
    if x < (a + 1) / (a + b + 2) { return min(1, front * betaFraction(x, a, b) / a) }
    return max(0, 1 - front * betaFraction(1 - x, b, a) / b)
  }

  /// The x at which I_x(a, b) = p: the quantile of Beta(a, b).
  ///
  /// Newton steps in a bracket, from the normal approximation.
  public static func inverseRegularizedBeta(_ p: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0 { return 0 }
    if p == 1 { return 1 }
    let n = a + b
    let spread = (a * b / (n + 1)).squareRoot() / n
    var x = a / n + normalQuantile(p) * spread
    var low = 0.0
    var high = 1.0
    if !(x > 0 && x < 1) { x = a / n }
    for _ in 0..<2000 {
      let value = regularizedBeta(x, a, b)
      if value < p { low = x } else { high = x }
      let density = betaTerm(x, a, b) / (x * (1 - x))
      var next = x - (value - p) / density
      if !(next > low && next < high) {
        // Halve in the logarithm near zero, where quantiles of small a may lie.
        next = low > 0 ? 0.5 * (low + high) : (high > 1e-3 ? 0.5 * high : high * high)
      }
      let converged = abs(next - x) <= 2e-16 * x
      x = next
      if converged || high - low <= 2e-16 * high { break }
    }
    return x
  }

  /// xᵃ (1 - x)ᵇ / B(a, b).
  static func betaTerm(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let y = 1 - x
    let n = a + b
    if min(a, b) < 1e-2 {
      return exp(a * log(x) + b * log1p(-x) + logGamma(n) - logGamma(a) - logGamma(b))
    }
    let exponent =
      stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x)
      - deviance(b, n * y)
    return exp(exponent) * (a * b / (2 * Double.pi * n)).squareRoot()
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var h = d
    for i in 1..<1_000_000 {
      let m = Double(i)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      let factor = d * c
      h *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return h
  }
}
