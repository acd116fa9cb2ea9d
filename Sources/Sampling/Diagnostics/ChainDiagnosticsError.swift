/// Why chains cannot be diagnosed.
public enum ChainDiagnosticsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are no chains.
  case noChains
  /// A chain has another number of draws than the first.
  case unequalLengths(chain: Int, expected: Int, found: Int)
  /// The chains are too short.
  case tooFewDraws(found: Int, needed: Int)
  /// There are too few chains.
  case tooFewChains(found: Int, needed: Int)
  /// A draw is NaN or infinite.
  case notFinite(chain: Int, draw: Int, value: Double)
  /// A chain has no such column.
  case noSuchColumn(Int, chain: Int, columns: Int)
  /// The number of names is not the number of parameters.
  case wrongNumberOfNames(found: Int, expected: Int)
  /// A probability outside (0, 1).
  case invalidProbability(Double)
  /// A parameter cannot be diagnosed, for the reason given.
  indirect case parameter(String, ChainDiagnosticsError)

  /// One sentence with what was found and what was expected.
  public var description: String {
    switch self {
    case .noChains: "there are no chains; at least one is needed"
    case .unequalLengths(let chain, let expected, let found):
      "chain \(chain) has \(found) draws; expected \(expected) as in chain 0"
    case .tooFewDraws(let found, let needed):
      "the chains have \(found) draws; at least \(needed) are needed"
    case .tooFewChains(let found, let needed):
      "there are \(found) chains; at least \(needed) are needed"
    case .notFinite(let chain, let draw, let value):
      "draw \(draw) of chain \(chain) is \(value); a finite number is expected"
    case .noSuchColumn(let column, let chain, let columns):
      "chain \(chain) has \(columns) columns; column \(column) was asked for"
    case .wrongNumberOfNames(let found, let expected):
      "there are \(found) parameter names; expected \(expected), one for each column"
    case .invalidProbability(let value):
      "the probability is \(value); a number in (0, 1) is expected"
    case .parameter(let name, let reason):
      "parameter \(name): \(reason.description)"
    }
  }
}
