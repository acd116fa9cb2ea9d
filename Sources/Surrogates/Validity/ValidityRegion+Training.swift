public import Likelihoods
public import NumericalCore
internal import Statistics

extension ValidityRegion {
  /// The region of training points.
  ///
  /// Whitened coordinates are those of the preconditioner where it has a quadratic part, otherwise
  /// those of the points' mean and covariance (of their standard deviations alone where the
  /// covariance is singular). The highest log density is that of the points or of the quadratic
  /// part.
  ///
  /// Draws in many dimensions stay far below the maximum (by about half their number), but it lies
  /// in their middle: where no maximum is known to be higher than the points, the log density at the
  /// centre is taken from them, as the median of f + ½|u|², and belongs to the region.
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
    let squares = (0..<u.rows).map { row in u.row(row).reduce(0) { $0 + $1 * $1 } }
    let highest = logDensities.max() ?? 0
    let known = preconditioner.peak.flatMap { $0 > highest ? $0 : nil }
    let middle = zip(logDensities, squares).map { $0 + 0.5 * $1 }.sorted()
    let limits = parameters.parameters.enumerated().map { k, parameter in
      let column = points.column(k)
      let low = min(column.min() ?? 0, frame.0[k]) - spread[k]
      let high = max(column.max() ?? 0, frame.0[k]) + spread[k]
      return (
        low > parameter.lower ? low : -.infinity, high < parameter.upper ? high : Double.infinity
      )
    }
    self.init(
      center: frame.0, whitening: frame.1, radius: (squares.max() ?? 0).squareRoot() + 1,
      lower: limits.map(\.0), upper: limits.map(\.1),
      peak: known ?? highest,
      logDensities: Self.range(
        logDensities, peak: known ?? max(highest, OrderStatistics.quantile(middle, 0.5))))
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

  /// From the lowest value to the peak, each farther by the distance of the median from the
  /// quantile one standard deviation away on that side (of a normal distribution).
  private static func range(_ values: [Double], peak: Double) -> ClosedRange<Double> {
    let sorted = values.sorted()
    func quantile(_ p: Double) -> Double { OrderStatistics.quantile(sorted, p) }
    let median = quantile(0.5)
    return sorted[0] - (median - quantile(0.15865))...peak + (quantile(0.84135) - median)
  }
}
