/// Where and why a text is not JSON.
public struct JSONSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Line of the text, counted from 1.
  public let line: Int
  /// Character of the line, counted from 1.
  public let column: Int
  /// What JSON allows there.
  public let expected: String
  /// What stands there.
  public let found: String

  /// Line, column, what was expected and what was found.
  public var description: String {
    "line \(line), column \(column): expected \(expected), found \(found)"
  }
}
