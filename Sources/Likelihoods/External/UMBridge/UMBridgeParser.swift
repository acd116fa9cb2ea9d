/// Reads one value of the UM-Bridge protocol.
///
/// The grammar is JSON's (RFC 8259) and, for numbers, also `NaN`, `Infinity` and `-Infinity`, as
/// Python's `json` writes them, and `nan`, `inf` and `-inf`, as the server of the Python package
/// `umbridge` does. Nothing else is let through.
struct UMBridgeParser {
  /// What is not allowed, with its place in bytes.
  struct Problem: Error, Equatable {
    let offset: Int
    let expected: String
  }

  private let bytes: [UInt8]
  private var position = 0
  /// Deeper nesting is refused, so that no answer can exhaust the stack.
  private static let deepest = 64

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value that `bytes` hold, with nothing after it.
  static func parse(_ bytes: [UInt8]) throws(Problem) -> UMBridgeValue {
    var parser = UMBridgeParser(bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.problem("the end of the text") }
    return value
  }

  private func problem(_ expected: String) -> Problem {
    Problem(offset: position, expected: expected)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func skip(_ character: Character) -> Bool {
    skipSpace()
    guard let byte = character.asciiValue, current == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) -> UMBridgeValue {
    guard depth < Self.deepest else { throw problem("less nesting") }
    skipSpace()
    if skip("[") { return try array(depth: depth) }
    if skip("{") { return try object(depth: depth) }
    if current == UInt8(ascii: "\"") { return .string(try string()) }
    for (word, value) in Self.words where skipWord(word) { return value }
    return try number()
  }

  private static let words: [(String, UMBridgeValue)] = [
    ("null", .null), ("true", .bool(true)), ("false", .bool(false)),
    ("NaN", .number(.nan)), ("nan", .number(.nan)), ("-nan", .number(.nan)),
    ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
    ("inf", .number(.infinity)), ("-inf", .number(-.infinity)),
  ]

  private mutating func skipWord(_ word: String) -> Bool {
    let end = position + word.utf8.count
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.utf8) else {
      return false
    }
    if end < bytes.count, Self.isLetterOrDigit(bytes[end]) { return false }
    position = end
    return true
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
    default: return false
    }
  }

  private mutating func array(depth: Int) throws(Problem) -> UMBridgeValue {
    var items: [UMBridgeValue] = []
    if skip("]") { return .array(items) }
    while true {
      items.append(try value(depth: depth + 1))
      if skip("]") { return .array(items) }
      guard skip(",") else { throw problem("',' or ']'") }
    }
  }

  private mutating func object(depth: Int) throws(Problem) -> UMBridgeValue {
    var members: [String: UMBridgeValue] = [:]
    if skip("}") { return .object(members) }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw problem("a key in double quotes") }
      let key = try string()
      guard skip(":") else { throw problem("':'") }
      guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
        throw problem("every key once, not '\(key)' again")
      }
      if skip("}") { return .object(members) }
      guard skip(",") else { throw problem("',' or '}'") }
    }
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    return position - start
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number() throws(Problem) -> UMBridgeValue {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    let first = current
    let whole = digits()
    guard whole == 1 || (whole > 1 && first != UInt8(ascii: "0")) else {
      position = start
      throw problem("a value")
    }
    if current == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { throw problem("digits") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard digits() > 0 else { throw problem("digits") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int(text), text != "-0" { return .integer(whole) }
    guard let value = Double(text), value.isFinite else {
      throw problem("a number that a double can hold")
    }
    return .number(value)
  }
}

extension UMBridgeParser {
  /// A text in double quotes.
  private mutating func string() throws(Problem) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw problem("UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content += String(try escaped()).utf8
      case 0..<0x20: throw problem("no control character in a text")
      default: content.append(byte)
      }
    }
    throw problem("'\"'")
  }

  private mutating func escaped() throws(Problem) -> Unicode.Scalar {
    guard let byte = current else { throw problem("an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw problem("an escape")
    }
  }

  private mutating func unicodeEscape() throws(Problem) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // Half of a surrogate pair: the other half has to follow.
    guard (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\") else {
      throw problem("a surrogate pair")
    }
    position += 1
    guard current == UInt8(ascii: "u") else { throw problem("a surrogate pair") }
    position += 1
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw problem("a surrogate pair") }
    return scalar
  }

  private mutating func fourHexDigits() throws(Problem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("four hexadecimal digits")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }
}
