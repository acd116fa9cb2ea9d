/// A value written as in Python, which is the header of a `.npy` file.
indirect enum PythonLiteral: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case truth(Bool)
  case none
  /// A tuple or a list.
  case sequence([PythonLiteral])
  case dictionary([String: PythonLiteral])

  /// Reads a literal that is the whole text; `nil` if it is none.
  init?(_ text: String) {
    var parser = Parser(rest: Substring(text))
    guard let value = parser.value(depth: 0) else { return nil }
    parser.skipBlanks()
    guard parser.rest.isEmpty else { return nil }
    self = value
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  var truth: Bool? { if case .truth(let value) = self { value } else { nil } }
  var sequence: [PythonLiteral]? { if case .sequence(let values) = self { values } else { nil } }

  /// All integers of a tuple; `nil` if it holds anything else.
  var integers: [Int]? {
    guard let sequence else { return nil }
    let values = sequence.compactMap(\.integer)
    return values.count == sequence.count ? values : nil
  }
}

/// Takes one literal after the other off a text.
private struct Parser {
  var rest: Substring

  mutating func skipBlanks() { rest = rest.drop { $0.isWhitespace } }

  mutating func value(depth: Int) -> PythonLiteral? {
    skipBlanks()
    // Nothing that NumPy writes is nested deeply; a damaged header must not exhaust the stack.
    guard depth < 16, let first = rest.first else { return nil }
    switch first {
    case "'", "\"": return string().map { .text($0) }
    case "(": return sequence(until: ")", depth)
    case "[": return sequence(until: "]", depth)
    case "{": return dictionary(depth)
    default: return word()
    }
  }

  private mutating func string() -> String? {
    let quote = rest.removeFirst()
    var text = ""
    while let character = rest.popFirst() {
      if character == quote { return text }
      if character == "\\" {
        guard let escaped = rest.popFirst(), "'\"\\".contains(escaped) else { return nil }
        text.append(escaped)
      } else {
        text.append(character)
      }
    }
    return nil
  }

  private mutating func word() -> PythonLiteral? {
    let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "+" }
    rest = rest.dropFirst(word.count)
    switch word {
    case "True": return .truth(true)
    case "False": return .truth(false)
    case "None": return PythonLiteral.none
    default: return Int(word.hasSuffix("L") ? word.dropLast() : word).map { .integer($0) }
    }
  }

  private mutating func sequence(until end: Character, _ depth: Int) -> PythonLiteral? {
    rest.removeFirst()
    var values: [PythonLiteral] = []
    while true {
      skipBlanks()
      if rest.first == end { break }
      guard let value = value(depth: depth + 1) else { return nil }
      values.append(value)
      guard skipComma(before: end) else { return nil }
    }
    rest.removeFirst()
    return .sequence(values)
  }

  private mutating func dictionary(_ depth: Int) -> PythonLiteral? {
    rest.removeFirst()
    var values: [String: PythonLiteral] = [:]
    while true {
      skipBlanks()
      if rest.first == "}" { break }
      guard case .text(let key) = value(depth: depth + 1) else { return nil }
      skipBlanks()
      guard rest.popFirst() == ":", let value = value(depth: depth + 1) else { return nil }
      values[key] = value
      guard skipComma(before: "}") else { return nil }
    }
    rest.removeFirst()
    return .dictionary(values)
  }

  private mutating func skipComma(before end: Character) -> Bool {
    skipBlanks()
    if rest.first == "," {
      rest.removeFirst()
      return true
    }
    return rest.first == end
  }
}
