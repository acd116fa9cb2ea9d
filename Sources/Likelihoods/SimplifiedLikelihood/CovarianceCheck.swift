internal import NumericalCore

/// Checks and repairs of matrices of covariances and correlations.
enum CovarianceCheck {
  /// The matrix made exactly symmetric.
  ///
  /// Published matrices are rounded, so a little asymmetry and a little indefiniteness pass.
  ///
  /// - Throws: ``SimplifiedLikelihoodError`` for elements that are not finite, negative variances,
  ///   asymmetry, correlations beyond 1, and clearly negative eigenvalues.
  static func checked(
    _ matrix: Matrix<Double>, names: [String]
  ) throws(SimplifiedLikelihoodError) -> Matrix<Double> {
    let n = names.count
    guard matrix.rows == n else {
      throw .length(field: "covariance, rows", expected: n, found: matrix.rows)
    }
    guard matrix.columns == n else {
      throw .length(field: "covariance, columns", expected: n, found: matrix.columns)
    }
    for i in 0..<n where !(matrix[i, i] >= 0 && matrix[i, i].isFinite) {
      throw .value(
        field: "covariance, diagonal", bin: names[i], expected: "a finite variance >= 0",
        found: "\(matrix[i, i])")
    }
    var result = matrix
    for i in 0..<n {
      for j in 0..<i {
        let (a, b) = (matrix[i, j], matrix[j, i])
        let unit = (matrix[i, i] * matrix[j, j]).squareRoot()
        let place = "covariance, row \(i + 1), column \(j + 1)"
        guard a.isFinite, b.isFinite, abs(a - b) <= 1e-6 * max(abs(a), abs(b)) else {
          throw .value(
            field: place, bin: names[i], expected: "a finite number equal to its mirror \(b)",
            found: "\(a)")
        }
        guard abs(a) <= unit * (1 + 1e-6) else {
          throw .value(
            field: place, bin: names[i], expected: "at most \(unit) by the variances",
            found: "\(a)")
        }
        let mean = 0.5 * (a + b)
        (result[i, j], result[j, i]) = (mean, mean)
      }
    }
    try requireSemiDefinite(result)
    return result
  }

  /// Smallest eigenvalue of a matrix of correlations that rounding may leave.
  private static let roundedEigenvalue = -1e-2

  private static func requireSemiDefinite(
    _ matrix: Matrix<Double>
  ) throws(SimplifiedLikelihoodError) {
    let varying = (0..<matrix.rows).filter { matrix[$0, $0] > 0 }
    var scaled = Matrix<Double>.identity(varying.count)
    for (a, i) in varying.enumerated() {
      for (b, j) in varying.enumerated() where a != b {
        scaled[a, b] = matrix[i, j] / (matrix[i, i] * matrix[j, j]).squareRoot()
      }
    }
    guard !varying.isEmpty else { return }
    let smallest = SymmetricEigen(scaled)?.values.first ?? -.infinity
    guard smallest > roundedEigenvalue else {
      throw .notACovariance(smallestEigenvalue: smallest)
    }
  }

  /// Smallest eigenvalue of the correlations of the normal variables: a smaller one, or a negative
  /// one, has no density that could be computed.
  static let smallestEigenvalue = 1e-6

  /// The nearest correlations by clipping of eigenvalues and rescaling to a unit diagonal, with a
  /// note; the matrix itself if it needs none of that.
  static func repaired(
    _ correlation: Matrix<Double>, _ notes: inout [String]
  ) throws(SimplifiedLikelihoodError) -> Matrix<Double> {
    let n = correlation.rows
    guard n > 0 else { return correlation }
    guard let eigen = SymmetricEigen(correlation) else {
      throw .notACovariance(smallestEigenvalue: -.infinity)
    }
    guard let smallest = eigen.values.first, smallest < smallestEigenvalue else {
      return correlation
    }
    var weighted = eigen.vectors
    for k in 0..<n {
      let weight = max(eigen.values[k], smallestEigenvalue)
      for j in 0..<n { weighted[k, j] *= weight }
    }
    let product = eigen.vectors.times(weighted, transposeSelf: true)
    var result = correlation
    var largestChange = 0.0
    for i in 0..<n {
      for j in 0..<n {
        let unit = (product[i, i] * product[j, j]).squareRoot()
        result[i, j] = i == j ? 1 : 0.5 * (product[i, j] + product[j, i]) / unit
        largestChange = max(largestChange, abs(result[i, j] - correlation[i, j]))
      }
    }
    let clipped = eigen.values.filter { $0 < smallestEigenvalue }.count
    notes.append(
      "the correlations of the nuisance parameters had \(clipped) eigenvalue"
        + "\(clipped == 1 ? "" : "s") below \(smallestEigenvalue) (smallest \(smallest)), which "
        + "\(clipped == 1 ? "was" : "were") raised to it; no correlation changed by more than "
        + "\(largestChange)")
    return result
  }
}
