public import Likelihoods
public import NumericalCore

extension ValidityRegion {
  /// The region of training points.
  ///
  /// Whitened coordinates are those of the preconditioner where it has a quadratic part, otherwise
  /// those of the points' mean and covariance (of their standard deviations alone where the
  /// covariance is singular). The highest log density is that of the points or of the quadratic
  /// part.
  ///
  /// - Parameters:
  ///   - points: the training points, at least one.
  ///   - logDensities: their log densities.
  ///   - parameters: the parameters, for their bounds.
  ///   - preconditioner: that of the surrogate.
  public init(
    of points: Matrix<Double>, logDensities: [Double], parameters: ParameterSpace,
    preconditioner: Preconditioner
  ) {
    let spread = Self.standardDeviations(points)
    let frame =
      preconditioner.peak == nil
      ? Self.frame(of: points, spread)
      : (preconditioner.center, preconditioner.whitening)
    let u = Preconditioner(center: frame.0, whitening: frame.1, peak: nil).whitened(points)
    let square = (0..<u.rows).reduce(0.0) { largest, row in
      max(largest, u.row(row).reduce(0) { $0 + $1 * $1 })
    }
    let limits = parameters.parameters.enumerated().map { k, parameter in
      let column = points.column(k)
      let low = min(column.min() ?? 0, frame.0[k]) - spread[k]
      let high = max(column.max() ?? 0, frame.0[k]) + spread[k]
      return (
        low > parameter.lower ? low : -.infinity, high < parameter.upper ? high : Double.infinity
      )
    }
    self.init(
      center: frame.0, whitening: frame.1, radius: square.squareRoot() + 1,
      lower: limits.map(\.0), upper: limits.map(\.1),
      peak: max(logDensities.max() ?? 0, preconditioner.peak ?? -.infinity),
      logDensities: Self.range(logDensities, peak: preconditioner.peak))
  }

  /// Standard deviations of the columns; a small length where there is none.
  private static func standardDeviations(_ points: Matrix<Double>) -> [Double] {
    let means = points.columnMeans()
    return means.indices.map { k in
      let squares = points.column(k).reduce(0) { $0 + ($1 - means[k]) * ($1 - means[k]) }
      let deviation = (squares / Double(points.rows)).squareRoot()
      let floor = 1e-9 * max(1, abs(means[k]))
      return max(deviation, floor)
    }
  }

  /// Mean and whitening of the points.
  private static func frame(
    of points: Matrix<Double>, _ deviations: [Double]
  ) -> ([Double], Matrix<Double>?) {
    if points.rows > points.columns, let cholesky = Cholesky(points.covariance()) {
      return (points.columnMeans(), cholesky.inverseLower)
    }
    var diagonal = Matrix.identity(points.columns)
    for k in deviations.indices { diagonal[k, k] = 1 / deviations[k] }
    return (points.columnMeans(), diagonal)
  }

  /// From the lowest to the highest value, each farther by the distance of the median from the
  /// quantile one standard deviation away on that side (of a normal distribution).
  private static func range(_ values: [Double], peak: Double?) -> ClosedRange<Double> {
    let sorted = values.sorted()
    func quantile(_ p: Double) -> Double { sorted[Int(p * Double(sorted.count - 1))] }
    let median = quantile(0.5)
    let top = max(sorted[sorted.count - 1], peak ?? -.infinity)
    return sorted[0] - (median - quantile(0.15865))...top + (quantile(0.84135) - median)
  }
}
