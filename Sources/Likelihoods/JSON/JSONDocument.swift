public import Foundation

/// A JSON value with the text it was read from, so that errors of its content can name the file
/// and the line.
public struct JSONDocument: Sendable {
  /// The value.
  public let root: JSONValue
  /// The file, nil where the text came from elsewhere.
  public let file: URL?
  /// The text, empty once the value is no longer that of the text.
  private let text: [UInt8]

  /// Parses a text in UTF-8.
  ///
  /// - Throws: ``JSONSyntaxError`` with line and column: NaN and Infinity, trailing commas,
  ///   text behind the value and nesting beyond 256 levels are refused.
  public init(parsing text: some Sequence<UInt8>, file: URL? = nil) throws(JSONSyntaxError) {
    let bytes = Array(text)
    self.init(root: try JSONParser.value(of: bytes), file: file, text: bytes)
  }

  /// Parses a text.
  ///
  /// - Throws: ``JSONSyntaxError``.
  public init(parsing text: String) throws(JSONSyntaxError) {
    try self.init(parsing: text.utf8)
  }

  /// A document that no text belongs to.
  public init(_ root: JSONValue) {
    self.init(root: root, file: nil, text: [])
  }

  private init(root: JSONValue, file: URL?, text: [UInt8]) {
    self.root = root
    self.file = file
    self.text = text
  }

  /// The document of the same file with another value; lines are no longer known.
  public func replacingRoot(with root: JSONValue) -> JSONDocument {
    JSONDocument(root: root, file: file, text: [])
  }

  /// The line on which the value at `pointer` starts, counted from 1; nil where it is not known
  /// or there is no such value.
  public func line(of pointer: JSONPointer) -> Int? {
    guard !text.isEmpty else { return nil }
    var parser = JSONParser(text)
    parser.skipSpace()
    do throws(JSONSyntaxError) {
      for token in pointer.tokens {
        guard try parser.step(into: token) else { return nil }
      }
    } catch {
      return nil
    }
    return parser.position(at: parser.place).line
  }
}

extension JSONParser {
  /// Steps from the start of an array or object to the start of one of its values; of a repeated
  /// key to the first.
  fileprivate mutating func step(into token: String) throws(JSONSyntaxError) -> Bool {
    let isObject = current == UInt8(ascii: "{")
    guard isObject || current == UInt8(ascii: "[") else { return false }
    let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    try enter()
    if current == end { return false }
    var index = 0
    repeat {
      if isObject {
        if try key().hasSameCodePoints(as: token) { return true }
      } else if String(index) == token {
        return true
      }
      index += 1
      _ = try value()
    } while try another(before: end, "',' or the end")
    return false
  }
}
