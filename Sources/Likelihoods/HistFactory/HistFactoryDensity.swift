internal import CVectorKernels
public import NumericalCore

/// The log density of a HistFactory workspace: Poisson terms of the bins, the terms of the
/// auxiliary measurements, and a prior that is 1 between the bounds of the parameters.
///
/// The log-likelihood with all its constants is pyhf's `logpdf`. It is -∞ where a rate is
/// negative, or zero where something was counted; see ``invalidRate(at:)``. Value and gradient come
/// out of one pass over the (bin, sample, modifier) triples that exist. Poisson terms are
/// n (ln(1 + x) - x) with x = ν/n - 1 plus a constant, so that nothing cancels at large counts, and
/// sums are compensated.
public struct HistFactoryDensity: DifferentiableLogDensity, LogPosterior {
  /// The expected counts as functions of the parameters.
  public let model: HistFactoryModel
  /// The data set whose density this is.
  public let data: ModelData
  /// The auxiliary measurement of every parameter, with its outcome in ``data``.
  public let constraints: [HistFactoryConstraint]
  let terms: HistFactoryTerms

  public var parameters: ParameterSpace { model.parameters }

  /// The density of the observed data of a model.
  public init(_ model: HistFactoryModel) { self.init(model, data: model.observed) }

  /// The density of the observed data of a workspace; see
  /// ``HistFactoryModel/init(_:measurement:parameterOfInterest:interpolation:)``.
  public init(
    _ workspace: HistFactoryWorkspace, measurement: String? = nil,
    parameterOfInterest: String? = nil,
    interpolation: HistFactoryInterpolation = HistFactoryInterpolation()
  ) throws(HistFactoryError) {
    self.init(
      try HistFactoryModel(
        workspace, measurement: measurement, parameterOfInterest: parameterOfInterest,
        interpolation: interpolation))
  }

  /// The density of a data set; what was compiled for the model is shared.
  ///
  /// - Precondition: the numbers of counts are those of the model, counts (also those of Poisson
  ///   auxiliary measurements) are finite and not negative.
  public init(_ model: HistFactoryModel, data: ModelData) {
    precondition(
      model.accepts(data),
      "\(data.main.count) counts and \(data.auxiliary.count) auxiliary values for a model with "
        + "\(model.binCount) and \(model.observed.auxiliary.count)")
    precondition(
      data.main.allSatisfy { $0 >= 0 && $0.isFinite }, "counts are finite and not negative")
    var auxiliary = data.auxiliary.makeIterator()
    let constraints = model.constraints.map { constraint in
      guard constraint != .none, let value = auxiliary.next() else { return constraint }
      if case .poisson = constraint {
        precondition(value >= 0 && value.isFinite, "auxiliary counts are finite, not negative")
      }
      return constraint.replacingObserved(value)
    }
    self.model = model
    self.data = data
    self.constraints = constraints
    terms = HistFactoryTerms(main: data.main, constraints: constraints)
  }

  /// The density of other data under the same model.
  public func replacing(_ data: ModelData) -> HistFactoryDensity {
    HistFactoryDensity(model, data: data)
  }

  /// The prior: 1 between the bounds of every parameter.
  public var prior: ProductPrior {
    ProductPrior(
      parameters.parameters.map { .uniform(lower: $0.lower, upper: $0.upper, logDensity: 0) })
  }

  public var factorizedPrior: ProductPrior? { prior }

  public func logPriors(at points: Matrix<Double>) -> [Double] {
    points.elements.withUnsafeBufferPointer { x in
      let bounds = parameters.parameters.map { $0.lower...$0.upper }
      return (0..<points.rows).map { row in
        for (k, range) in bounds.enumerated() where !range.contains(x[row * bounds.count + k]) {
          return -.infinity
        }
        return 0
      }
    }
  }
}
