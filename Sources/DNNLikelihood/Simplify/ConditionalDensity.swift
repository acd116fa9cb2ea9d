internal import Likelihoods
internal import NumericalCore

/// A density with some parameters held, as a density of the others: what a sampler needs that knows
/// no fixed parameters.
struct ConditionalDensity<Base: DifferentiableLogDensity>: DifferentiableLogDensity {
  typealias Failure = Base.Failure

  let base: Base
  let parameters: ParameterSpace
  /// Positions of the free parameters among those of the base.
  let free: [Int]
  /// A point of the base with the held values.
  let point: [Double]

  /// Holds the parameters at the given positions, and those that are fixed, at their value in
  /// `point`; the others start there.
  init(_ base: Base, holding held: Set<Int>, at point: [Double]) throws {
    let all = base.parameters.parameters
    self.base = base
    self.point = point
    free = all.indices.filter { !held.contains($0) && !all[$0].fixed }
    parameters = try ParameterSpace(
      free.map { k in
        var parameter = all[k]
        parameter.initial = min(max(point[k], parameter.lower), parameter.upper)
        return parameter
      })
  }

  /// Points of the base for points of the free parameters.
  func completed(_ points: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rows: points.rows, columns: point.count, repeating: 0)
    for i in 0..<points.rows {
      result.setRow(i, to: point)
      for (j, k) in free.enumerated() { result[i, k] = points[i, j] }
    }
    return result
  }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Failure) {
    try base.evaluate(completed(points), values: &values)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Failure) {
    let (found, slopes) = try base.logDensitiesAndGradients(at: completed(points))
    values = found
    for i in 0..<points.rows {
      for (j, k) in free.enumerated() { gradients[i, j] = slopes[i, k] }
    }
  }
}
