internal import NumericalCore

/// Matrix products in pieces that the matrix library computes on the calling thread.
///
/// The library divides a large product among its own threads; how, and with it the last bits of
/// the result, depends on their number. Pieces of at most 2¹⁸ multiplications it leaves whole
/// (the limit of OpenBLAS), so that the numbers are the same for any number of threads, and no
/// thread of the library spins beside ours.
enum BlockProduct {
  /// Most multiplications of one piece.
  static let limit = 1 << 18

  /// Rows of a block that many threads share out: a multiple of 8, at most 64, such that the
  /// product of a block with a square matrix of order `d` is one piece if that is possible.
  static func rows(dimension d: Int) -> Int {
    min(64, max(8, limit / max(1, d * d) / 8 * 8))
  }

  /// `c += alpha · a b` for row-major `a` (m × k), `b` (k × n) and `c` (m × n), each with its own
  /// stride; `a` may be given transposed, as k × m.
  static func add(
    _ alpha: Double, _ a: UnsafePointer<Double>, transposed: Bool = false, strideA: Int,
    _ b: UnsafePointer<Double>, strideB: Int, to c: UnsafeMutablePointer<Double>, strideC: Int,
    m: Int, n: Int, k: Int
  ) {
    let mStep = min(m, 96)
    let nStep = min(n, 96)
    guard mStep > 0, nStep > 0 else { return }
    let kStep = max(1, min(k, limit / (mStep * nStep)))
    for i in stride(from: 0, to: m, by: mStep) {
      for j in stride(from: 0, to: n, by: nStep) {
        for l in stride(from: 0, to: k, by: kStep) {
          Double.gemm(
            transposed ? .transposed : .none, .none, m: min(mStep, m - i), n: min(nStep, n - j),
            k: min(kStep, k - l), alpha: alpha,
            a: transposed ? a + l * strideA + i : a + i * strideA + l, strideA: strideA,
            b: b + l * strideB + j, strideB: strideB, beta: 1, c: c + i * strideC + j,
            strideC: strideC)
        }
      }
    }
  }
}
