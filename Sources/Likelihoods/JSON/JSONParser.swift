/// A strict parser of JSON texts (RFC 8259): no comments, no trailing commas, no NaN, UTF-8 only.
struct JSONParser {
  /// Arrays and objects inside each other; more than any workspace has, and little enough for
  /// the stack of any thread.
  static let deepestNesting = 256

  let bytes: [UInt8]
  var place = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The value of the whole text.
  static func value(of bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    var parser = JSONParser(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw parser.failure(expected: "UTF-8 without a byte order mark", found: "a byte order mark")
    }
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    guard parser.place == bytes.count else {
      throw parser.failure(expected: "the end of the text")
    }
    return value
  }

  /// The byte at the current place, 0 at the end (which no JSON token starts with).
  @inline(__always)
  var current: UInt8 { place < bytes.count ? bytes[place] : 0 }

  @inline(__always)
  mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x0A, 0x0D, 0x09: place += 1
      default: return
      }
    }
  }

  /// The value that starts at the current place.
  mutating func value() throws(JSONSyntaxError) -> JSONValue {
    switch current {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    case UInt8(ascii: "n") where skip("null"): return .null
    case UInt8(ascii: "t") where skip("true"): return .boolean(true)
    case UInt8(ascii: "f") where skip("false"): return .boolean(false)
    default: throw failure(expected: "a value")
    }
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONObject {
    var object = JSONObject()
    try enter()
    if current == UInt8(ascii: "}") {
      leave()
      return object
    }
    while true {
      let key = try key()
      object.append(key, try value())
      guard try another(before: UInt8(ascii: "}"), "',' or '}'") else { return object }
    }
  }

  private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
    var elements: [JSONValue] = []
    try enter()
    if current == UInt8(ascii: "]") {
      leave()
      return elements
    }
    while true {
      elements.append(try value())
      guard try another(before: UInt8(ascii: "]"), "',' or ']'") else { return elements }
    }
  }

  /// A key with its colon; ends before the value.
  mutating func key() throws(JSONSyntaxError) -> String {
    guard current == UInt8(ascii: "\"") else {
      throw failure(expected: "a key in double quotes")
    }
    let key = try string()
    skipSpace()
    guard current == UInt8(ascii: ":") else {
      throw failure(expected: "':' after the key '\(key)'")
    }
    place += 1
    skipSpace()
    return key
  }

  /// Steps behind the opening bracket.
  mutating func enter() throws(JSONSyntaxError) {
    guard depth < Self.deepestNesting else {
      throw failure(
        expected: "at most \(Self.deepestNesting) arrays and objects inside each other",
        found: "one more")
    }
    depth += 1
    place += 1
    skipSpace()
  }

  private mutating func leave() {
    depth -= 1
    place += 1
  }

  /// Steps behind a comma (true, at the next element) or the closing bracket (false).
  mutating func another(
    before end: UInt8, _ expected: @autoclosure () -> String
  ) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    if current == UInt8(ascii: ",") {
      place += 1
      skipSpace()
      return true
    }
    guard current == end else { throw failure(expected: expected()) }
    leave()
    return false
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard place + length <= bytes.count else { return false }
    let matches = word.withUTF8Buffer { bytes[place..<place + length].elementsEqual($0) }
    if matches { place += length }
    return matches
  }
}
