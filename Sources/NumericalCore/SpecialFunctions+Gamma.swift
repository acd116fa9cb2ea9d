internal import Foundation

extension SpecialFunctions {
  /// The regularised lower incomplete gamma function P(a, x) = γ(a, x) / Γ(a), a > 0, x >= 0.
  ///
  /// Series for x < a + 1, continued fraction for Q above (DLMF 8.7.1, 8.9.2); the common factor
  /// xᵃ e⁻ˣ / Γ(a + 1) in Loader's form keeps its relative accuracy at large a.
  public static func regularizedGammaP(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 0 }
    if x == .infinity { return 1 }
    return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)
  }

  /// The regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), a > 0, x >= 0.
  public static func regularizedGammaQ(_ a: Double, _ x: Double) -> Double {
    guard a > 0, x >= 0 else { return .nan }
    if x == 0 { return 1 }
    if x == .infinity { return 0 }
    if x >= a + 1 { return gammaFraction(a, x) }
    return a < 1 ? smallShapeQ(a, x) : 1 - gammaSeries(a, x)
  }

  /// The x at which P(a, x) = p, for p in [0, 1].
  public static func inverseRegularizedGammaP(_ a: Double, _ p: Double) -> Double {
    guard a > 0, p >= 0, p <= 1 else { return .nan }
    if p > 0.5 { return inverseGamma(a, lower: nil, upper: 1 - p) }
    return inverseGamma(a, lower: p, upper: nil)
  }

  /// The x at which Q(a, x) = q, for q in [0, 1]; accurate for small q.
  public static func inverseRegularizedGammaQ(_ a: Double, _ q: Double) -> Double {
    guard a > 0, q >= 0, q <= 1 else { return .nan }
    if q > 0.5 { return inverseGamma(a, lower: 1 - q, upper: nil) }
    return inverseGamma(a, lower: nil, upper: q)
  }

  /// The distribution function of χ² with `degreesOfFreedom` > 0.
  public static func chiSquaredCDF(_ x: Double, degreesOfFreedom: Double) -> Double {
    regularizedGammaP(degreesOfFreedom / 2, max(0, x / 2))
  }

  /// The survival function 1 - CDF of χ², accurate in the tail.
  public static func chiSquaredSurvival(_ x: Double, degreesOfFreedom: Double) -> Double {
    regularizedGammaQ(degreesOfFreedom / 2, max(0, x / 2))
  }

  /// The χ² below which a probability `p` lies.
  public static func chiSquaredQuantile(_ p: Double, degreesOfFreedom: Double) -> Double {
    2 * inverseRegularizedGammaP(degreesOfFreedom / 2, p)
  }

  /// The χ² above which a probability `q` lies; accurate for small `q`.
  public static func chiSquaredUpperQuantile(_ q: Double, degreesOfFreedom: Double) -> Double {
    2 * inverseRegularizedGammaQ(degreesOfFreedom / 2, q)
  }

  /// xᵃ e⁻ˣ / Γ(a + 1), the Poisson probability of a at mean x continued to real a.
  static func poissonTerm(_ a: Double, _ x: Double) -> Double {
    if a < 1e-3 || x < a * 1e-3 { return exp(a * log(x) - x - logGamma(a + 1)) }
    return exp(-stirlingError(a) - deviance(a, x)) / (2 * Double.pi * a).squareRoot()
  }

  private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var k = a
    repeat {
      k += 1
      term *= x / k
      sum += term
    } while term > sum * 1e-17
    return min(1, sum * poissonTerm(a, x))
  }

  /// Q(a, x) for a < 1 and x < a + 1, where P is near 1: the power series of γ(a, x) (DLMF 8.7.1,
  /// second form), with the 1 taken out of its first term by expm1.
  private static func smallShapeQ(_ a: Double, _ x: Double) -> Double {
    let exponent = a * log(x) - logGamma(1 + a)
    var power = 1.0
    var sum = 0.0
    for n in 1..<100 {
      power *= -x / Double(n)
      let term = power * a / (a + Double(n))
      sum += term
      if abs(term) < 1e-17 * abs(sum) { break }
    }
    return -expm1(exponent) - exp(exponent) * sum
  }

  private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    // Lentz's method on the even part of the fraction for Γ(a, x).
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1..<1_000_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = an * d + b
      if abs(d) < tiny { d = tiny }
      c = b + an / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      h *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return min(1, h * a * poissonTerm(a, x))
  }

  /// Solves for one tail by Newton steps in ln x on the logarithm of that tail, kept in a
  /// bracket; start from Wilson and Hilferty (1931), or from the first term of the series.
  private static func inverseGamma(_ a: Double, lower: Double?, upper: Double?) -> Double {
    let target = lower ?? upper ?? .nan
    if target == 0 { return lower != nil ? 0 : .infinity }
    let z = lower != nil ? normalQuantile(target) : -normalQuantile(target)
    let cube = 1 - 1 / (9 * a) + z / (3 * a.squareRoot())
    var x = a * cube * cube * cube
    if cube <= 0 || a < 1 {
      let small = (log(lower ?? (1 - target)) + logGamma(a + 1)) / a
      if cube <= 0 || small < log(a + 1) - 1 { x = exp(small) }
    }
    if !(x > 0) { return 0 }
    var low = 0.0
    var high = Double.infinity
    for _ in 0..<200 {
      let value = lower != nil ? regularizedGammaP(a, x) : regularizedGammaQ(a, x)
      let tooSmall = lower != nil ? value < target : value > target
      if tooSmall { low = x } else { high = x }
      let slope = a * poissonTerm(a, x) / value * (lower != nil ? 1 : -1)  // d ln(tail) / d ln x
      let step = log(value / target) / slope
      var next = x * exp(-step)
      if !(next > low && next < high) || !next.isFinite {
        next = high == .infinity ? 2 * x : 0.5 * (low + high)
      }
      let converged = abs(next - x) <= 2e-16 * x
      x = next
      if converged { break }
    }
    return x
  }
}
