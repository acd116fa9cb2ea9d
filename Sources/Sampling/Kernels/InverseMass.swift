internal import NumericalCore

/// The inverse mass matrix Σ = L Lᵀ of a ``Metric``, ready for the equations of motion of a
/// block of walkers: dv/dt = Σ ∇ ln p.
struct InverseMass: Sendable {
  private enum Form {
    case diagonal(widths: [Double], variances: [Double])
    case dense(upper: Matrix<Double>, lowerInverse: Matrix<Double>, covariance: Matrix<Double>)
  }
  private let form: Form
  /// Number of parameters.
  let dimension: Int

  init(_ metric: Metric) {
    dimension = metric.dimension
    switch metric {
    case .diagonal(let widths):
      form = .diagonal(widths: widths, variances: widths.map { $0 * $0 })
    case .dense(let lower):
      let d = lower.rows
      let upper = lower.transposed()
      var covariance = Matrix<Double>(rows: d, columns: d, repeating: 0)
      lower.elements.withUnsafeBufferPointer { a in
        upper.elements.withUnsafeBufferPointer { b in
          covariance.elements.withUnsafeMutableBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress
            else { return }
            BlockProduct.add(1, a, strideA: d, b, strideB: d, to: c, strideC: d, m: d, n: d, k: d)
          }
        }
      }
      form = .dense(
        upper: upper, lowerInverse: Self.inverse(lower), covariance: covariance)
    }
  }

  /// `velocities = L momenta` for `rows` walkers, momenta of unit mass.
  func setVelocities(
    _ velocities: UnsafeMutablePointer<Double>, momenta: UnsafePointer<Double>, rows: Int
  ) {
    switch form {
    case .diagonal(let widths, _):
      for i in 0..<rows {
        for j in 0..<dimension {
          velocities[i * dimension + j] = widths[j] * momenta[i * dimension + j]
        }
      }
    case .dense(let upper, _, _):
      velocities.update(repeating: 0, count: rows * dimension)
      multiply(1, momenta, upper, velocities, rows)
    }
  }

  /// `momenta = L⁻ᵀ unit` for `rows` walkers, from momenta of unit mass.
  func setMomenta(
    _ momenta: UnsafeMutablePointer<Double>, unit: UnsafePointer<Double>, rows: Int
  ) {
    switch form {
    case .diagonal(let widths, _):
      for i in 0..<rows {
        for j in 0..<dimension {
          momenta[i * dimension + j] = unit[i * dimension + j] / widths[j]
        }
      }
    case .dense(_, let lowerInverse, _):
      momenta.update(repeating: 0, count: rows * dimension)
      multiply(1, unit, lowerInverse, momenta, rows)
    }
  }

  /// The inverse of a lower triangular matrix, by forward substitution.
  private static func inverse(_ lower: Matrix<Double>) -> Matrix<Double> {
    let d = lower.rows
    var result = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for i in 0..<d {
      // Row i of the inverse: (e_i - Σ_{k<i} L_ik row_k) / L_ii.
      var row = [Double](repeating: 0, count: d)
      row[i] = 1
      for k in 0..<i where lower[i, k] != 0 {
        let factor = lower[i, k]
        for j in 0...k { row[j] -= factor * result[k, j] }
      }
      for j in 0...i { result[i, j] = row[j] / lower[i, i] }
    }
    return result
  }

  /// `velocities += time · Σ gradients` for `rows` walkers.
  func kick(
    _ velocities: UnsafeMutablePointer<Double>, gradients: UnsafePointer<Double>, time: Double,
    rows: Int
  ) {
    switch form {
    case .diagonal(_, let variances):
      for i in 0..<rows {
        for j in 0..<dimension {
          velocities[i * dimension + j] += time * variances[j] * gradients[i * dimension + j]
        }
      }
    case .dense(_, _, let covariance):
      multiply(time, gradients, covariance, velocities, rows)
    }
  }

  private func multiply(
    _ factor: Double, _ a: UnsafePointer<Double>, _ matrix: Matrix<Double>,
    _ c: UnsafeMutablePointer<Double>, _ rows: Int
  ) {
    let d = dimension
    matrix.elements.withUnsafeBufferPointer { b in
      guard let b = b.baseAddress else { return }
      BlockProduct.add(
        factor, a, strideA: d, b, strideB: d, to: c, strideC: d, m: rows, n: d, k: d)
    }
  }
}
