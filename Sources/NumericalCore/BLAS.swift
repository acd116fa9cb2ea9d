internal import COpenBLAS

/// Whether a factor of a matrix product enters as stored or transposed.
public enum Transposition: Sendable {
  case none, transposed

  var cblas: CBLAS_TRANSPOSE { self == .none ? CblasNoTrans : CblasTrans }
}

/// Real types that the matrix library knows: `Float` and `Double`.
///
/// All matrices are row-major; the pointers are only read or written during the call.
public protocol BLASScalar: BinaryFloatingPoint, Sendable, Codable {
  /// `c = alpha * op(a) op(b) + beta * c`, with `op(a)` of shape m x k and `op(b)` k x n.
  static func gemm(
    _ transposeA: Transposition, _ transposeB: Transposition, m: Int, n: Int, k: Int,
    alpha: Self, a: UnsafePointer<Self>, strideA: Int, b: UnsafePointer<Self>, strideB: Int,
    beta: Self, c: UnsafeMutablePointer<Self>, strideC: Int)

  /// `y = alpha * op(a) x + beta * y`, with `a` stored as rows x columns.
  static func gemv(
    _ transpose: Transposition, rows: Int, columns: Int, alpha: Self, a: UnsafePointer<Self>,
    strideA: Int, x: UnsafePointer<Self>, beta: Self, y: UnsafeMutablePointer<Self>)

  /// The scalar product of two vectors of length `n`.
  static func dot(_ n: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
}

extension Float: BLASScalar {
  public static func gemm(
    _ transposeA: Transposition, _ transposeB: Transposition, m: Int, n: Int, k: Int,
    alpha: Float, a: UnsafePointer<Float>, strideA: Int, b: UnsafePointer<Float>, strideB: Int,
    beta: Float, c: UnsafeMutablePointer<Float>, strideC: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(m), Int32(n), Int32(k), alpha, a,
      Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
  }

  public static func gemv(
    _ transpose: Transposition, rows: Int, columns: Int, alpha: Float, a: UnsafePointer<Float>,
    strideA: Int, x: UnsafePointer<Float>, beta: Float, y: UnsafeMutablePointer<Float>
  ) {
    cblas_sgemv(
      CblasRowMajor, transpose.cblas, Int32(rows), Int32(columns), alpha, a, Int32(strideA), x, 1,
      beta, y, 1)
  }

  public static func dot(_ n: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>) -> Float {
    cblas_sdot(Int32(n), x, 1, y, 1)
  }
}

extension Double: BLASScalar {
  public static func gemm(
    _ transposeA: Transposition, _ transposeB: Transposition, m: Int, n: Int, k: Int,
    alpha: Double, a: UnsafePointer<Double>, strideA: Int, b: UnsafePointer<Double>, strideB: Int,
    beta: Double, c: UnsafeMutablePointer<Double>, strideC: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(m), Int32(n), Int32(k), alpha, a,
      Int32(strideA), b, Int32(strideB), beta, c, Int32(strideC))
  }

  public static func gemv(
    _ transpose: Transposition, rows: Int, columns: Int, alpha: Double, a: UnsafePointer<Double>,
    strideA: Int, x: UnsafePointer<Double>, beta: Double, y: UnsafeMutablePointer<Double>
  ) {
    cblas_dgemv(
      CblasRowMajor, transpose.cblas, Int32(rows), Int32(columns), alpha, a, Int32(strideA), x, 1,
      beta, y, 1)
  }

  public static func dot(
    _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>
  ) -> Double {
    cblas_ddot(Int32(n), x, 1, y, 1)
  }
}

extension Matrix where Element: BLASScalar {
  /// The product `op(self) op(other)`.
  public func times(
    _ other: Matrix, transposeSelf: Bool = false, transposeOther: Bool = false
  ) -> Matrix {
    let m = transposeSelf ? columns : rows
    let k = transposeSelf ? rows : columns
    let n = transposeOther ? other.rows : other.columns
    precondition(
      k == (transposeOther ? other.columns : other.rows), "shapes do not fit a product")
    var result = Matrix(rows: m, columns: n, elements: .zeros(count: m * n))
    guard m > 0, n > 0, k > 0 else { return result }
    elements.withUnsafeBufferPointer { a in
      other.elements.withUnsafeBufferPointer { b in
        result.elements.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          Element.gemm(
            transposeSelf ? .transposed : .none, transposeOther ? .transposed : .none,
            m: m, n: n, k: k, alpha: 1, a: a, strideA: columns, b: b, strideB: other.columns,
            beta: 0, c: c, strideC: n)
        }
      }
    }
    return result
  }

  /// The product of this matrix with a vector.
  public func times(_ vector: [Element]) -> [Element] {
    times(Matrix(rows: vector.count, columns: 1, elements: vector)).elements
  }
}
