public import NumericalCore

/// A function from named parameters to a log density: a likelihood, a posterior, or a network
/// that stands in for one.
///
/// The batch is the primary interface: one call for many points. Implementations use all
/// threads of ``NumericalCore/Threads`` inside it.
///
/// A density that computes cannot fail, and calling it needs no `try`; one that asks another
/// program can, and says so with its ``Failure``.
public protocol LogDensity: Sendable {
  /// What evaluation can throw: `Never`, unless another program is asked.
  associatedtype Failure: Error = Never

  /// The parameters, in the order of the columns of `points`.
  var parameters: ParameterSpace { get }

  /// Writes the log density of every row of `points` into `values`.
  ///
  /// - Parameters:
  ///   - points: one point a row, `parameters.count` columns.
  ///   - values: one element a row, owned by the caller; -∞ outside the support, never NaN.
  func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure)

  /// Whether each row of `points` lies where the density is known to hold, for densities that
  /// stand in for another one; `nil` for one that holds everywhere, which is the default.
  func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]?
}

extension LogDensity {
  public func validity(at points: Matrix<Double>) throws(Failure) -> [Bool]? { nil }

  /// The log density of every row of `points`.
  public func logDensities(at points: Matrix<Double>) throws(Failure) -> [Double] {
    var values = [Double](repeating: 0, count: points.rows)
    try evaluate(points, values: &values)
    return values
  }

  /// The log density of one point.
  public func logDensity(at point: [Double]) throws(Failure) -> Double {
    try logDensities(at: Matrix(rows: 1, columns: point.count, elements: point))[0]
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
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure)

  /// Whether the gradient is made of differences of values, so that it costs many of them:
  /// samplers without gradients are the better choice then.
  var gradientIsDifferenced: Bool { get }

  /// Values that gradients made of differences have taken so far, beyond the one a point that is
  /// returned with them.
  var valuesForGradients: Int { get }
}

extension DifferentiableLogDensity {
  public var gradientIsDifferenced: Bool { false }
  public var valuesForGradients: Int { 0 }

  /// The log densities and gradients of every row of `points`.
  public func logDensitiesAndGradients(
    at points: Matrix<Double>
  ) throws(Failure) -> (values: [Double], gradients: Matrix<Double>) {
    var values = [Double](repeating: 0, count: points.rows)
    var gradients = Matrix<Double>(rows: points.rows, columns: points.columns, repeating: 0)
    try evaluate(points, values: &values, gradients: &gradients)
    return (values, gradients)
  }
}

/// A log density that is the sum of a log-likelihood and a log-prior which are known separately,
/// so that the prior can be exchanged afterwards.
public protocol LogPosterior: LogDensity {
  /// The log-likelihood of every row of `points`.
  func logLikelihoods(at points: Matrix<Double>) throws(Failure) -> [Double]
  /// The log-prior of every row of `points`.
  func logPriors(at points: Matrix<Double>) -> [Double]
  /// The prior, where it is a product of priors of single parameters and of normal blocks.
  var factorizedPrior: ProductPrior? { get }
}
