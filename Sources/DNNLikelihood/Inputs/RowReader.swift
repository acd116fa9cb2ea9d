internal import Foundation

/// Reads the numbers of one row of a text.
struct RowReader: Sendable {
  let split: FieldSplitter
  /// For every column of the file whether it is read.
  let isKept: [Bool]
  /// Whether the columns have names.
  let isNamed: Bool
  /// Names of all columns.
  let header: [String]

  private static let comma = UInt8(ascii: ",")

  /// Reads plain numbers; false if anything else is in the row, for the patient reader to judge.
  func readQuickly(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
    into target: UnsafeMutableBufferPointer<Double>
  ) -> Bool {
    // The end of a field: the separator; for blanks, a space or a tab.
    let (end, other): (UInt8, UInt8)
    switch split.separator {
    case .character(let byte): (end, other) = (byte, byte)
    case .blanks: (end, other) = (0x20, 0x09)
    }
    let last = isKept.count - 1
    var position = range.lowerBound
    var k = 0
    for (column, isKept) in isKept.enumerated() {
      while position < range.upperBound, bytes[position] == 0x20 || bytes[position] == other,
        bytes[position] != end || end == 0x20
      { position += 1 }
      var stop = position
      while stop < range.upperBound, bytes[stop] != end, bytes[stop] != other {
        if bytes[stop] == UInt8(ascii: "\"") { return false }
        stop += 1
      }
      guard stop < range.upperBound || column == last else { return false }
      if isKept {
        guard let value = DecimalNumber.parse(bytes, position..<stop) else { return false }
        target.initializeElement(at: k, to: value)
        k += 1
      }
      position = stop + 1
    }
    return position > range.upperBound
  }

  /// Reads any row that can be read.
  ///
  /// - Throws: ``InputError`` naming line and column.
  func readPatiently(
    _ line: some Collection<UInt8>, _ place: String, _ url: URL,
    into target: UnsafeMutableBufferPointer<Double>
  ) throws(InputError) {
    let fields = try split.fields(line, url)
    guard fields.count == header.count else {
      throw InputError.malformed(
        url, place: place, expected: "\(header.count) columns", found: "\(fields.count)")
    }
    var k = 0
    for (column, field) in fields.enumerated() where isKept[column] {
      guard let value = field.isEmpty ? .nan : FieldNumber.parse(field) else {
        let name = isNamed ? "'\(header[column])'" : "\(column + 1)"
        throw InputError.malformed(
          url, place: "\(place), column \(name)", expected: "a number",
          found: "'\(field.prefix(60))'")
      }
      target.initializeElement(at: k, to: value)
      k += 1
    }
  }
}

/// A decimal number in a text, read fast and rounded correctly.
enum DecimalNumber {
  /// The number that all bytes of a field stand for; `nil` if they are not plainly one.
  ///
  /// A mantissa below 2^53 and a power of ten up to 22 are exact as doubles, so that one
  /// multiplication or division rounds correctly (Clinger, PLDI 1990, doi:10.1145/93542.93557);
  /// everything else is left to `strtod`.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double? {
    var position = range.lowerBound
    var end = range.upperBound
    while end > position, bytes[end - 1] == 0x20 { end -= 1 }
    guard position < end else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    var mantissa: UInt64 = 0
    var (seen, digits, power) = (0, 0, 0)
    var isFraction = false
    while position < end {
      let digit = bytes[position] &- UInt8(ascii: "0")
      if digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        seen += 1
        if mantissa > 0 { digits += 1 }
        if isFraction { power -= 1 }
      } else if bytes[position] == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else {
        break
      }
      position += 1
    }
    if position < end {
      guard let exponent = exponent(bytes, position..<end) else { return slow(bytes, range) }
      power += exponent
    }
    if seen > 0, digits == 0 { return isNegative ? -0.0 : 0 }
    guard seen > 0, digits < 19, mantissa <= 1 << 53, abs(power) <= 22 else {
      return slow(bytes, range)
    }
    let value = Double(mantissa)
    let result = power < 0 ? value / powers[-power] : value * powers[power]
    return isNegative ? -result : result
  }

  private static func exponent(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) -> Int? {
    var position = range.lowerBound
    guard bytes[position] | 0x20 == UInt8(ascii: "e"), range.count > 1, range.count < 7 else {
      return nil
    }
    position += 1
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    guard position < range.upperBound else { return nil }
    var value = 0
    while position < range.upperBound {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
      position += 1
    }
    return isNegative ? -value : value
  }

  /// The powers of ten that a double holds exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private static func slow(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double? {
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1] == 0x20 { end -= 1 }
    let field = range.lowerBound..<end
    // strtod skips white space and reads on behind the field: it gets a copy of its own.
    guard let first = field.first, bytes[first] > 0x20, field.count < 100 else { return nil }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: field.count + 1) { text in
      for (k, position) in field.enumerated() {
        text.initializeElement(at: k, to: CChar(bitPattern: bytes[position]))
      }
      text.initializeElement(at: field.count, to: 0)
      guard let start = text.baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      return end == start + field.count ? value : nil
    }
  }
}
