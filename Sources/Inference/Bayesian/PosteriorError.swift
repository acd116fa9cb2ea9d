internal import Likelihoods

/// Why draws of a posterior, or a request about them, cannot be used.
public enum PosteriorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A number of things that belong to the draws does not fit.
  case count(what: String, expected: Int, found: Int)
  /// There are too few draws.
  case tooFewDraws(found: Int, needed: Int)
  /// A draw is NaN or infinite.
  case notFinite(parameter: String, draw: Int, value: Double)
  /// A weight is negative, NaN or infinite.
  case invalidWeight(draw: Int, value: Double)
  /// All weights are zero.
  case noWeight
  /// No draw satisfies the conditions.
  case noDrawSatisfies(conditions: [String], draws: Int)
  /// The prior that the draws come from is not known for a parameter.
  case unknownPrior(parameter: String, reason: String)
  /// The model expects a negative count at a draw, so that it cannot generate data there.
  case noData(draw: Int)
  /// The new prior vanishes at all draws.
  case disjointPrior(parameters: [String])

  public var description: String {
    switch self {
    case .count(let what, let expected, let found):
      "number of \(what): expected \(expected), found \(found)"
    case .tooFewDraws(let found, let needed):
      "there are \(found) draws; at least \(needed) are needed"
    case .notFinite(let parameter, let draw, let value):
      "parameter '\(parameter)', draw \(draw): expected a finite number, found \(value)"
    case .invalidWeight(let draw, let value):
      "weight of draw \(draw): expected a finite number >= 0, found \(value)"
    case .noWeight: "expected a draw of positive weight, found none"
    case .noDrawSatisfies(let conditions, let draws):
      "none of the \(draws) draws satisfies "
        + conditions.map { "'\($0)'" }.joined(separator: " and ")
    case .unknownPrior(let parameter, let reason):
      "the prior of '\(parameter)' that the draws come from is not known: \(reason)"
    case .noData(let draw):
      "the model expects a negative count at draw \(draw), so that it cannot generate data there; "
        + "are these draws of this likelihood?"
    case .disjointPrior(let parameters):
      "the new prior of \(parameters.joined(separator: ", ")) vanishes at all draws"
    }
  }
}

extension [String] {
  /// The position of a parameter.
  ///
  /// - Throws: `ParameterError.unknownName`.
  func position(of name: String) throws -> Int {
    guard let index = firstIndex(of: name) else { throw ParameterError.unknownName(name, self) }
    return index
  }
}
