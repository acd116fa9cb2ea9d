/// A density whose likelihood part contains constraint terms of nuisance parameters (auxiliary
/// measurements) that can be left out: for a combination that would count them twice, or for
/// priors and correlated constraints that take their place.
public protocol ConstrainedLikelihood: DifferentiableLogDensity, LogPosterior {
  /// Names of the parameters with a constraint term in the likelihood part; empty if there is
  /// none.
  var constrainedParameters: [String] { get }

  /// The same density without the constraint terms of the named parameters; names of others are
  /// ignored.
  func withoutConstraints(of names: Set<String>) -> Self

  /// The constraint term of a parameter as a function of the parameter, up to a constant, to be
  /// compared with that of another likelihood; nil where it is not known, or there is none.
  func constraintTerm(of name: String) -> ParameterPrior?
}

extension ConstrainedLikelihood {
  /// Not known.
  public func constraintTerm(of name: String) -> ParameterPrior? { nil }
}

extension DifferentiableLogDensity where Self: LogPosterior {
  /// The constrained parameters, none for a density that knows no constraint terms.
  var knownConstraints: [String] {
    (self as? any ConstrainedLikelihood)?.constrainedParameters ?? []
  }

  /// The constraint term of a parameter where it is known.
  func knownConstraintTerm(of name: String) -> ParameterPrior? {
    (self as? any ConstrainedLikelihood)?.constraintTerm(of: name)
  }
}
