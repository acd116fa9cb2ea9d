public import NumericalCore

/// A function from named parameters to a log density: a likelihood, a posterior, or a network
/// that stands in for one.
///
/// The batch is the primary interface: one call for many points. Implementations use all
/// threads of ``NumericalCore/Threads`` inside it.
public protocol LogDensity: Sendable {
  /// The parameters, in the order of the columns of `points`.
  var parameters: ParameterSpace { get }

  /// Writes the log density of every row of `points` into `values`.
  ///
  /// - Parameters:
  ///   - points: one point a row, `parameters.count` columns.
  ///   - values: one element a row, owned by the caller; -∞ outside the support, never NaN.
  func evaluate(_ points: Matrix<Double>, values: inout [Double])
}

extension LogDensity {
  /// The log density of every row of `points`.
  public func logDensities(at points: Matrix<Double>) -> [Double] {
    var values = [Double](repeating: 0, count: points.rows)
    evaluate(points, values: &values)
    return values
  }

  /// The log density of one point.
  public func logDensity(at point: [Double]) -> Double {
    logDensities(at: Matrix(rows: 1, columns: point.count, elements: point))[0]
  }
}

/// A log density whose gradient comes out of the same pass.
public protocol DifferentiableLogDensity: LogDensity {
  /// Writes the log density and its gradient for every row of `points`.
  ///
  /// - Parameters:
  ///   - points: one point a row.
  ///   - values: log densities, one a row.
  ///   - gradients: same shape as `points`; zero where the log density is -∞. Where the
  ///     derivative jumps it is the right-hand one.
  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>)
}

extension DifferentiableLogDensity {
  /// The log densities and gradients of every row of `points`.
  public func logDensitiesAndGradients(
    at points: Matrix<Double>
  ) -> (values: [Double], gradients: Matrix<Double>) {
    var values = [Double](repeating: 0, count: points.rows)
    var gradients = Matrix<Double>(rows: points.rows, columns: points.columns, repeating: 0)
    evaluate(points, values: &values, gradients: &gradients)
    return (values, gradients)
  }
}

/// A log density that is the sum of a log-likelihood and a log-prior which are known separately,
/// so that the prior can be exchanged afterwards.
public protocol LogPosterior: LogDensity {
  /// The log-likelihood of every row of `points`.
  func logLikelihoods(at points: Matrix<Double>) -> [Double]
  /// The log-prior of every row of `points`.
  func logPriors(at points: Matrix<Double>) -> [Double]
  /// The prior, where it is a product of priors of single parameters.
  var factorizedPrior: ProductPrior? { get }
}
