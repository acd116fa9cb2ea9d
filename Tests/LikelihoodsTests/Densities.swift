import Foundation
import Likelihoods
import NumericalCore

/// A correlated normal likelihood with a product prior: everything about it is known.
struct GaussianLikelihood: DifferentiableLogDensity, LogPosterior {
  let parameters: ParameterSpace
  let center: [Double]
  let precision: Matrix<Double>
  let prior: ProductPrior

  /// - Parameter prior: by default none.
  init(
    _ parameters: [Parameter], center: [Double], precision: [[Double]],
    prior: ProductPrior? = nil
  ) throws {
    self.parameters = try ParameterSpace(parameters)
    self.center = center
    self.precision = Matrix(rows: precision, columns: center.count)
    self.prior = prior ?? ProductPrior(parameters.map { _ in .flat() })
  }

  var factorizedPrior: ProductPrior? { prior }

  func logLikelihood(_ x: [Double]) -> Double {
    guard parameters.contains(x) else { return -.infinity }
    let z = zip(x, center).map { $0 - $1 }
    return -0.5 * zip(z, precision.times(z)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    (0..<points.rows).map { logLikelihood(points.row($0)) }
  }

  func logPriors(at points: Matrix<Double>) -> [Double] { prior.logDensities(at: points) }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    let prior = logPriors(at: points)
    for i in values.indices { values[i] = logLikelihood(points.row(i)) + prior[i] }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    evaluate(points, values: &values)
    let slopes = prior.logDensitiesAndGradients(at: points).gradients
    for i in values.indices {
      let z = zip(points.row(i), center).map { $0 - $1 }
      let pull = precision.times(z)
      for j in center.indices {
        gradients[i, j] = values[i] > -.infinity ? slopes[i, j] - pull[j] : 0
      }
    }
  }
}

/// Normal constraints inside the likelihood, which can be left out.
struct ConstrainedGaussian: ConstrainedLikelihood {
  var base: GaussianLikelihood
  var constraints: [String: ParameterPrior]

  var parameters: ParameterSpace { base.parameters }
  var factorizedPrior: ProductPrior? { base.prior }
  var constrainedParameters: [String] { constraints.keys.sorted() }

  func withoutConstraints(of names: Set<String>) -> ConstrainedGaussian {
    ConstrainedGaussian(base: base, constraints: constraints.filter { !names.contains($0.key) })
  }

  func constraintTerm(of name: String) -> ParameterPrior? { constraints[name] }

  private var product: ProductPrior {
    ProductPrior(parameters.names.map { constraints[$0] ?? .flat() })
  }

  func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    zip(base.logLikelihoods(at: points), product.logDensities(at: points)).map { $0 + $1 }
  }

  func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    base.evaluate(points, values: &values)
    for (i, value) in product.logDensities(at: points).enumerated() { values[i] += value }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    base.evaluate(points, values: &values, gradients: &gradients)
    let (terms, slopes) = product.logDensitiesAndGradients(at: points)
    for i in values.indices {
      values[i] += terms[i]
      for j in 0..<points.columns where values[i] > -.infinity { gradients[i, j] += slopes[i, j] }
    }
  }
}

/// A density whose prior is not known as a product.
struct Opaque<Base: LogPosterior>: LogPosterior {
  typealias Failure = Base.Failure
  let base: Base
  var parameters: ParameterSpace { base.parameters }
  var factorizedPrior: ProductPrior? { nil }
  func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double] {
    try base.logLikelihoods(at: points)
  }
  func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }
  func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(points, values: &values)
  }
}

/// The largest difference between a gradient and fourth-order differences of the values, in units
/// of the larger of 1 and the difference quotient.
func gradientError(
  _ density: any DifferentiableLogDensity & LogPosterior, at point: [Double], step: Double = 1e-3
) throws -> Double {
  let d = point.count
  let shifts = [-2.0, -1, 1, 2]
  var rows: [[Double]] = []
  for j in 0..<d {
    for shift in shifts {
      var moved = point
      moved[j] += shift * step
      rows.append(moved)
    }
  }
  let values = try density.logDensities(at: Matrix(rows: rows, columns: d))
  let gradient = try density.logDensitiesAndGradients(
    at: Matrix(rows: 1, columns: d, elements: point)
  ).gradients
  return (0..<d).map { j in
    let v = values[4 * j..<4 * j + 4].map { $0 }
    let slope = (v[0] - 8 * v[1] + 8 * v[2] - v[3]) / (12 * step)
    return abs(slope - gradient[0, j]) / max(1, abs(slope))
  }.max() ?? 0
}

/// Error text, empty if nothing is thrown.
func problem<Value>(_ body: () throws -> Value) -> String {
  do {
    _ = try body()
    return ""
  } catch {
    return "\(error)"
  }
}
