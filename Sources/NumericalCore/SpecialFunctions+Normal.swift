internal import Foundation

extension SpecialFunctions {
  /// The density of the standard normal distribution.
  public static func normalDensity(_ x: Double) -> Double {
    exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
  }

  /// The standard normal distribution function Φ(x), accurate in the lower tail.
  public static func normalCDF(_ x: Double) -> Double { normalSurvival(-x) }

  /// The survival function 1 - Φ(x) of the standard normal distribution, accurate in the upper
  /// tail: `normalSurvival(5)` is the one-sided p value of five standard deviations.
  public static func normalSurvival(_ x: Double) -> Double {
    guard x.isFinite, abs(x) < 40 else { return x.isNaN ? x : (x > 0 ? 0 : 1) }
    // x / √2 in two parts: in the tail erfc multiplies a rounding of its argument by 2 x².
    let high = 0.7071067811865476
    let low = -4.833646656726457e-17
    let t = x * high
    let rest = (-t).addingProduct(x, high) + x * low
    return 0.5 * (Foundation.erfc(t) - 2 / Double.pi.squareRoot() * exp(-t * t) * rest)
  }

  /// The quantile Φ⁻¹(p): minus infinity at 0, plus infinity at 1, NaN outside [0, 1].
  ///
  /// AS241 (M. J. Wichura, Appl. Statist. 37 (1988) 477) and one Newton step.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : (p == 1 ? .infinity : .nan) }
    if p > 0.5 { return -lowerNormalQuantile(1 - p) }
    return lowerNormalQuantile(p)
  }

  /// The x above which a probability `q` lies; accurate for small `q`.
  public static func normalUpperQuantile(_ q: Double) -> Double { -normalQuantile(q) }

  /// AS241 without the Newton step, for tables of normal scores (relative error near 1e-16).
  public static func normalScore(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : (p == 1 ? .infinity : .nan) }
    let q = p - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * ratio(r, centralNumerator, centralDenominator)
    }
    var r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let value: Double
    if r <= 5 {
      r -= 1.6
      value = ratio(r, tailNumerator, tailDenominator)
    } else {
      r -= 5
      value = ratio(r, farNumerator, farDenominator)
    }
    return q < 0 ? -value : value
  }

  private static func lowerNormalQuantile(_ p: Double) -> Double {
    let x = normalScore(p)
    let step = (normalCDF(x) - p) / normalDensity(x)
    return step.isFinite ? x - step : x
  }

  private typealias Coefficients = SIMD8<Double>

  @inline(__always)
  private static func ratio(_ r: Double, _ a: Coefficients, _ b: Coefficients) -> Double {
    var numerator = a[7]
    var denominator = b[7]
    for k in stride(from: 6, through: 0, by: -1) {
      numerator = numerator * r + a[k]
      denominator = denominator * r + b[k]
    }
    return numerator / denominator
  }

  private static var centralNumerator: Coefficients {
    Coefficients(
      3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3)
  }
  private static var centralDenominator: Coefficients {
    Coefficients(
      1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3)
  }
  private static var tailNumerator: Coefficients {
    Coefficients(
      1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4)
  }
  private static var tailDenominator: Coefficients {
    Coefficients(
      1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9)
  }
  private static var farNumerator: Coefficients {
    Coefficients(
      6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7)
  }
  private static var farDenominator: Coefficients {
    Coefficients(
      1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15)
  }
}
