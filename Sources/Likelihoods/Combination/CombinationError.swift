/// What can be wrong with a combination of likelihoods.
public enum CombinationError: Error, Equatable, CustomStringConvertible {
  /// There is nothing to combine.
  case noLikelihoods
  /// A likelihood without a name.
  case emptyName
  /// Two likelihoods of one name.
  case duplicateLikelihood(String)
  /// A parameter to be renamed that its likelihood does not have.
  case unknownRenamed(likelihood: String, parameter: String, known: [String])
  /// Two parameters of one likelihood that would have the same name.
  case equalNames(likelihood: String, parameter: String)
  /// A parameter of several likelihoods of which nothing is said.
  case ambiguous(parameter: String, likelihoods: [String])
  /// A parameter said to be shared or distinct that fewer than two likelihoods have.
  case notCommon(parameter: String, likelihoods: [String])
  /// A parameter said to be both shared and distinct.
  case contradictory(parameter: String)
  /// A shared parameter whose bounds have nothing in common.
  case emptyBounds(parameter: String, first: ClosedRange<Double>, other: ClosedRange<Double>)
  /// A shared parameter with different priors.
  case differentPriors(parameter: String, first: String, other: String)
  /// A shared parameter with different constraint terms (or a prior in place of one).
  case differentConstraints(
    parameter: String, first: String, term: ParameterPrior, other: String,
    otherTerm: ParameterPrior)

  public var description: String {
    switch self {
    case .noLikelihoods: return "a combination needs at least one likelihood"
    case .emptyName: return "a likelihood of the combination has an empty name"
    case .duplicateLikelihood(let name):
      return "two likelihoods of the combination are named '\(name)'"
    case .unknownRenamed(let likelihood, let parameter, let known):
      return "rename in '\(likelihood)': "
        + ParameterError.unknownName(parameter, known).description
    case .equalNames(let likelihood, let parameter):
      return "rename in '\(likelihood)': two of its parameters would be named '\(parameter)'"
    case .ambiguous(let parameter, let likelihoods):
      return "the likelihoods \(Self.list(likelihoods)) all have a parameter '\(parameter)'; list "
        + "it under 'shared' if it is the same quantity, under 'distinct' if not (it is then "
        + "called '\(likelihoods.first ?? "").\(parameter)' and so on), or rename it"
    case .notCommon(let parameter, let likelihoods):
      return "the parameter '\(parameter)' is said to be shared or distinct, but "
        + (likelihoods.isEmpty
          ? "no likelihood has it" : "only the likelihood \(Self.list(likelihoods)) has it")
    case .contradictory(let parameter):
      return "the parameter '\(parameter)' is listed as shared and as distinct"
    case .emptyBounds(let parameter, let first, let other):
      return "the shared parameter '\(parameter)' has bounds without a common range: "
        + "[\(first.lowerBound), \(first.upperBound)] and [\(other.lowerBound), "
        + "\(other.upperBound)]"
    case .differentPriors(let parameter, let first, let other):
      return "the shared parameter '\(parameter)' has different priors in '\(first)' and "
        + "'\(other)'; give the one to be used under 'priors'"
    case .differentConstraints(let parameter, let first, let term, let other, let otherTerm):
      return "the shared parameter '\(parameter)' has different constraint terms, "
        + "\(term.constraintText) in '\(first)' and \(otherTerm.constraintText) in '\(other)'; "
        + "rename it in one of them if it is not the same quantity, list it under "
        + "'keep-constraints' if they are independent measurements, or give the one to be used "
        + "under 'priors' or 'constraints'"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ")
  }
}

extension ParameterPrior {
  /// The distribution with its numbers.
  fileprivate var constraintText: String {
    switch self {
    case .normal(let mean, let sd): "normal(\(mean), \(sd))"
    case .gamma(let shape, let rate): "gamma(\(shape), \(rate))"
    case .logNormal(let mean, let sd): "log-normal(\(mean), \(sd))"
    case .truncated(let inner):
      "\(inner.distribution.constraintText) in [\(inner.lower), \(inner.upper)]"
    case .uniform(let lower, let upper, _): "uniform(\(lower), \(upper))"
    case .flat: "flat"
    }
  }
}
