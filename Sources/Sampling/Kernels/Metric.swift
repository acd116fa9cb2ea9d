public import NumericalCore

/// The metric of Hamiltonian dynamics, as a linear map L from coordinates in which momenta have
/// unit mass to the parameters: the inverse mass matrix is L Lᵀ, best the covariance of the
/// density.
public enum Metric: Sendable {
  /// Standard deviations of the parameters.
  case diagonal([Double])
  /// The Cholesky factor of a covariance matrix, lower triangular.
  case dense(Matrix<Double>)

  /// The dense metric of a covariance; `nil` if it is not positive definite.
  public init?(covariance: Matrix<Double>) {
    guard let cholesky = Cholesky(covariance) else { return nil }
    self = .dense(cholesky.lower)
  }

  /// Number of parameters.
  public var dimension: Int {
    switch self {
    case .diagonal(let widths): return widths.count
    case .dense(let lower): return lower.rows
    }
  }

  /// Lᵀ applied to every row: gradients by the parameters become gradients by the unit-mass
  /// coordinates.
  func pullingBack(_ gradients: Matrix<Double>) -> Matrix<Double> {
    switch self {
    case .diagonal(let widths): return scaled(gradients, widths)
    case .dense(let lower): return gradients.times(lower)
    }
  }

  /// L applied to every row: momenta become velocities of the parameters.
  func pushingForward(_ momenta: Matrix<Double>) -> Matrix<Double> {
    switch self {
    case .diagonal(let widths): return scaled(momenta, widths)
    case .dense(let lower): return momenta.times(lower, transposeOther: true)
    }
  }

  private func scaled(_ rows: Matrix<Double>, _ widths: [Double]) -> Matrix<Double> {
    var result = rows
    for i in 0..<rows.rows { for j in widths.indices { result[i, j] *= widths[j] } }
    return result
  }
}
