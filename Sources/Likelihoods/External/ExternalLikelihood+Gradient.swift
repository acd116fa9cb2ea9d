public import NumericalCore

extension ExternalLikelihood {
  /// This likelihood with the gradient of its program; `nil` if the program has none.
  public var differentiable: DifferentiableExternalLikelihood? {
    hasGradient ? DifferentiableExternalLikelihood(base: self) : nil
  }
}

/// An ``ExternalLikelihood`` whose program computes gradients.
public struct DifferentiableExternalLikelihood: LogPosterior, DifferentiableLogDensity {
  /// The likelihood.
  public let base: ExternalLikelihood

  fileprivate init(base: ExternalLikelihood) { self.base = base }

  public var parameters: ParameterSpace { base.parameters }
  public var factorizedPrior: ProductPrior? { base.factorizedPrior }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double]
  ) throws(ExternalError) {
    try base.evaluate(points, values: &values)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(ExternalError) {
    let asked = DistinctRows(points, where: base.isInside)
    let answers = try base.program.valuesAndGradients(at: asked.points)
    let prior = base.returned == .logLikelihood ? base.factorizedPrior : nil
    let priors = prior?.logDensities(at: points)
    let zero = [Double](repeating: 0, count: points.columns)
    for row in 0..<points.rows {
      guard let place = asked.place[row], answers.values[place] > -.infinity else {
        values[row] = -.infinity
        gradients.setRow(row, to: zero)
        continue
      }
      values[row] = answers.values[place] + (priors?[row] ?? 0)
      gradients.setRow(row, to: answers.gradients.row(place))
      guard let prior else { continue }
      for k in zero.indices { gradients[row, k] += prior.factors[k].derivative(points[row, k]) }
    }
  }

  public func logLikelihoods(at points: Matrix<Double>) throws(ExternalError) -> [Double] {
    try base.logLikelihoods(at: points)
  }

  public func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }
}
