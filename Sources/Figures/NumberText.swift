internal import Foundation

/// Numbers as text, for labels and for data files.
enum NumberText {
  /// At most `digits` significant digits, trailing zeros dropped, with a true minus sign.
  static func short(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "∞" : "−∞" }
    if value == 0 { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if exponent < -4 || exponent > 5 {
      let mantissa = value / pow(10, Double(exponent))
      return "\(short(mantissa, digits: digits))×10^{\(decimals(Double(exponent), 0))}"
    }
    var text = decimals(value, max(0, digits - 1 - exponent))
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  /// Exactly `places` decimals, with a true minus sign.
  static func decimals(_ value: Double, _ places: Int) -> String {
    let text = String(format: "%.\(places)f", value)
    let negative = text.hasPrefix("-")
    let digits = negative ? String(text.dropFirst()) : text
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    return negative && !isZero ? "−" + digits : digits
  }

  /// A data file value at single precision, which no figure can resolve; `NaN` stays a gap.
  static func compact(_ value: Double) -> String {
    value.isFinite ? "\(Float(value))" : "NaN"
  }

  /// A data file value at full precision; what is not finite becomes a gap.
  static func full(_ value: Double) -> String { value.isFinite ? "\(value)" : "NaN" }
}
