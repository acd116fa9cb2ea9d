internal import NumericalCore

/// The continuation of a surrogate beyond its region.
extension ValidityRegion {
  /// Where a point lies on its ray from the centre.
  struct Exit {
    /// The row of the point in its block.
    let row: Int
    /// s: how many times farther from the centre than the boundary.
    let scale: Double
    /// The limit that the ray meets: a parameter's, or the radius if `nil`.
    let parameter: Int?
    /// |u|².
    let square: Double

    /// What the log density is lower by than at the boundary.
    var drop: Double { 0.5 * square * (1 - 1 / (scale * scale)) }
  }

  /// The factor s of one row and the limit that decides it.
  func exit(_ points: Matrix<Double>, _ u: Matrix<Double>, row: Int) -> Exit {
    let d = dimension
    var square = 0.0
    var largest = 0.0
    var parameter = 0
    u.elements.withUnsafeBufferPointer { u in
      for k in row * d..<(row + 1) * d { square += u[k] * u[k] }
    }
    points.elements.withUnsafeBufferPointer { x in
      for k in 0..<d {
        let t = x[row * d + k] - center[k]
        let s = t * (t < 0 ? lowerSlopes[k] : upperSlopes[k])
        if s > largest { (largest, parameter) = (s, k) }
      }
    }
    let ball = square.squareRoot() / radius
    return largest > ball
      ? Exit(row: row, scale: largest, parameter: parameter, square: square)
      : Exit(row: row, scale: ball, parameter: nil, square: square)
  }

  /// The rows that lie outside.
  func exits(_ points: Matrix<Double>, whitened u: Matrix<Double>) -> [Exit] {
    (0..<points.rows).compactMap { row in
      let exit = exit(points, u, row: row)
      return exit.scale > 1 ? exit : nil
    }
  }

  /// The points with those outside pulled back to the boundary along the ray from the centre.
  func pulledBack(_ points: Matrix<Double>, _ exits: [Exit]) -> Matrix<Double> {
    var result = points
    for exit in exits {
      for k in 0..<dimension {
        result[exit.row, k] = center[k] + (points[exit.row, k] - center[k]) / exit.scale
      }
    }
    return result
  }

  /// Gradients of the continuation from those at the boundary:
  /// ∇f = G/s - (G·t) ∇s/s² - Wᵀu (1 - 1/s²) - |u|² ∇s/s³ with G = ∇f(x_b), t = x - c.
  func continueGradient(
    _ gradient: UnsafeMutablePointer<Double>, _ points: Matrix<Double>, whitened u: Matrix<Double>,
    _ exit: Exit
  ) {
    let d = dimension
    let s = exit.scale
    let own = u.row(exit.row)
    let pull = whitening.map { $0.times(own, transposed: true) } ?? own
    var slope = [Double](repeating: 0, count: d)
    if let k = exit.parameter {
      slope[k] = points[exit.row, k] < center[k] ? lowerSlopes[k] : upperSlopes[k]
    } else {
      let norm = exit.square.squareRoot() * radius
      for k in 0..<d { slope[k] = pull[k] / norm }
    }
    var along = 0.0
    for k in 0..<d { along += gradient[k] * (points[exit.row, k] - center[k]) }
    let radial = along / (s * s) + exit.square / (s * s * s)
    for k in 0..<d {
      gradient[k] = gradient[k] / s - radial * slope[k] - pull[k] * (1 - 1 / (s * s))
    }
  }
}

extension Matrix where Element == Double {
  /// The product of the transposed matrix with a vector.
  fileprivate func times(_ vector: [Double], transposed: Bool) -> [Double] {
    times(
      Matrix(rows: vector.count, columns: 1, elements: vector), transposeSelf: transposed
    ).elements
  }
}
