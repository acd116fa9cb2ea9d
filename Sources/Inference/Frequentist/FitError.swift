/// What prevents a fit.
public enum FitError: Error, CustomStringConvertible {
  /// A fixed value lies outside the bounds of its parameter.
  case fixedOutsideBounds(String, Double, lower: Double, upper: Double)
  /// The density is -∞ at every start; the reason at the first one, where the density knows it.
  case undefinedAtStart(starts: Int, reason: String? = nil)
  /// A starting point does not have one value for every parameter.
  case wrongStart(expected: Int, found: Int)
  /// Errors or a profile are wanted of a parameter that the fit holds.
  case parameterIsFixed(String)
  /// A range or a list of values that cannot be scanned.
  case emptyScan(String)
  /// Pseudo-experiments that cannot be made.
  case noPseudoExperiments(String)

  public var description: String {
    switch self {
    case .fixedOutsideBounds(let name, let value, let lower, let upper):
      return "parameter '\(name)' cannot be fixed to \(value): its bounds are [\(lower), \(upper)]"
    case .undefinedAtStart(let starts, let reason):
      return "the log density is -infinity at all \(starts) starting points of the fit"
        + (reason.map { " (\($0))" } ?? "") + "; give initial values inside its support"
    case .wrongStart(let expected, let found):
      return "a starting point of the fit needs \(expected) values, one a parameter, not \(found)"
    case .parameterIsFixed(let name):
      return "parameter '\(name)' is fixed: it has no errors and no profile"
    case .emptyScan(let reason):
      return "the scan is not possible: \(reason)"
    case .noPseudoExperiments(let reason):
      return "pseudo-experiments are not possible: \(reason)"
    }
  }
}
