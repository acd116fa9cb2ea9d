public import Likelihoods
internal import NumericalCore
internal import Statistics

/// The expected counts of a model before and after the fit.
///
/// Errors are √(J C Jᵀ): J are the derivatives of the expected counts with respect to the
/// parameters, C the covariance of the parameters. Before the fit the constrained parameters have
/// the widths of their constraints, without correlations but those of a multivariate normal prior,
/// and all others are exact, at their initial values; after it C is the inverse Hessian.
public struct Yields: Sendable {
  /// The names of the bins, in the order of the model.
  public let binNames: [String]
  /// With every parameter at the centre of its constraint, the others at their initial values.
  public let preFit: YieldTable
  /// At the best fit; its errors are absent if the fit has no covariance.
  public let postFit: YieldTable
  /// The parameters that have no error before the fit, because nothing is known of them.
  public let unconstrained: [String]
  /// The fit.
  public let fit: FitResult

  /// The yields of a model.
  ///
  /// - Parameters:
  ///   - model: the model with the observed data.
  ///   - fit: its fit.
  public init(of model: some BinnedModel, at fit: FitResult) throws {
    let knowledge = PreFitKnowledge(of: model)
    let layout = YieldLayout(model)
    let space = model.parameters
    let n = space.count
    let before = (0..<n).filter { knowledge.values[$0] != nil }
    var prior = Matrix<Double>(rows: before.count, columns: before.count, repeating: 0)
    for (a, i) in before.enumerated() {
      for (b, j) in before.enumerated() { prior[a, b] = knowledge.covariance[i, j] }
    }
    let propagation = ErrorPropagation(space: space, layout: layout)
    preFit = try propagation.table(
      at: knowledge.point(in: space), observed: model.observedCounts, varying: before,
      covariance: prior)
    postFit = try propagation.table(
      at: fit.values, observed: model.observedCounts, varying: fit.freeIndices,
      covariance: fit.covariance)
    binNames = model.binNames
    unconstrained = (0..<n).filter { k in
      knowledge.values[k] == nil && !space.parameters[k].fixed
    }.map { space.names[$0] }
    self.fit = fit
  }
}
