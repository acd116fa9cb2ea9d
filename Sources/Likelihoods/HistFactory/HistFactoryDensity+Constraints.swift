extension HistFactoryDensity: ConstrainedLikelihood {
  /// The parameters with an auxiliary measurement in this density.
  public var constrainedParameters: [String] {
    constraints.indices.filter { constraints[$0] != .none }.map { parameters.names[$0] }
  }

  /// The density without the terms of some auxiliary measurements.
  ///
  /// The model keeps them: ``replacing(_:)`` with other data brings them back.
  public func withoutConstraints(of names: Set<String>) -> HistFactoryDensity {
    HistFactoryDensity(
      self,
      constraints: zip(parameters.names, constraints).map { names.contains($0) ? .none : $1 })
  }

  /// N(observed | θ, width) is a normal in θ; Poisson(n | τθ) is a gamma distribution with shape
  /// n + 1 and rate τ, up to a constant.
  public func constraintTerm(of name: String) -> ParameterPrior? {
    guard let index = parameters.names.firstIndex(of: name) else { return nil }
    switch constraints[index] {
    case .none: return nil
    case .gaussian(let observed, let width):
      return .normal(mean: observed, standardDeviation: width)
    case .poisson(let observed, let factor): return .gamma(shape: observed + 1, rate: factor)
    }
  }

  private init(_ other: HistFactoryDensity, constraints: [HistFactoryConstraint]) {
    model = other.model
    data = other.data
    self.constraints = constraints
    terms = HistFactoryTerms(main: other.data.main, constraints: constraints)
  }
}
