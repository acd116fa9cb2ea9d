/// What can be wrong with a data set.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  case empty
  case length(String, expected: Int, found: Int)
  case notFinite(String, row: Int, value: Double)
  case unknownSample
  case fractions(Double, Double)
  case differentParameters(expected: [String], found: [String])
  case tooFew(Split.Role, needed: Int, found: Int)
  case constantTarget(Double)
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
      return "the data set has parameters \(found.prefix(5)) …, expected \(expected.prefix(5)) …"
    case .tooFew(let role, let needed, let found):
      return "the data set has \(found) \(role) points, at least \(needed) are needed"
    case .constantTarget(let value):
      return "all training points have the same log-posterior \(value): there is nothing to learn"
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
}
