internal import Foundation

/// Special functions of statistics, in double precision.
///
/// All are pure functions of their arguments and safe to call from any thread. Arguments outside
/// the domain give NaN, as in the C library. Tails are computed as such, never as `1 - p`.
public enum SpecialFunctions {
  /// ln |Γ(x)|.
  ///
  /// The C function `lgamma` writes the sign of Γ to a global variable; this one does not.
  public static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// The error function erf(x).
  public static func erf(_ x: Double) -> Double { Foundation.erf(x) }

  /// The complementary error function erfc(x) = 1 - erf(x).
  public static func erfc(_ x: Double) -> Double { Foundation.erfc(x) }

  /// ln Γ(n + 1) minus Stirling's formula (n + ½) ln n - n + ½ ln 2π, for n > 0.
  ///
  /// C. Loader, "Fast and accurate computation of binomial probabilities" (2000), eq. 2.
  public static func stirlingError(_ n: Double) -> Double {
    guard n >= 15 else {
      return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi)
    }
    let n2 = n * n
    let series =
      1.0 / 12
      - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360_360 / n2) / n2) / n2)
        / n2)
      / n2
    return series / n
  }

  /// The logarithm of the ratio of the Poisson probability of a count with the count as its mean to
  /// that with another mean: x ln(x / m) + m - x, which is m for a count of zero and infinite for a
  /// count where nothing is expected.
  public static func poissonDeviance(_ count: Double, mean: Double) -> Double {
    if count == 0 { return mean }
    return mean > 0 ? deviance(count, mean) : .infinity
  }

  /// The deviance term x ln(x / m) + m - x, without cancellation for x near m.
  ///
  /// Loader (2000), section 2.
  public static func deviance(_ x: Double, _ m: Double) -> Double {
    let difference = x - m
    guard abs(difference) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
    let v = difference / (x + m)
    var sum = difference * v
    var term = 2 * x * v
    let v2 = v * v
    for j in 1..<1000 {
      term *= v2
      let next = sum + term / Double(2 * j + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }
}
