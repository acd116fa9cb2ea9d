extension JSONParser {
  /// The line and the column of a place, both from 1; columns count characters.
  func position(at place: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in bytes[..<place] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }

  /// An error at the current place, or at another.
  func failure(
    expected: String, found: String? = nil, at other: Int? = nil
  ) -> JSONSyntaxError {
    let position = position(at: other ?? place)
    return JSONSyntaxError(
      line: position.line, column: position.column, expected: expected,
      found: found ?? token(at: other ?? place))
  }

  /// What stands at a place, in words.
  private func token(at place: Int) -> String {
    guard place < bytes.count else { return "the end of the text" }
    let rest = bytes[place...]
    let word = rest.prefix(24).prefix {
      ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z"))
        || ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".")
    }
    let text = String(decoding: word, as: UTF8.self)
    if ["nan", "inf", "infinity"].contains(text.drop { $0 == "-" || $0 == "+" }.lowercased()) {
      return "\(text), which JSON does not have (numbers are finite)"
    }
    if !text.isEmpty { return "'\(text)'" }
    if rest[place] < 0x20 { return "the control character \(rest[place])" }
    // One whole character, or as much of it as there is.
    return "'\(String(decoding: rest.prefix(4), as: UTF8.self).prefix(1))'"
  }
}
