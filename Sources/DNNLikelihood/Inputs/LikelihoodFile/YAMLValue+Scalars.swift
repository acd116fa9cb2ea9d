internal import Yams

/// Single values: numbers, texts, truth values. Quoted values are texts.
extension YAMLValue {
  /// Whether nothing stands there.
  var isNull: Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// The scalar's text where it is not quoted.
  var plain: String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain, !isNull else { return nil }
    return scalar.string
  }

  /// Whether a number is written; `nan` and `inf` without a point are texts.
  var isNumber: Bool {
    guard let plain else { return false }
    if [".inf", "+.inf", "-.inf"].contains(plain) { return true }
    return plain.allSatisfy { "0123456789+-.eE".contains($0) } && Double(plain) != nil
  }

  /// A finite number.
  func number() throws(InputError) -> Double {
    let value = try numberOrInfinity()
    guard value.isFinite else { throw error(expected: "a finite number") }
    return value
  }

  /// A number, `.inf` or `-.inf`.
  func numberOrInfinity() throws(InputError) -> Double {
    guard isNumber, let plain else { throw error(expected: "a number") }
    switch plain {
    case ".inf", "+.inf": return .infinity
    case "-.inf": return -.infinity
    default: break
    }
    guard let value = Double(plain), value.isFinite else {
      throw error(expected: "a number within the range of double precision")
    }
    return value
  }

  /// A finite number above zero.
  func positive() throws(InputError) -> Double {
    guard let value = try? number(), value > 0 else {
      throw error(expected: "a number above 0")
    }
    return value
  }

  /// A whole number.
  func integer(atLeast least: Int) throws(InputError) -> Int {
    guard let value = plain.flatMap({ Int($0) }), value >= least else {
      throw error(expected: "a whole number of at least \(least)")
    }
    return value
  }

  /// A text; numbers are texts too.
  func text() throws(InputError) -> String {
    guard case .scalar(let scalar) = node, !isNull, !scalar.string.isEmpty else {
      throw error(expected: "a text")
    }
    return scalar.string
  }

  /// `true` or `false`.
  func boolean() throws(InputError) -> Bool {
    switch plain {
    case "true": return true
    case "false": return false
    default: throw error(expected: "true or false")
    }
  }

  /// One of the texts that an enumeration stands for.
  func choice<Choice: RawRepresentable & CaseIterable>(
    of type: Choice.Type
  ) throws(InputError) -> Choice where Choice.RawValue == String {
    guard let choice = (try? text()).flatMap({ Choice(rawValue: $0) }) else {
      throw error(
        expected: Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or "))
    }
    return choice
  }
}
