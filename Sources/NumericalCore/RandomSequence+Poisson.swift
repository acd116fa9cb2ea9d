internal import Foundation

extension RandomSequence {
  /// A Poisson number, as a real number (counts beyond 2^53 are rounded).
  ///
  /// Below a mean of 10 by inversion of the distribution function, above by the transformed
  /// rejection PTRS of W. Hörmann, "The transformed rejection method for generating Poisson random
  /// variables", Insurance: Mathematics and Economics 12 (1993) 39; both are exact. Probabilities
  /// are computed in C. Loader's form, which keeps its accuracy at large means.
  ///
  /// - Precondition: `mean` is finite and not negative.
  public mutating func poisson(mean: Double) -> Double {
    precondition(mean >= 0 && mean.isFinite, "a Poisson mean is finite and not negative")
    return mean < 10 ? poissonByInversion(mean) : poissonByRejection(mean)
  }

  private mutating func poissonByInversion(_ mean: Double) -> Double {
    let target = uniform()
    var probability = exp(-mean)
    var cumulative = probability
    var count = 0.0
    // Rounding may keep the sum below a target near 1: stop where nothing is added any more.
    while target > cumulative && (count < mean || cumulative + probability > cumulative) {
      count += 1
      probability *= mean / count
      cumulative += probability
    }
    return count
  }

  private mutating func poissonByRejection(_ mean: Double) -> Double {
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let squeeze = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let distance = 0.5 - abs(u)
      let count = ((2 * a / distance + b) * u + mean + 0.43).rounded(.down)
      if distance >= 0.07 && v <= squeeze { return count }
      if count < 0 || (distance < 0.013 && v > distance) { continue }
      let logProbability = log(SpecialFunctions.poissonTerm(count, mean))
      if log(v * inverseAlpha / (a / (distance * distance) + b)) <= logProbability { return count }
    }
  }
}
