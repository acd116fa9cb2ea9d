internal import Foundation
public import NumericalCore

/// The prior of one parameter.
public enum ParameterPrior: Codable, Sendable, Equatable {
  /// Constant between two bounds, both included; `logDensity` is the constant (the logarithm of one over
  /// the width for a normalised prior).
  case uniform(lower: Double, upper: Double, logDensity: Double)
  /// A normal distribution.
  case normal(mean: Double, standardDeviation: Double)

  /// The logarithm of the density; -∞ outside the support.
  public func logDensity(_ x: Double) -> Double {
    switch self {
    case .uniform(let lower, let upper, let logDensity):
      return lower <= x && x <= upper ? logDensity : -.infinity
    case .normal(let mean, let sd):
      let z = (x - mean) / sd
      return -0.5 * (z * z + log(2 * Double.pi)) - log(sd)
    }
  }

  /// The derivative of the log density; zero outside the support.
  public func derivative(_ x: Double) -> Double {
    switch self {
    case .uniform: return 0
    case .normal(let mean, let sd): return (mean - x) / (sd * sd)
    }
  }

  /// A random value.
  public func draw(_ random: inout RandomSequence) -> Double {
    switch self {
    case .uniform(let lower, let upper, _): return random.uniform(lower, upper)
    case .normal(let mean, let sd): return mean + sd * random.normal()
    }
  }
}

/// A prior that is a product of independent priors, one for each parameter in order.
public struct ProductPrior: Codable, Sendable, Equatable {
  /// One prior per parameter.
  public let factors: [ParameterPrior]

  /// The product of the given priors.
  public init(_ factors: [ParameterPrior]) { self.factors = factors }

  /// The log-prior of every row of `points`.
  public func logDensities(at points: Matrix<Double>) -> [Double] {
    precondition(points.columns == factors.count, "the prior has \(factors.count) parameters")
    return (0..<points.rows).map { i in
      var sum = 0.0
      for j in 0..<points.columns { sum += factors[j].logDensity(points[i, j]) }
      return sum
    }
  }

  /// `count` random points, one a row; point `i` depends on the stream and `i` alone.
  public func draw(_ count: Int, stream: RandomStream) -> Matrix<Double> {
    var result = Matrix<Double>(rows: count, columns: factors.count, repeating: 0)
    for i in 0..<count {
      var random = stream.sequence(walker: i)
      for j in factors.indices { result[i, j] = factors[j].draw(&random) }
    }
    return result
  }
}
