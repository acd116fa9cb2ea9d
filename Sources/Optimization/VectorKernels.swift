internal import NumericalCore

/// The vector operations of the searches, on whole arrays of equal length.
enum VectorKernels {
  /// The scalar product.
  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    a.withUnsafeBufferPointer { x in
      b.withUnsafeBufferPointer { y in
        guard let p = x.baseAddress, let q = y.baseAddress else { return 0 }
        return Double.dot(x.count, p, q)
      }
    }
  }

  /// `y += factor * x`.
  static func add(_ factor: Double, _ x: [Double], to y: inout [Double]) {
    x.withUnsafeBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        guard let p = x.baseAddress, let q = y.baseAddress else { return }
        for k in 0..<min(x.count, y.count) { q[k] += factor * p[k] }
      }
    }
  }
}
