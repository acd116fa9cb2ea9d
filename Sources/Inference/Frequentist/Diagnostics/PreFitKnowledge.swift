public import Likelihoods
public import NumericalCore

/// What is known of all parameters before the main measurement: auxiliary measurements and
/// informative priors.
public struct PreFitKnowledge: Sendable {
  /// Centre and width of every parameter in order; `nil` where nothing but the main measurement
  /// speaks of it, or the density does not say.
  public let values: [PreFitValue?]
  /// The covariance before the fit over all parameters; zero for those without knowledge.
  public let covariance: Matrix<Double>

  /// What a density says of its parameters. Those that are fixed are known exactly: they have no
  /// entry.
  public init(of density: some DifferentiableLogDensity & LogPosterior) {
    let parameters = density.parameters.parameters
    let constrained = density as? any ConstrainedLikelihood
    let prior = density.factorizedPrior
    var values = parameters.indices.map { k -> PreFitValue? in
      guard !parameters[k].fixed else { return nil }
      let known = [constrained?.constraintTerm(of: parameters[k].name), prior?.factors[k]]
        .compactMap { $0.flatMap(PreFitValue.init) }
      guard let first = known.first else { return nil }
      return known.dropFirst().reduce(first) { $0.combined(with: $1) }
    }
    let n = parameters.count
    var covariance = Matrix<Double>(rows: n, columns: n, repeating: 0)
    for (k, value) in values.enumerated() {
      covariance[k, k] = value.map { $0.width * $0.width } ?? 0
    }
    for block in prior?.blocks ?? [] {
      for (a, i) in block.columns.enumerated() where !parameters[i].fixed && values[i] == nil {
        let variance = block.normal.covariance[a, a]
        values[i] = PreFitValue(centre: block.normal.mean[a], width: variance.squareRoot())
        for (b, j) in block.columns.enumerated() where !parameters[j].fixed {
          covariance[i, j] = block.normal.covariance[a, b]
        }
      }
    }
    self.values = values
    self.covariance = covariance
  }

  /// The centres of the known parameters, the initial values of the others: what is expected before
  /// the fit.
  public func point(in space: ParameterSpace) -> [Double] {
    zip(space.parameters, values).map { parameter, known in
      guard let known else { return parameter.initial }
      return min(max(known.centre, parameter.lower), parameter.upper)
    }
  }
}
