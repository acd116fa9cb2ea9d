public import NumericalCore

extension SimplifiedLikelihood {
  /// The parts of the log density.
  private enum Part { case likelihood, prior, both }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    evaluate(points, values: &values, gradients: nil, .both)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    precondition(
      gradients.rows == points.rows && gradients.columns == points.columns,
      "gradients and points have different shapes")
    gradients.elements.withUnsafeMutableBufferPointer {
      evaluate(points, values: &values, gradients: $0.baseAddress, .both)
    }
  }

  /// The log of the Poisson factors; bounds are a matter of the prior.
  public func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    var values = [Double](repeating: 0, count: points.rows)
    evaluate(points, values: &values, gradients: nil, .likelihood)
    return values
  }

  /// The log of the normal factor and of the flat prior of the signal strength.
  public func logPriors(at points: Matrix<Double>) -> [Double] {
    var values = [Double](repeating: 0, count: points.rows)
    evaluate(points, values: &values, gradients: nil, .prior)
    return values
  }

  public var factorizedPrior: ProductPrior? { prior }

  private func evaluate(
    _ points: Matrix<Double>, values: inout [Double],
    gradients: UnsafeMutablePointer<Double>?, _ part: Part
  ) {
    let dimension = parameters.count
    DensityRows.forEach(
      points, dimension: dimension, values: &values, gradients: gradients,
      grain: max(1, 4096 / dimension)
    ) { range, rows in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * dimension) { scratch in
        guard let scratch = scratch.baseAddress else { return }
        for i in range {
          rows.set(
            logDensity(rows.point(i), gradient: rows.gradient(i), scratch, part), at: i)
        }
      }
    }
  }

  private func logDensity(
    _ x: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>?,
    _ scratch: UnsafeMutablePointer<Double>, _ part: Part
  ) -> Double {
    let dimension = parameters.count
    gradient?.update(repeating: 0, count: dimension)
    var value = 0.0
    if part != .likelihood {
      let inside = !hasSignal || parameters.parameters[0].allows(x[0])
      value =
        inside ? tables.logPrior(x, gradient: gradient, scratch: scratch) : -.infinity
    }
    if part != .prior, value > -.infinity {
      value += tables.logLikelihood(x, gradient: gradient)
    }
    guard value.isFinite else {
      gradient?.update(repeating: 0, count: dimension)
      return -.infinity
    }
    return value
  }
}
