import Likelihoods
import NumericalCore

/// A log density from a function of one point that gives value and gradient.
struct Pointwise: DifferentiableLogDensity {
  let parameters: ParameterSpace
  let function: @Sendable ([Double]) -> (Double, [Double])

  init(
    _ parameters: [Parameter], _ function: @escaping @Sendable ([Double]) -> (Double, [Double])
  ) throws {
    self.parameters = try ParameterSpace(parameters)
    self.function = function
  }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    for i in 0..<points.rows {
      let point = points.row(i)
      values[i] = parameters.contains(point) ? function(point).0 : -.infinity
    }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    for i in 0..<points.rows {
      let point = points.row(i)
      if parameters.contains(point) {
        let (value, gradient) = function(point)
        values[i] = value
        gradients.setRow(i, to: value > -.infinity ? gradient : point.map { _ in 0 })
      } else {
        values[i] = -.infinity
        gradients.setRow(i, to: point.map { _ in 0 })
      }
    }
  }

  /// -½ (x - m)ᵀ P (x - m) with the precision matrix P.
  static func gaussian(
    _ parameters: [Parameter], mean: [Double], precision: [[Double]]
  ) throws -> Pointwise {
    try Pointwise(parameters) { x in
      let r = zip(x, mean).map { $0 - $1 }
      let pull = precision.map { row in -zip(row, r).reduce(0) { $0 + $1.0 * $1.1 } }
      return (0.5 * zip(pull, r).reduce(0) { $0 + $1.0 * $1.1 }, pull)
    }
  }
}
