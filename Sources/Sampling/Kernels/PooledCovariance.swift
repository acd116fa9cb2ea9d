internal import NumericalCore

/// Mean and covariance of the positions of all chains over a window of the warm-up.
struct PooledCovariance {
  private var count = 0.0
  private var sum: [Double]
  private var products: Matrix<Double>
  private var origin: [Double]?

  init(dimension: Int) {
    sum = Array(repeating: 0, count: dimension)
    products = Matrix(rows: dimension, columns: dimension, repeating: 0)
  }

  mutating func add(_ positions: Matrix<Double>) {
    // Sums are taken relative to the first mean, so that nothing cancels.
    let origin = self.origin ?? positions.columnMeans()
    self.origin = origin
    let d = positions.columns
    var centred = positions.elements
    for i in 0..<positions.rows {
      for j in 0..<d {
        centred[i * d + j] -= origin[j]
        sum[j] += centred[i * d + j]
      }
    }
    centred.withUnsafeBufferPointer { x in
      products.elements.withUnsafeMutableBufferPointer { c in
        guard let x = x.baseAddress, let c = c.baseAddress else { return }
        BlockProduct.add(
          1, x, transposed: true, strideA: d, x, strideB: d, to: c, strideC: d, m: d, n: d,
          k: positions.rows)
      }
    }
    count += Double(positions.rows)
  }

  /// The covariance S of the window, shrunk to its diagonal by 5/(n + 5), as a metric; `nil` if a
  /// parameter did not move.
  ///
  /// The shrinkage (as in DynamicHMC) does not depend on the units of the parameters. With fewer
  /// than ten positions a parameter the correlations are noise, and only variances are used.
  func metric(_ form: WarmUp.MetricForm = .automatic) -> Metric? {
    let d = sum.count
    guard count > 1, form != .fixed else { return nil }
    var covariance = products
    for i in 0..<d {
      for j in 0..<d {
        let value = (products[i, j] - sum[i] * sum[j] / count) / (count - 1)
        covariance[i, j] = i == j ? value : value * count / (count + 5)
      }
    }
    let variances = (0..<d).map { covariance[$0, $0] }
    guard variances.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    return form == .diagonal || (form == .automatic && count < Double(10 * d))
      ? .diagonal(variances.map { $0.squareRoot() }) : Metric(covariance: covariance)
  }
}
