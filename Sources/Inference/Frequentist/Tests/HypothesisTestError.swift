/// What prevents a hypothesis test or a limit.
public enum HypothesisTestError: Error, CustomStringConvertible {
  /// The density names no parameter of interest, and none was given.
  case noParameterOfInterest(known: [String])
  /// A value that the test needs lies outside the bounds.
  case outsideBounds(String, value: Double, what: String, lower: Double, upper: Double)
  /// The statistic is not defined at this value.
  case undefinedStatistic(TestStatistic, String, value: Double, expected: String)
  /// q_μ of data whose maximum lies at the lower bound of the parameter.
  case boundedStatistic(String, bound: Double)
  /// The upper limit lies beyond the upper bound of the parameter.
  case limitNotReached(
    parameter: String, bound: Double, quantity: String, value: Double, target: Double)
  /// All values of the parameter are excluded.
  case nothingAllowed(parameter: String, at: Double, quantity: String, value: Double)
  /// The density generates no data, and its own profile does not tell what would be expected.
  case noCurvature(String, value: Double)
  /// A confidence level that is none, or one too small for a limit above the best value.
  case confidenceLevel(Double)

  public var description: String {
    switch self {
    case .noParameterOfInterest(let known):
      return "the likelihood has no parameter of interest; name one of its parameters: "
        + known.prefix(8).joined(separator: ", ") + (known.count > 8 ? ", …" : "")
    case .outsideBounds(let name, let value, let what, let lower, let upper):
      return "\(what) \(name) = \(value) lies outside the bounds [\(lower), \(upper)]"
    case .undefinedStatistic(let statistic, let name, let value, let expected):
      return "the statistic \(statistic.rawValue) at \(name) = \(value): expected \(expected)"
    case .boundedStatistic(let name, let bound):
      return "the statistic q presumes that '\(name)' may be negative, but the maximum lies at its "
        + "lower bound \(bound); choose qtilde, or a lower bound below the maximum"
    case .limitNotReached(let name, let bound, let quantity, let value, let target):
      return "the upper limit of '\(name)' is not reached within its bounds: at the bound \(bound) "
        + "\(quantity) is still \(value), above \(target)"
    case .nothingAllowed(let name, let at, let quantity, let value):
      return "there is no upper limit of '\(name)': already at \(at) \(quantity) is \(value)"
    case .noCurvature(let name, let value):
      return "the likelihood generates no data, and its profile is not curved between the "
        + "alternative and \(name) = \(value) (as where nothing was counted): what is expected "
        + "cannot be told from it"
    case .confidenceLevel(let value):
      return "a confidence level of \(value): expected a number in (0.5, 1)"
    }
  }
}
