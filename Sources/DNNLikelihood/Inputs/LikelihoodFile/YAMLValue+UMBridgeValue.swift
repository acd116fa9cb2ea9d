internal import Likelihoods
internal import Yams

/// Values that only another program understands.
extension YAMLValue {
  /// The keys and values of a program's configuration.
  func members() throws(InputError) -> [String: UMBridgeValue] {
    var result: [String: UMBridgeValue] = [:]
    for (key, value) in try mapping(of: "keys and values") {
      result[key] = try value.anyValue()
    }
    return result
  }

  /// Any value. What is not quoted has the type that the core schema of YAML 1.2 gives it: so
  /// `no`, `nan` and `2024-01-01` are texts.
  private func anyValue() throws(InputError) -> UMBridgeValue {
    switch node {
    case .mapping: return .object(try members())
    case .sequence:
      return .array(
        try list(of: "values").map { value throws(InputError) in try value.anyValue() })
    case .alias: throw error(expected: "a value")
    case .scalar(let scalar):
      if isNull { return .null }
      guard let plain else { return .string(scalar.string) }
      switch plain {
      case "true", "True", "TRUE": return .bool(true)
      case "false", "False", "FALSE": return .bool(false)
      case ".nan", ".NaN", ".NAN": return .number(.nan)
      default: break
      }
      guard isNumber else { return .string(plain) }
      if let integer = Int(plain) { return .integer(integer) }
      return .number(try numberOrInfinity())
    }
  }
}
