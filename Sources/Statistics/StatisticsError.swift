/// Why a sample or a request about it cannot be used.
public enum StatisticsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are no points.
  case emptySample
  /// A value is NaN.
  case notANumber(index: Int)
  /// A weight is negative, NaN or infinite.
  case invalidWeight(index: Int, value: Double)
  /// All weights are zero.
  case zeroTotalWeight
  /// Two arrays that belong together have different lengths.
  case lengthMismatch(what: String, expected: Int, found: Int)
  /// A probability outside its range.
  case invalidProbability(Double, expected: String)
  /// Any other argument outside its range.
  case invalidArgument(name: String, value: String, expected: String)

  /// One sentence with what was found and what was expected.
  public var description: String {
    switch self {
    case .emptySample:
      "the sample is empty; at least one point is needed"
    case .notANumber(let index):
      "value \(index) of the sample is NaN; numbers are expected"
    case .invalidWeight(let index, let value):
      "weight \(index) of the sample is \(value); finite weights >= 0 are expected"
    case .zeroTotalWeight:
      "all weights of the sample are zero; a positive sum is expected"
    case .lengthMismatch(let what, let expected, let found):
      "\(what): found \(found), expected \(expected)"
    case .invalidProbability(let value, let expected):
      "the probability is \(value); expected \(expected)"
    case .invalidArgument(let name, let value, let expected):
      "\(name) is \(value); expected \(expected)"
    }
  }
}
