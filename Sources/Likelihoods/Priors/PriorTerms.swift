internal import NumericalCore

/// Some factors of a prior, to be multiplied to a density or taken out of it.
struct PriorTerms: Sendable {
  /// Priors of single parameters, with their positions.
  var factors: [(column: Int, prior: ParameterPrior)] = []
  /// Normal distributions of several parameters.
  var blocks: [ProductPrior.Block] = []

  var isEmpty: Bool { factors.isEmpty && blocks.isEmpty }

  /// Adds the log densities of the terms, or subtracts them, with their gradients.
  ///
  /// A value of -∞ stays; where a term is -∞ the value becomes -∞, also when the term is taken
  /// out: what a density was multiplied by zero is not known. Gradients of such rows are zero.
  ///
  /// - Parameters:
  ///   - sign: 1 to multiply the terms in, -1 to take them out.
  ///   - points: one point a row.
  ///   - values: log densities, changed in place.
  ///   - gradients: first element of a matrix of the shape of `points`, changed in place.
  func add(
    sign: Double = 1, at points: Matrix<Double>, to values: inout [Double],
    gradients: UnsafeMutablePointer<Double>?
  ) {
    guard !isEmpty else { return }
    let dimension = points.columns
    DensityRows.forEach(
      points, dimension: dimension, values: &values, gradients: gradients, grain: 256
    ) { range, rows in
      for i in range where rows.value(i) > -.infinity {
        let gradient = rows.gradient(i)
        let term = logDensity(rows.point(i), sign: sign, gradient: gradient)
        rows.set(term > -.infinity ? rows.value(i) + sign * term : -.infinity, at: i)
        if term == -.infinity { gradient?.update(repeating: 0, count: dimension) }
      }
    }
  }

  private func logDensity(
    _ x: UnsafePointer<Double>, sign: Double, gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for (j, prior) in factors {
      let value = prior.logDensity(x[j])
      guard value > -.infinity else { return -.infinity }
      sum += value
      if let gradient { gradient[j] += sign * prior.derivative(x[j]) }
    }
    for block in blocks {
      let (value, slope) = block.normal.evaluate(block.columns.map { x[$0] })
      guard value > -.infinity else { return -.infinity }
      sum += value
      if let gradient { for (j, s) in zip(block.columns, slope) { gradient[j] += sign * s } }
    }
    return sum
  }
}
