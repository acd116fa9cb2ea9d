internal import NumericalCore

/// The inverse mass matrix Σ = L Lᵀ of a ``Metric``, ready for the equations of motion of a
/// block of walkers: dv/dt = Σ ∇ ln p.
struct InverseMass: Sendable {
  private enum Form {
    case diagonal(widths: [Double], variances: [Double])
    case dense(upper: Matrix<Double>, covariance: Matrix<Double>)
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
      form = .dense(upper: upper, covariance: covariance)
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
    case .dense(let upper, _):
      velocities.update(repeating: 0, count: rows * dimension)
      multiply(1, momenta, upper, velocities, rows)
    }
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
    case .dense(_, let covariance):
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
