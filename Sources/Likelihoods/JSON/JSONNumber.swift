/// A number of a JSON text; integers stay integers, whatever their size.
public enum JSONNumber: Sendable {
  /// An integer.
  case integer(Int)
  /// An integer beyond the range of `Int`, digits as written.
  case largeInteger(String)
  /// A number with a fraction or an exponent; finite.
  case decimal(Double)

  /// The value in double precision; infinite only for an integer beyond its range.
  public var doubleValue: Double {
    switch self {
    case .integer(let value): Double(value)
    case .largeInteger(let digits): Double(digits) ?? .infinity
    case .decimal(let value): value
    }
  }
}

extension JSONNumber: Equatable {
  /// Equality by value.
  public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left == right
    case (.largeInteger(let left), .largeInteger(let right)): left == right
    case (.decimal(let left), .decimal(let right)): left == right
    case (.integer(let integer), .decimal(let value)), (.decimal(let value), .integer(let integer)):
      Int(exactly: value) == integer
    case (.largeInteger(let digits), .decimal(let value)),
      (.decimal(let value), .largeInteger(let digits)):
      Double(digits) == value
    default: false
    }
  }
}

extension JSONNumber: CustomStringConvertible {
  /// The number as Python prints it: integers as they stand, other numbers with the fewest
  /// digits that give the same double, always with `.0` or an exponent.
  public var description: String {
    switch self {
    case .integer(let value): String(value)
    case .largeInteger(let digits): digits
    case .decimal(let value): Self.pythonText(of: value)
    }
  }

  /// Fixed notation from 1e-4 to below 1e16, otherwise an exponent of at least two digits.
  static func pythonText(of value: Double) -> String {
    let magnitude = value.magnitude
    let plain = value.description
    if magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e15) || !value.isFinite { return plain }
    // Swift finds the same digits but changes notation elsewhere.
    let parts = plain.split(separator: "e")
    let mantissa = parts[0].drop { $0 == "-" }
    let point = mantissa.firstIndex(of: ".") ?? mantissa.endIndex
    var digits = mantissa.filter { $0 != "." }
    // Position of the decimal point relative to the first digit that counts.
    var exponent = mantissa.distance(from: mantissa.startIndex, to: point)
    if parts.count > 1 { exponent += Int(parts[1]) ?? 0 }
    let zeros = digits.prefix { $0 == "0" }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.hasSuffix("0") { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    if exponent > 0 && exponent <= 16 {
      let padded = digits + String(repeating: "0", count: max(0, exponent - digits.count))
      let fraction = padded.dropFirst(exponent)
      return sign + padded.prefix(exponent) + "." + (fraction.isEmpty ? "0" : fraction)
    }
    let power = exponent - 1
    let tail = digits.dropFirst()
    return sign + digits.prefix(1) + (tail.isEmpty ? "" : "." + tail) + "e"
      + (power < 0 ? "-" : "+") + (abs(power) < 10 ? "0" : "") + String(abs(power))
  }
}
