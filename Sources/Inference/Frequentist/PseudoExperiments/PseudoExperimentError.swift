/// What prevents pseudo-experiments, or the use of their results.
public enum PseudoExperimentError: Error, CustomStringConvertible {
  /// A study that cannot be made.
  case configuration(String)
  /// The model has no data set at a generating point: an expected count is negative.
  case noData(parameter: String, value: Double, draws: Int)
  /// The nuisance parameters have no distribution from which they could be drawn.
  case noNuisanceDistribution
  /// Draws of nuisance parameters that do not fit the model.
  case draws(String)
  /// Results of different studies.
  case different(what: String, first: String, second: String)
  /// The same toys twice.
  case overlap(parameter: String, point: PseudoExperiments.Point, toys: ClosedRange<Int>)
  /// A file that is none of pseudo-experiments, or a damaged one.
  case file(path: String, line: Int, expected: String, found: String)
  /// A file that is there already, or in use.
  case occupied(path: String, reason: String)
  /// Results that lack what is asked of them.
  case missing(String)

  public var description: String {
    switch self {
    case .configuration(let reason): return "pseudo-experiments: \(reason)"
    case .noData(let name, let value, let draws):
      return "no data can be generated at \(name) = \(value): an expected count is negative"
        + (draws > 1 ? " at each of \(draws) draws of the nuisance parameters" : "")
    case .noNuisanceDistribution:
      return "the nuisance parameters have no proper prior to be drawn from; choose the profile "
        + "construction, or give draws of the posterior"
    case .draws(let reason): return "the draws of nuisance parameters: \(reason)"
    case .different(let what, let first, let second):
      return "the pseudo-experiments belong to different studies: \(what) is \(first) in the one "
        + "and \(second) in the other"
    case .overlap(let name, let point, let toys):
      let value =
        point.generated == point.tested
        ? "\(point.tested)" : "\(point.tested) (generated at \(point.generated))"
      return "the toys \(toys.lowerBound) to \(toys.upperBound) of \(name) = \(value) appear in "
        + "both files; give each run its own range with the number of its first toy"
    case .file(let path, let line, let expected, let found):
      return "\(path), line \(line): expected \(expected), found \(found)"
    case .occupied(let path, let reason): return "\(path): \(reason)"
    case .missing(let what): return "the pseudo-experiments have no \(what)"
    }
  }
}
