/// Which operation of a patch is not valid or cannot be done, and why.
public struct JSONPatchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Index of the operation, from 0; nil where the patch as a whole is wrong.
  public let operation: Int?
  /// Its name, such as `replace`, where known.
  public let name: String?
  /// Its path, where known.
  public let path: JSONPointer?
  /// What the operation needs.
  public let expected: String
  /// What there is.
  public let found: String

  /// The operation, such as `operation 3 (replace /channels/0/name)`.
  public var place: String {
    guard let operation else { return "patch" }
    guard let name else { return "operation \(operation)" }
    return "operation \(operation) (\(name)\(path.map { " '\($0)'" } ?? ""))"
  }

  /// The operation, what was expected and what was found.
  public var description: String { "\(place): expected \(expected), found \(found)" }
}
