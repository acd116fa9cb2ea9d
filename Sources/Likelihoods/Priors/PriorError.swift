/// What can be wrong with a prior.
public enum PriorError: Error, Equatable, CustomStringConvertible {
  /// A quantity of a distribution that must be positive is not.
  case notPositive(distribution: String, quantity: String, value: Double)
  /// A quantity of a distribution that must be finite is not.
  case notFinite(distribution: String, quantity: String, value: Double)
  /// A lower bound that is not below the upper one.
  case emptyInterval(distribution: String, lower: Double, upper: Double)
  /// A truncation that leaves no probability that double precision can express.
  case noProbability(distribution: String, lower: Double, upper: Double)
  /// A block of correlated parameters that is no normal distribution.
  case block(parameters: [String], expected: String, found: String)
  /// A parameter with two priors.
  case repeated(parameter: String)
  /// A likelihood whose prior is not known as a product, so that it cannot be exchanged.
  case unknownPrior(likelihood: String)
  /// A bound wider than that of the likelihood, which is -∞ there.
  case widerBounds(parameter: String, lower: Double, upper: Double, of: ClosedRange<Double>)
  /// A parameter that no proper distribution describes.
  case unbounded(parameter: String)
  /// A product of priors whose parts do not fit each other.
  case malformedProduct(String)

  public var description: String {
    switch self {
    case .notPositive(let distribution, let quantity, let value):
      return "\(distribution) prior: the \(quantity) must be a positive number, found \(value)"
    case .notFinite(let distribution, let quantity, let value):
      return "\(distribution) prior: the \(quantity) must be a finite number, found \(value)"
    case .emptyInterval(let distribution, let lower, let upper):
      return "\(distribution) prior: the lower bound \(lower) is not below the upper bound \(upper)"
    case .noProbability(let distribution, let lower, let upper):
      return "\(distribution) prior: the interval [\(lower), \(upper)] holds no probability of it"
    case .block(let parameters, let expected, let found):
      let list = parameters.prefix(6).joined(separator: ", ") + (parameters.count > 6 ? ", …" : "")
      return "normal block of the parameters [\(list)]: expected \(expected), found \(found)"
    case .repeated(let parameter):
      return "the parameter '\(parameter)' is given two priors; give it one, by itself or in one "
        + "block"
    case .unknownPrior(let likelihood):
      return "the prior of \(likelihood) is not known as a product of priors, so it cannot be "
        + "replaced"
    case .widerBounds(let parameter, let lower, let upper, let range):
      return "parameter '\(parameter)': the bounds [\(lower), \(upper)] reach beyond "
        + "[\(range.lowerBound), \(range.upperBound)], outside which the likelihood is not defined"
    case .unbounded(let parameter):
      return "the parameter '\(parameter)' has neither a proper prior nor an auxiliary measurement "
        + "nor finite bounds, so that its range cannot be covered; give it a prior"
    case .malformedProduct(let problem): return "product of priors: \(problem)"
    }
  }
}
