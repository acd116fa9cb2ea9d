internal import CVectorKernels
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
  }

  /// The rows that lie outside.
  func exits(_ points: Matrix<Double>, whitened u: Matrix<Double>) -> [Exit] {
    let (largest, squares) = rayScales(points, u)
    return (0..<points.rows).compactMap { row in
      let scale = scale(largest[row], squares[row])
      // A point that is no number is not outside.
      guard scale > 1 else { return nil }
      return Exit(
        row: row, scale: scale,
        parameter: scale == largest[row] ? nearestLimit(points, row) : nil, square: squares[row])
    }
  }

  /// s, from that of the limits of the parameters and |u|².
  func scale(_ largest: Double, _ square: Double) -> Double {
    let ball = square.squareRoot() / radius
    return largest > ball ? largest : ball
  }

  /// The parameter whose limit a ray meets first.
  private func nearestLimit(_ points: Matrix<Double>, _ row: Int) -> Int? {
    func scale(_ k: Int) -> Double {
      let t = points[row, k] - center[k]
      return t * (t < 0 ? lowerSlopes[k] : upperSlopes[k])
    }
    return (0..<dimension).max { scale($0) < scale($1) }
  }

  /// How far each point lies from the centre by the limits of the parameters, 1 at the nearest limit,
  /// and |u|².
  func rayScales(
    _ points: Matrix<Double>, _ u: Matrix<Double>
  ) -> (largest: [Double], squares: [Double]) {
    let rows = points.rows
    var squares: [Double] = []
    let largest = [Double](unsafeUninitializedCapacity: rows) { largest, count in
      squares = [Double](unsafeUninitializedCapacity: rows) { squares, count in
        points.elements.withUnsafeBufferPointer { points in
          u.elements.withUnsafeBufferPointer { u in
            vk_ray_scales(
              rows, dimension, points.baseAddress, center, lowerSlopes, upperSlopes,
              u.baseAddress, largest.baseAddress, squares.baseAddress)
          }
        }
        count = rows
      }
      count = rows
    }
    return (largest, squares)
  }

  /// The continuation of a value at the boundary.
  func continued(_ value: Double, _ exit: Exit) -> Double {
    value - (exit.scale * exit.scale - 1) * max(peak - value, leastDrop)
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

  /// The gradient of the continuation from that at the boundary, which it replaces.
  ///
  /// With t = x - c and G = ∇f at x_b, the value at the boundary has the gradient
  /// G/s - (G·t) ∇s/s² by x; the rest is that of s.
  func continueGradient(
    _ gradient: UnsafeMutablePointer<Double>, value: Double, _ points: Matrix<Double>,
    whitened u: Matrix<Double>, _ exit: Exit
  ) {
    let s = exit.scale
    let slope = slope(points, u, exit)
    var along = 0.0
    for k in 0..<dimension { along += gradient[k] * (points[exit.row, k] - center[k]) }
    let drop = max(peak - value, leastDrop)
    // Where the least drop decides, it does not change with the value.
    let factor = peak - value > leastDrop ? s * s : 1
    for k in 0..<dimension {
      gradient[k] =
        factor * (gradient[k] / s - along / (s * s) * slope[k]) - 2 * s * drop * slope[k]
    }
  }

  /// ∇s.
  private func slope(_ points: Matrix<Double>, _ u: Matrix<Double>, _ exit: Exit) -> [Double] {
    guard let k = exit.parameter else {
      let own = u.row(exit.row)
      let norm = exit.square.squareRoot() * radius
      return (whitening.map { $0.transposedTimes(own) } ?? own).map { $0 / norm }
    }
    var result = [Double](repeating: 0, count: dimension)
    result[k] = points[exit.row, k] < center[k] ? lowerSlopes[k] : upperSlopes[k]
    return result
  }
}

extension Matrix where Element == Double {
  /// The product of the transposed matrix with a vector.
  fileprivate func transposedTimes(_ vector: [Double]) -> [Double] {
    times(
      Matrix(rows: vector.count, columns: 1, elements: vector), transposeSelf: true
    ).elements
  }
}
