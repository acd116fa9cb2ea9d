internal import COpenBLAS

/// The Cholesky factorisation `A = L Lᵀ` of a symmetric positive-definite matrix.
public struct Cholesky: Sendable {
  /// The lower-triangular factor `L`; zeros above the diagonal.
  public let lower: Matrix<Double>

  /// Factorises a symmetric matrix; `nil` if it is not positive definite (to rounding).
  public init?(_ matrix: Matrix<Double>) {
    precondition(matrix.rows == matrix.columns, "a square matrix is needed")
    let n = matrix.rows
    guard n > 0 else {
      lower = matrix
      return
    }
    var a = matrix.elements
    var order = Int32(n)
    var info: Int32 = 0
    // Row-major lower is column-major upper.
    var uplo = CChar(UInt8(ascii: "U"))
    dpotrf_(&uplo, &order, &a, &order, &info)
    guard info == 0 else { return nil }
    for i in 0..<n { for j in (i + 1)..<max(n, i + 1) { a[i * n + j] = 0 } }
    lower = Matrix(rows: n, columns: n, elements: a)
  }

  /// The order of the matrix.
  public var order: Int { lower.rows }

  /// ln det A.
  public var logDeterminant: Double {
    2 * (0..<order).reduce(0) { $0 + Double.logarithm(lower[$1, $1]) }
  }

  /// The inverse `L⁻¹`, lower triangular.
  public var inverseLower: Matrix<Double> {
    var a = lower.elements
    var order = Int32(self.order)
    var info: Int32 = 0
    var uplo = CChar(UInt8(ascii: "U"))
    var diag = CChar(UInt8(ascii: "N"))
    dtrtri_(&uplo, &diag, &order, &a, &order, &info)
    return Matrix(rows: self.order, columns: self.order, elements: a)
  }

  /// The inverse `A⁻¹`.
  public var inverse: Matrix<Double> {
    let linv = inverseLower
    return linv.times(linv, transposeSelf: true)
  }

  /// Solves `A x = b`.
  public func solve(_ b: [Double]) -> [Double] {
    let n = order
    var y = b
    for i in 0..<n {
      var sum = y[i]
      for j in 0..<i { sum -= lower[i, j] * y[j] }
      y[i] = sum / lower[i, i]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
      var sum = y[i]
      for j in (i + 1)..<max(n, i + 1) { sum -= lower[j, i] * y[j] }
      y[i] = sum / lower[i, i]
    }
    return y
  }
}

/// The eigendecomposition `A = V diag(λ) Vᵀ` of a symmetric matrix.
public struct SymmetricEigen: Sendable {
  /// Eigenvalues in increasing order.
  public let values: [Double]
  /// Row `k` is the eigenvector of `values[k]`.
  public let vectors: Matrix<Double>

  /// Decomposes a symmetric matrix; `nil` if the iteration fails (non-finite elements).
  public init?(_ matrix: Matrix<Double>) {
    precondition(matrix.rows == matrix.columns, "a square matrix is needed")
    let n = matrix.rows
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    var a = matrix.elements
    var w = [Double](repeating: 0, count: n)
    var order = Int32(n)
    var lwork = Int32(1 + 6 * n + 2 * n * n)
    var liwork = Int32(3 + 5 * n)
    var work = [Double](repeating: 0, count: Int(lwork))
    var iwork = [Int32](repeating: 0, count: Int(liwork))
    var info: Int32 = 0
    var job = CChar(UInt8(ascii: "V"))
    var uplo = CChar(UInt8(ascii: "U"))
    dsyevd_(&job, &uplo, &order, &a, &order, &w, &work, &lwork, &iwork, &liwork, &info)
    guard info == 0 else { return nil }
    values = w
    vectors = Matrix(rows: n, columns: n, elements: a)
  }
}
