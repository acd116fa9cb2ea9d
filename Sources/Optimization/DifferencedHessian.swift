public import NumericalCore

/// The Hessian of an objective from differences of gradients: one batched call.
public enum DifferencedHessian {
  /// The matrix of second derivatives with respect to the free coordinates.
  ///
  /// Central differences, or second-order one-sided ones where a step would leave the box (the
  /// derivative may jump at its wall).
  ///
  /// - Parameters:
  ///   - objective: the function.
  ///   - point: where.
  ///   - free: indices of the coordinates that vary, in the order of rows and columns.
  ///   - box: a box that steps do not leave.
  ///   - steps: length of the step in every coordinate of the full space.
  /// - Returns: a symmetric matrix; `nil` if the function is undefined at a stepped point.
  public static func evaluate(
    _ objective: Objective, at point: [Double], free: [Int], box: Box, steps: [Double]
  ) throws -> Matrix<Double>? {
    let n = free.count
    // Three stencil points at most: offsets in units of the step, with their weights.
    let stencils = free.map { k -> [(offset: Double, weight: Double)] in
      let h = steps[k]
      if point[k] - h < box.lower[k] { return [(0, -1.5), (1, 2), (2, -0.5)] }
      if point[k] + h > box.upper[k] { return [(0, 1.5), (-1, -2), (-2, 0.5)] }
      return [(-1, -0.5), (1, 0.5)]
    }
    var rows: [Double] = []
    for (k, stencil) in zip(free, stencils) {
      for (offset, _) in stencil {
        var moved = point
        moved[k] += offset * steps[k]
        rows.append(contentsOf: moved)
      }
    }
    let count = stencils.reduce(0) { $0 + $1.count }
    let (values, gradients) = try objective(
      Matrix(rows: count, columns: point.count, elements: rows))
    guard values.allSatisfy(\.isFinite) else { return nil }
    var hessian = Matrix<Double>(rows: n, columns: n, repeating: 0)
    var row = 0
    for (i, stencil) in stencils.enumerated() {
      for (_, weight) in stencil {
        for (j, k) in free.enumerated() {
          hessian[i, j] += weight * gradients[row, k] / steps[free[i]]
        }
        row += 1
      }
    }
    for i in 0..<n {
      for j in 0..<i {
        let mean = 0.5 * (hessian[i, j] + hessian[j, i])
        hessian[i, j] = mean
        hessian[j, i] = mean
      }
    }
    return hessian
  }
}
