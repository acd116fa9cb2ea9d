extension JSONParser {
  /// Powers of ten that are exact in double precision.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The number at the current place.
  mutating func number() throws(JSONSyntaxError) -> JSONNumber {
    let start = place
    let isNegative = current == UInt8(ascii: "-")
    if isNegative { place += 1 }
    // The first 19 digits fit in 64 bits.
    var mantissa: UInt64 = 0
    let integerStart = place
    digits(into: &mantissa)
    guard place > integerStart else {
      place = start
      throw failure(expected: isNegative ? "a digit after '-'" : "a number")
    }
    if bytes[integerStart] == UInt8(ascii: "0") && place - integerStart > 1 {
      place = start
      throw failure(expected: "a number without leading zeros")
    }
    var digitCount = place - integerStart
    guard let next = fractionOrExponent else {
      if digitCount < 19 { return .integer(isNegative ? -Int(mantissa) : Int(mantissa)) }
      let text = String(decoding: bytes[start..<place], as: UTF8.self)
      return Int(text).map { .integer($0) } ?? .largeInteger(text)
    }
    var exponent = 0
    if next == UInt8(ascii: ".") {
      place += 1
      let fractionStart = place
      digits(into: &mantissa)
      guard place > fractionStart else { throw failure(expected: "a digit after '.'") }
      digitCount += place - fractionStart
      exponent = fractionStart - place
    }
    if current | 0x20 == UInt8(ascii: "e") {
      place += 1
      exponent += try exponentValue()
    }
    if digitCount <= 19 && mantissa <= 1 << 53 && abs(exponent) <= 22 {
      // Both factors are exact, so the one rounding is the right one.
      let power = Self.exactPowers[abs(exponent)]
      let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return .decimal(isNegative ? -magnitude : magnitude)
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      place = start
      throw failure(expected: "a number within the range of double precision")
    }
    return .decimal(value)
  }

  private var fractionOrExponent: UInt8? {
    switch current {
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): current
    default: nil
    }
  }

  @inline(__always)
  private mutating func digits(into mantissa: inout UInt64) {
    while place < bytes.count {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit < 10 else { return }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      place += 1
    }
  }

  private mutating func exponentValue() throws(JSONSyntaxError) -> Int {
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { place += 1 }
    let start = place
    var value = 0
    while place < bytes.count {
      let digit = bytes[place] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = min(value * 10 + Int(digit), 1_000_000)
      place += 1
    }
    guard place > start else { throw failure(expected: "a digit of the exponent") }
    return isNegative ? -value : value
  }
}
