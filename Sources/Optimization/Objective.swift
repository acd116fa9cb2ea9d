public import NumericalCore

/// A function to be minimised, with its gradient, for many points in one call.
public struct Objective: Sendable {
  /// Number of coordinates of a point.
  public let dimension: Int
  /// Writes values and gradients for the rows of a matrix; +∞ where the function is undefined.
  /// What it throws ends the search.
  public let evaluate:
    @Sendable (
      _ points: Matrix<Double>, _ values: inout [Double], _ gradients: inout Matrix<Double>
    ) throws -> Void
  /// The exact matrix of second derivatives at a point, where the function has one; `nil` where
  /// it is undefined. Without this closure gradients are differenced.
  public let hessian: (@Sendable (_ point: [Double]) throws -> Matrix<Double>?)?

  /// An objective of `dimension` coordinates.
  public init(
    dimension: Int,
    hessian: (@Sendable ([Double]) throws -> Matrix<Double>?)? = nil,
    evaluate:
      @escaping @Sendable (Matrix<Double>, inout [Double], inout Matrix<Double>) throws ->
      Void
  ) {
    self.dimension = dimension
    self.hessian = hessian
    self.evaluate = evaluate
  }

  /// Values and gradients of the rows of `points`.
  public func callAsFunction(
    _ points: Matrix<Double>
  ) throws -> (values: [Double], gradients: Matrix<Double>) {
    var values = [Double](repeating: 0, count: points.rows)
    var gradients = Matrix<Double>(rows: points.rows, columns: dimension, repeating: 0)
    try evaluate(points, &values, &gradients)
    return (values, gradients)
  }
}
