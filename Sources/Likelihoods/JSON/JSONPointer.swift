/// A place in a JSON value (RFC 6901), such as `/channels/0/samples/-`.
public struct JSONPointer: Sendable, Equatable, CustomStringConvertible {
  /// Keys and indices from the root on, without escapes.
  public let tokens: [String]

  /// The pointer with the given keys and indices.
  public init(tokens: [String]) {
    self.tokens = tokens
  }

  /// Parses a pointer: empty for the whole value, else each token behind a `/`, with `~1` for `/`
  /// and `~0` for `~`; nil where `text` is not a pointer.
  public init?(_ text: String) {
    if text.isEmpty {
      self.init(tokens: [])
      return
    }
    var tokens: [[Unicode.Scalar]] = []
    var afterTilde = false
    for scalar in text.unicodeScalars {
      if afterTilde {
        guard scalar == "0" || scalar == "1" else { return nil }
        tokens[tokens.count - 1].append(scalar == "0" ? "~" : "/")
        afterTilde = false
      } else if scalar == "/" {
        tokens.append([])
      } else if tokens.isEmpty {
        return nil
      } else if scalar == "~" {
        afterTilde = true
      } else {
        tokens[tokens.count - 1].append(scalar)
      }
    }
    if afterTilde { return nil }
    self.init(tokens: tokens.map { String(String.UnicodeScalarView($0)) })
  }

  /// The pointer to a member or an element of the value.
  public func appending(_ token: String) -> JSONPointer {
    JSONPointer(tokens: tokens + [token])
  }

  /// Whether `other` lies inside the value at this pointer, not at it.
  public func contains(_ other: JSONPointer) -> Bool {
    other.tokens.count > tokens.count
      && zip(tokens, other.tokens).allSatisfy { $0.hasSameCodePoints(as: $1) }
  }

  /// The pointer with its escapes.
  public var description: String {
    tokens.map { token in
      var text = "/"
      for scalar in token.unicodeScalars {
        switch scalar {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.unicodeScalars.append(scalar)
        }
      }
      return text
    }.joined()
  }

  /// The index that a token stands for: digits without leading zeros.
  static func index(_ token: String) -> Int? {
    let digits = token.utf8
    guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
    else { return nil }
    return Int(token)
  }
}

extension JSONValue {
  /// The value at a pointer, nil where there is none.
  public subscript(pointer: JSONPointer) -> JSONValue? {
    var value = self
    for token in pointer.tokens {
      switch value {
      case .object(let object):
        guard let member = object[token] else { return nil }
        value = member
      case .array(let elements):
        guard let index = JSONPointer.index(token), index < elements.count else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}
