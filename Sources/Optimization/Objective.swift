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

  /// An objective of `dimension` coordinates.
  public init(
    dimension: Int,
    evaluate:
      @escaping @Sendable (Matrix<Double>, inout [Double], inout Matrix<Double>) throws ->
      Void
  ) {
    self.dimension = dimension
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

/// Closed bounds of one start: the box inside which its search stays.
public struct Box: Sendable {
  /// Smallest allowed value of every coordinate.
  public var lower: [Double]
  /// Largest allowed value of every coordinate.
  public var upper: [Double]

  /// The box between two corners.
  ///
  /// - Precondition: `lower[k] <= upper[k]` for all `k`.
  public init(lower: [Double], upper: [Double]) {
    precondition(
      lower.count == upper.count && zip(lower, upper).allSatisfy { $0 <= $1 }, "an empty box")
    self.lower = lower
    self.upper = upper
  }

  /// The box with one coordinate pinned.
  public func pinning(_ index: Int, to value: Double) -> Box {
    var result = self
    result.lower[index] = value
    result.upper[index] = value
    return result
  }

  /// The nearest point of the box.
  public func projected(_ point: [Double]) -> [Double] {
    point.indices.map { min(max(point[$0], lower[$0]), upper[$0]) }
  }

  /// Whether a coordinate has any freedom.
  public func isFree(_ index: Int) -> Bool { lower[index] < upper[index] }

  /// Whether descending along `-gradient` would leave the box at coordinate `index`: such a
  /// coordinate is active and does not count for convergence.
  public func isActive(_ index: Int, at value: Double, gradient: Double) -> Bool {
    !isFree(index) || (value <= lower[index] && gradient > 0)
      || (value >= upper[index] && gradient < 0)
  }
}
