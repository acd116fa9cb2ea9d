/// One operation with the values of its operands.
struct OperatorCall {
  let node: ONNXNode
  /// Values of the operands; `nil` for an optional one that is left out.
  let operands: [ONNXArray?]

  func failure(_ reason: String) -> ONNXError {
    .failedNode(node: node.name, operatorType: node.operatorType, reason: reason)
  }

  /// The operand at a position that must be there.
  func operand(_ index: Int) throws -> ONNXArray {
    guard let value = optional(index) else { throw failure("operand \(index) is missing") }
    return value
  }

  /// The operand at a position that may be left out.
  func optional(_ index: Int) -> ONNXArray? {
    index < operands.count ? operands[index] : nil
  }

  /// All operands, none of which may be left out.
  func allOperands() throws -> [ONNXArray] {
    try operands.indices.map(operand)
  }

  func int(_ name: String, default standard: Int) throws -> Int {
    switch node.attributes[name] {
    case .int(let value): value
    case nil: standard
    default: throw failure("attribute '\(name)' is no integer")
    }
  }

  func float(_ name: String, default standard: Float) throws -> Double {
    switch node.attributes[name] {
    case .float(let value): Double(value)
    case nil: Double(standard)
    default: throw failure("attribute '\(name)' is no floating-point number")
    }
  }

  /// A list of integers that newer operator sets take from an operand and older ones from an
  /// attribute.
  func integers(_ name: String, operand index: Int? = nil) throws -> [Int]? {
    switch node.attributes[name] {
    case .ints(let values): return values
    case .int(let value): return [value]
    case nil: return index.flatMap(optional)?.elements.map(Self.saturated)
    default: throw failure("attribute '\(name)' is no list of integers")
    }
  }

  /// The integer, or the nearest one there is: "up to the end" is written as the largest of all,
  /// which a double does not hold.
  static func saturated(_ value: Double) -> Int {
    Int(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : .min)
  }

  /// An axis counted from the front; negative ones count from the end.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let result = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(result) else {
      throw failure("axis \(axis) of a value with \(rank) axes")
    }
    return result
  }
}
