internal import NumericalCore

/// The fixed part of a surrogate that learns residuals, by least squares over the training points.
///
/// A density f with Poisson terms is −½|r|² + q, with the deviance residuals r and the constraint
/// terms q. Lines r ≈ ρ and a parabola in every parameter for q (exact for normal constraints) make
/// the quadratic part q − ½|ρ|²; the network is left with g = r − ρ and, in h, with what of q is no
/// parabola.
enum ResidualFit {
  /// More points than these would not make the lines better.
  private static let mostRows = 40_000

  /// Fits the fixed part.
  ///
  /// - Parameters:
  ///   - points: training points.
  ///   - logDensities: f at the points.
  ///   - residuals: r at the points, points x residuals.
  /// - Returns: center, whitening, peak and residual part, not yet standardised; `nil` if there are too few points, or if they do not determine all parameters.
  static func preconditioner(
    _ points: Matrix<Double>, logDensities: [Double], residuals: Matrix<Double>
  ) -> Preconditioner? {
    guard points.rows <= mostRows else {
      let step = Double(points.rows) / Double(mostRows)
      let rows = (0..<mostRows).map { Int(Double($0) * step) }
      return preconditioner(
        points.selectingRows(rows), logDensities: rows.map { logDensities[$0] },
        residuals: residuals.selectingRows(rows))
    }
    let (n, d) = (points.rows, points.columns)
    guard n > 3 * d, let spread = Cholesky(points.covariance()) else { return nil }
    let mean = points.columnMeans()
    let deviations = (0..<d).map { j in
      (0...j).reduce(0) { $0 + spread.lower[j, $1] * spread.lower[j, $1] }.squareRoot()
    }
    // In coordinates of unit covariance a regression is a mean of products.
    let unwhiten = spread.inverseLower
    var centred = points
    for i in 0..<n { for j in 0..<d { centred[i, j] -= mean[j] } }
    let unit = centred.times(unwhiten, transposeOther: true)
    let origin = residuals.columnMeans()
    var slopes = residuals.times(unit, transposeSelf: true)
    for k in slopes.elements.indices { slopes.elements[k] /= Double(n) }
    slopes = slopes.times(unwhiten)
    let rest = (0..<n).map { i in
      logDensities[i] + 0.5 * residuals.row(i).reduce(0) { $0 + $1 * $1 }
    }
    guard let parabolas = Parabolas(centred, scales: deviations, values: rest) else { return nil }
    // Minus the Hessian of q − ½|ρ|², and its gradient at the mean.
    var hessian = slopes.times(slopes, transposeSelf: true)
    for j in 0..<d { hessian[j, j] += parabolas.curvatures[j] }
    let pull = slopes.transposed().times(origin)
    let gradient = (0..<d).map { parabolas.slopes[$0] - pull[$0] }
    guard let stiffness = Cholesky(hessian) else { return nil }
    let shift = stiffness.solve(gradient)
    let offset = zip(origin, slopes.times(shift)).map { $0 + $1 }
    let peak =
      parabolas.value(at: shift) - 0.5 * offset.reduce(0) { $0 + $1 * $1 }
    let covariance = stiffness.inverse
    guard
      var result = Preconditioner.quadratic(
        maximum: zip(mean, shift).map { $0 + $1 }, logDensity: peak, covariance: covariance),
      let factor = Cholesky(covariance)
    else { return nil }
    result.residuals = ResidualPart(slopes: slopes.times(factor.lower), offset: offset)
    return result
  }
}

/// A constant and a parabola in every coordinate, c + Σ (b x − ½ a x²), by least squares.
private struct Parabolas {
  let constant: Double
  let slopes, curvatures: [Double]

  init?(_ points: Matrix<Double>, scales: [Double], values: [Double]) {
    let (n, d) = (points.rows, points.columns)
    let columns = 2 * d
    // Columns and values less their means, so that no constant is needed.
    var design = Matrix<Double>(rows: n, columns: columns, repeating: 0)
    for i in 0..<n {
      for j in 0..<d {
        let t = points[i, j] / scales[j]
        design[i, 2 * j] = t
        design[i, 2 * j + 1] = t * t
      }
    }
    let means = design.columnMeans()
    for i in 0..<n { for k in 0..<columns { design[i, k] -= means[k] } }
    let mean = values.reduce(0, +) / Double(n)
    var gram = design.times(design, transposeSelf: true)
    let size = (0..<columns).reduce(0) { max($0, gram[$1, $1]) }
    for k in 0..<columns { gram[k, k] += 1e-13 * size }
    guard let cholesky = Cholesky(gram) else { return nil }
    let solution = cholesky.solve(design.transposed().times(values.map { $0 - mean }))
    constant = mean - zip(solution, means).reduce(0) { $0 + $1.0 * $1.1 }
    slopes = (0..<d).map { solution[2 * $0] / scales[$0] }
    curvatures = (0..<d).map { -2 * solution[2 * $0 + 1] / (scales[$0] * scales[$0]) }
  }

  func value(at x: [Double]) -> Double {
    x.indices.reduce(constant) { $0 + slopes[$1] * x[$1] - 0.5 * curvatures[$1] * x[$1] * x[$1] }
  }
}
