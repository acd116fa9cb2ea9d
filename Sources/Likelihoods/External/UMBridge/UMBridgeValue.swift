/// A value of the UM-Bridge protocol: JSON, with infinities and NaN among the numbers.
public enum UMBridgeValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent.
  case integer(Int)
  case number(Double)
  case string(String)
  case array([UMBridgeValue])
  case object([String: UMBridgeValue])

  /// The number, if it is one.
  var number: Double? {
    switch self {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    default: return nil
    }
  }

  /// The numbers, if it is an array of numbers alone.
  var numbers: [Double]? {
    guard case .array(let items) = self else { return nil }
    let result = items.compactMap(\.number)
    return result.count == items.count ? result : nil
  }

  /// The value of a key, if it is an object that has the key.
  subscript(key: String) -> UMBridgeValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  /// The value as JSON on one line, keys sorted.
  public var text: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .number(let value):
      if value.isNaN { return "NaN" }
      if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
      return "\(value)"
    case .string(let value): return Self.quoted(value)
    case .array(let items): return "[" + items.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      let parts = members.sorted { $0.key < $1.key }
        .map { Self.quoted($0.key) + ": " + $0.value.text }
      return "{" + parts.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension UMBridgeValue: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
}
