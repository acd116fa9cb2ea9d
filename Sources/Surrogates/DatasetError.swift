/// What can be wrong with a data set.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// There are no points.
  case empty
  /// A column or table, named, has another length than the points.
  case length(String, expected: Int, found: Int)
  /// A number of a point, named, is NaN or infinite.
  case notFinite(String, row: Int, value: Double)
  /// A point has the number of a sample that has no name.
  case unknownSample
  /// Fractions for validation and test that leave no training points, or are negative.
  case fractions(Double, Double)
  /// The names of the parameters are others, or in another order.
  case differentParameters(expected: [String], found: [String])
  /// There are too few points of a role.
  case tooFew(Split.Role, needed: Int, found: Int)
  /// All training points have one log-posterior.
  case constantTarget(Double)
  /// The training points lie in a plane, so that they have no inverse covariance; with the
  /// parameters that have one value alone.
  case singularCovariance(constant: [String])
  /// Counts and log-posteriors whose fit has no maximum.
  case noMaximum
  /// A recipe that learns counts, and no counts of the points.
  case noCounts
  /// More points for validation than for training.
  case moreValidation(Int, training: Int)
  /// A component of a mixture with an impossible fraction.
  case mixtureFraction(Double)
  /// Components of a mixture that belong to different priors.
  case differentPriors
  /// A component of a mixture has too few points; `possible` is the largest mixture there is.
  case tooFewToMix(samples: [String], needed: Int, found: Int, possible: Int)

  public var description: String {
    switch self {
    case .empty: return "the data set has no points"
    case .length(let what, let expected, let found):
      return "the data set has \(found) \(what), expected \(expected)"
    case .notFinite(let what, let row, let value):
      return "the \(what) of point \(row) is \(value), expected a finite number"
    case .unknownSample: return "a point belongs to a sample without a name"
    case .fractions(let validation, let test):
      return "fractions \(validation) for validation and \(test) for test leave nothing to train "
        + "on; expected two non-negative numbers with a sum below 1"
    case .differentParameters(let expected, let found):
      return Self.difference(found, from: expected)
    case .tooFew(let role, let needed, let found):
      return "the data set has \(found) \(role) points, at least \(needed) are needed"
    case .constantTarget(let value):
      return "all training points have the same log-posterior \(value): there is nothing to learn"
    case .singularCovariance(let constant):
      let reason =
        constant.isEmpty
        ? "some parameters are linear functions of others"
        : Self.list(constant) + (constant.count == 1 ? " has" : " have") + " one value alone"
      return "the covariance of the training points is singular: \(reason)"
    case .noMaximum:
      return "a fit of the counts and the log-posteriors of the training points has no maximum; "
        + "expected the counts of the likelihood that the log-posteriors are of"
    case .noCounts:
      return "the recipe learns the counts of the likelihood, and those at the points are not given"
    case .moreValidation(let found, let training):
      return "the data set has \(found) validation points, expected at most as many as the "
        + "\(training) training points"
    case .mixtureFraction(let fraction):
      return "the fraction of a data set in a mixture is \(fraction), expected a positive number"
    case .differentPriors:
      return "the data sets come with different priors, so that their log-posteriors are those of "
        + "different densities; expected data sets of one likelihood and prior"
    case .tooFewToMix(let samples, let needed, let found, let possible):
      return "the data set of \(samples.joined(separator: ", ")) has \(found) points, the mixture "
        + "needs \(needed) of them; at most \(possible) points in all are possible"
    }
  }

  /// The numbers of parameters and the first place where two lists of them part.
  private static func difference(_ found: [String], from expected: [String]) -> String {
    let first = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
    let place = first ?? min(found.count, expected.count)
    func name(_ names: [String]) -> String {
      place < names.count ? "'\(names[place])'" : "none"
    }
    return "the data set has \(found.count) parameters, expected \(expected.count); the first that "
      + "differs is number \(place + 1): \(name(found)), expected \(name(expected))"
  }

  /// Parameters in words; a few by name.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    return "\(names.count == 1 ? "parameter" : "parameters") \(shown)"
      + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}
