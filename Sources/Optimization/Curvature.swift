public import NumericalCore

/// The second derivatives at a point, in units of the widths that they define.
public struct Curvature: Sendable {
  /// Positions of the coordinates that the matrix covers: neither pinned nor pressed against a
  /// bound, and with an effect on the function.
  public let free: [Int]
  /// Coordinates without effect: their gradient and their row of the Hessian are exactly zero.
  public let withoutEffect: [Int]
  /// The Hessian over ``free``.
  public let hessian: Matrix<Double>
  /// The width of every free coordinate, 1/√|H_kk|; the given scale where that is zero.
  public let widths: [Double]
  /// The Hessian in units of the widths: ±1 on its diagonal.
  public let normalized: Matrix<Double>

  /// The curvature from a Hessian over `candidates`.
  init(hessian: Matrix<Double>, candidates: [Int], gradient: [Double], scale: [Double]) {
    var kept: [Int] = []
    var flat: [Int] = []
    for (i, k) in candidates.enumerated() {
      let isFlat = gradient[k] == 0 && candidates.indices.allSatisfy { hessian[i, $0] == 0 }
      if isFlat { flat.append(k) } else { kept.append(i) }
    }
    var reduced = hessian
    if !flat.isEmpty {
      reduced = Matrix(rows: kept.count, columns: kept.count, repeating: 0)
      for (i, a) in kept.enumerated() {
        for (j, b) in kept.enumerated() { reduced[i, j] = hessian[a, b] }
      }
    }
    let free = kept.map { candidates[$0] }
    let widths = free.enumerated().map { i, k in
      let diagonal = abs(reduced[i, i])
      return diagonal > 1e-300 && diagonal.isFinite ? 1 / diagonal.squareRoot() : scale[k]
    }
    var normalized = reduced
    for i in free.indices {
      for j in free.indices { normalized[i, j] *= widths[i] * widths[j] }
    }
    self.free = free
    self.withoutEffect = flat
    self.hessian = reduced
    self.widths = widths
    self.normalized = normalized
  }

  /// An eigenvalue of the normalised matrix below this fraction of the largest is zero.
  private static let zeroEigenvalue = 1e-8

  /// The signs of the eigenvalues.
  public var inertia: FitCertificate.Inertia {
    let n = free.count
    guard n > 0 else { return .init(positive: 0, zero: 0, negative: 0) }
    // Large pivots exclude small eigenvalues well enough; the decomposition costs ten times more.
    if let factor = Cholesky(normalized),
      (0..<n).allSatisfy({ factor.lower[$0, $0] > 0.03 })
    {
      return .init(positive: n, zero: 0, negative: 0)
    }
    guard let eigen = SymmetricEigen(normalized) else {
      return .init(positive: 0, zero: n, negative: 0)
    }
    let tiny = Self.zeroEigenvalue * eigen.values.reduce(0) { max($0, abs($1)) }
    return .init(
      positive: eigen.values.filter { $0 > tiny }.count,
      zero: eigen.values.filter { abs($0) <= tiny }.count,
      negative: eigen.values.filter { $0 < -tiny }.count)
  }

  /// ½ gᵀ H⁻¹ g of a gradient over all coordinates; infinite unless the matrix is positive
  /// definite, 0 if nothing is free.
  func distance(_ gradient: [Double], factor: Cholesky?) -> Double {
    guard !free.isEmpty else { return 0 }
    guard let factor else { return .infinity }
    let g = normalizedGradient(gradient)
    return 0.5 * VectorKernels.dot(g, factor.solve(g))
  }

  /// The gradient over ``free`` in units of the widths.
  func normalizedGradient(_ gradient: [Double]) -> [Double] {
    free.indices.map { gradient[free[$0]] * widths[$0] }
  }
}
