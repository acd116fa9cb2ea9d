extension JSONParser {
  /// The string at the current place, which is its opening quote.
  mutating func string() throws(JSONSyntaxError) -> String {
    let start = place + 1
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
          throw failure(expected: "UTF-8", found: "other bytes in a string")
        }
        place = end + 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
      if byte < 0x20 {
        throw failure(expected: "'\"' or a character of the string", at: end)
      }
      end += 1
    }
    throw failure(expected: "a closing '\"' of the string", found: "the end of the text")
  }

  private mutating func stringWithEscapes(from start: Int) throws(JSONSyntaxError) -> String {
    let opening = place
    var text: [UInt8] = []
    place = start
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure(expected: "UTF-8", found: "other bytes in a string", at: opening)
        }
        place += 1
        return string
      }
      if byte < 0x20 { throw failure(expected: "'\"' or a character of the string") }
      place += 1
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: String(try escape()).utf8)
      } else {
        text.append(byte)
      }
    }
    throw failure(
      expected: "a closing '\"' of the string", found: "the end of the text", at: opening)
  }

  /// The character of an escape sequence, from behind its backslash.
  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let letter = current
    place += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      throw failure(
        expected: "one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: place - 1)
    }
  }

  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let start = place - 2
    let unit = try hexadecimalUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A character beyond U+FFFF is written as two surrogates.
    if unit < 0xDC00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
      bytes[place + 1] == UInt8(ascii: "u")
    {
      place += 2
      let low = try hexadecimalUnit()
      if low >= 0xDC00 && low <= 0xDFFF,
        let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw failure(expected: "a pair of surrogates", found: "half of one", at: start)
  }

  private mutating func hexadecimalUnit() throws(JSONSyntaxError) -> UInt32 {
    let digits = bytes[place..<min(place + 4, bytes.count)]
    var value: UInt32 = 0
    for digit in digits {
      guard let digit = Character(Unicode.Scalar(digit)).hexDigitValue else { break }
      value = value << 4 + UInt32(digit)
      place += 1
    }
    guard place == digits.endIndex, digits.count == 4 else {
      throw failure(expected: "four hexadecimal digits after \\u")
    }
    return value
  }
}
