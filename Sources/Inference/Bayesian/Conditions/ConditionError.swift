/// Why the text of a condition cannot be understood.
public struct ConditionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// Where it stops making sense: the number of the character, from 1.
  public let position: Int
  /// What was expected there.
  public let expected: String
  /// What was found.
  public let found: String

  public var description: String {
    "condition '\(text)', character \(position): expected \(expected), found \(found)"
  }
}
