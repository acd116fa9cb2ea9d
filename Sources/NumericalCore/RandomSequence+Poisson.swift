internal import Foundation

extension RandomSequence {
  /// A Poisson number of a given mean; 0 for the mean 0.
  ///
  /// Below a mean of 10 by inversion, term by term; above by transformed rejection with squeeze
  /// (PTRS of W. Hörmann, Insurance: Mathematics and Economics 12 (1993) 39), with the
  /// probabilities in Loader's form, which holds its accuracy for large means.
  ///
  /// - Precondition: `mean` is finite and not negative.
  public mutating func poisson(_ mean: Double) -> Double {
    precondition(mean >= 0 && mean < .infinity, "the mean \(mean) is not a number >= 0")
    return mean < 10 ? invertedPoisson(mean) : rejectedPoisson(mean)
  }

  private mutating func invertedPoisson(_ mean: Double) -> Double {
    var term = exp(-mean)
    var left = uniform()
    var k = 0.0
    // The terms fall below the spacing of the uniform numbers long before the limit.
    while left > term && k < 200 {
      left -= term
      k += 1
      term *= mean / k
    }
    return k
  }

  private mutating func rejectedPoisson(_ mean: Double) -> Double {
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let squeeze = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let s = 0.5 - abs(u)
      let k = ((2 * a / s + b) * u + mean + 0.43).rounded(.down)
      if s >= 0.07 && v <= squeeze { return k }
      if k < 0 || (s < 0.013 && v > s) { continue }
      if log(v * inverseAlpha / (a / (s * s) + b)) <= Self.logPoisson(k, mean) { return k }
    }
  }

  /// ln of the Poisson probability of `k` (C. Loader 2000, eq. 3).
  private static func logPoisson(_ k: Double, _ mean: Double) -> Double {
    guard k > 0 else { return -mean }
    return -SpecialFunctions.stirlingError(k) - SpecialFunctions.deviance(k, mean)
      - 0.5 * log(2 * Double.pi * k)
  }
}
