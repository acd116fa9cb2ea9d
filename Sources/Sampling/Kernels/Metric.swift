public import NumericalCore

/// The metric of Hamiltonian dynamics, as a linear map L from coordinates in which momenta have
/// unit mass to the parameters: the inverse mass matrix is L Lᵀ, best the covariance of the
/// density.
public enum Metric: Sendable, Equatable {
  /// Standard deviations of the parameters.
  case diagonal([Double])
  /// The Cholesky factor of a covariance matrix, lower triangular.
  case dense(Matrix<Double>)

  /// The dense metric of a covariance; `nil` if it is not positive definite.
  public init?(covariance: Matrix<Double>) {
    guard let lower = Self.lowerFactor(covariance) else { return nil }
    self = .dense(lower)
  }

  /// Number of parameters.
  public var dimension: Int {
    switch self {
    case .diagonal(let widths): return widths.count
    case .dense(let lower): return lower.rows
    }
  }

  /// The Cholesky factor, row by row. That of the matrix library has other last bits for another
  /// number of threads, and with them every draw would change.
  private static func lowerFactor(_ matrix: Matrix<Double>) -> Matrix<Double>? {
    let d = matrix.rows
    precondition(matrix.columns == d, "a covariance is square")
    var lower = Matrix<Double>(rows: d, columns: d, repeating: 0)
    let positive = lower.elements.withUnsafeMutableBufferPointer { buffer in
      guard let l = buffer.baseAddress else { return true }
      for i in 0..<d {
        for j in 0...i {
          let rest = matrix[i, j] - Double.dot(j, l + i * d, l + j * d)
          if i == j {
            guard rest > 0, rest.isFinite else { return false }
            l[i * d + i] = rest.squareRoot()
          } else {
            l[i * d + j] = rest / l[j * d + j]
          }
        }
      }
      return true
    }
    return positive ? lower : nil
  }
}
