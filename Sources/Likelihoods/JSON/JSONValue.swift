/// A JSON value (RFC 8259) which keeps what `Double` and dictionaries lose: whether a number was
/// written as an integer, and the order of keys.
///
/// Equality is that of RFC 6902, section 4.6: numbers by value (`1` equals `1.0`), strings by
/// code points, objects without regard to the order of their keys.
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A finite number.
  case number(JSONNumber)
  /// A text.
  case string(String)
  /// Values in their order.
  case array([JSONValue])
  /// Values by their keys.
  case object(JSONObject)
}

extension JSONValue: Equatable {
  /// Equality of RFC 6902, section 4.6.
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.hasSameCodePoints(as: right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension JSONValue {
  /// A short description for messages, such as `the string 'mu'` or `an array of 3 elements`.
  public var summary: String {
    switch self {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .number(let value): "the number \(value)"
    case .string(let value):
      "the string '\(value.count > 40 ? value.prefix(40) + "…" : value[...])'"
    case .array(let elements):
      switch elements.count {
      case 0: "an empty array"
      case 1: "an array of 1 element"
      default: "an array of \(elements.count) elements"
      }
    case .object(let object):
      object.isEmpty
        ? "an empty object" : "an object with the keys \(messageList(object.keys))"
    }
  }
}

/// The first dozen of `names` for a message.
func messageList(_ names: some Collection<String>) -> String {
  names.isEmpty
    ? "none" : names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
}

extension String {
  /// Equality by code points, as JSON means it; `==` also equates the composed and the
  /// decomposed form of a letter.
  func hasSameCodePoints(as other: String) -> Bool {
    self == other && utf8.elementsEqual(other.utf8)
  }

  /// Order by code points (the order of the UTF-8 bytes is the same).
  func precedesByCodePoints(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
