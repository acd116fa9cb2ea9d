internal import Likelihoods
public import NumericalCore

extension TransformedDensity {
  /// The metric that a warm-up starts from: the covariance of the parameters, mapped to the
  /// coordinates by the slopes at a point, or the parameters' scales.
  ///
  /// - Parameters:
  ///   - covariance: of the parameters.
  ///   - point: where it holds, the maximum of a fit; the initial values if there is none.
  /// - Throws: ``SamplingError/field(_:expected:found:)`` for a covariance of another size, or one
  ///   that is not positive definite.
  public func metric(covariance: Matrix<Double>?, at point: [Double]? = nil) throws -> Metric {
    guard var covariance else { return .diagonal(parameters.parameters.map(\.scale)) }
    let d = maps.count
    guard covariance.rows == d, covariance.columns == d else {
      throw SamplingError.field(
        "covariance", expected: "\(d) rows and columns",
        found: "\(covariance.rows) and \(covariance.columns)")
    }
    let place =
      point.map { coordinates(of: Matrix(rows: 1, columns: d, elements: $0)).row(0) }
      ?? parameters.parameters.map(\.initial)
    let slopes = maps.indices.map { j in maps[j].parameter(at: place[j]).slope }
    for i in 0..<d { for j in 0..<d { covariance[i, j] /= slopes[i] * slopes[j] } }
    guard let metric = Metric(covariance: covariance) else {
      throw SamplingError.field(
        "covariance", expected: "a positive definite matrix", found: "one that is not")
    }
    return metric
  }
}
