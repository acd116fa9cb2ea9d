internal import NumericalCore
internal import Optimization

/// The surroundings of a minimum in which its quadratic model holds.
struct Basin {
  private let minimum: NewtonRefinement.Result
  private let factor: Cholesky?

  /// Two points are the same place if they are this near, in nats by the curvature.
  private static let samePlace = 0.05
  /// The quadratic model is believed up to this height.
  private static let height = 0.3

  init(_ minimum: NewtonRefinement.Result) {
    self.minimum = minimum
    factor = minimum.curvature.flatMap { Cholesky($0.normalized) }
  }

  /// Whether a search that may not have come to its end is on its way to this minimum: the
  /// minimum of the quadratic model from its value and gradient has the same height and place, and
  /// the coordinates at bounds are the same.
  func contains(_ point: [Double], value: Double, gradient: [Double]) -> Bool {
    let above = value - minimum.value
    guard let curvature = minimum.curvature, let factor, above < Self.height, above > -1e-7 else {
      return false
    }
    var inModel = [Bool](repeating: false, count: point.count)
    for k in curvature.free + curvature.withoutEffect { inModel[k] = true }
    for k in point.indices where !inModel[k] && point[k] != minimum.point[k] {
      return false
    }
    let g = curvature.free.indices.map { gradient[curvature.free[$0]] * curvature.widths[$0] }
    let step = factor.solve(g)
    let drop = 0.5 * zip(g, step).reduce(0) { $0 + $1.0 * $1.1 }
    let tolerance = StartOutcomes.heightTolerance + 1e-12 * abs(minimum.value)
    guard abs(above - drop) <= 0.05 * drop + tolerance else { return false }
    var predicted = point
    for (i, k) in curvature.free.enumerated() { predicted[k] -= step[i] * curvature.widths[i] }
    return isSamePlace(predicted, minimum.point)
  }

  /// Whether two points are near each other by the curvature of the minimum.
  func isSamePlace(_ a: [Double], _ b: [Double]) -> Bool {
    guard let curvature = minimum.curvature, !curvature.free.isEmpty else { return true }
    let shift = curvature.free.indices.map { i in
      (a[curvature.free[i]] - b[curvature.free[i]]) / curvature.widths[i]
    }
    let pull = curvature.normalized.times(shift)
    return abs(0.5 * zip(shift, pull).reduce(0) { $0 + $1.0 * $1.1 }) < Self.samePlace
  }
}
