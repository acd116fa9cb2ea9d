/// Operators that join the elements along some axes into one.
enum Reductions {
  static let operators: [String: ONNXInterpreter.Operator] = [
    "ReduceSum": { try reduce($0, from: 0) { $0 + $1 } },
    "ReduceProd": { try reduce($0, from: 1) { $0 * $1 } },
    "ReduceMax": { try reduce($0, from: -.infinity) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) } },
    "ReduceMin": { try reduce($0, from: .infinity) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) } },
    "ReduceSumSquare": { try reduce($0, from: 0) { $0 + $1 * $1 } },
    "ReduceMean": { call in
      let sum = try reduce(call, from: 0) { $0 + $1 }
      let count = try call.operand(0).elements.count / max(1, sum.elements.count)
      return sum.map { $0 / Double(count) }
    },
  ]

  private static func reduce(
    _ call: OperatorCall, from start: Double, _ join: (Double, Double) -> Double
  ) throws -> ONNXArray {
    let value = try call.operand(0)
    let rank = value.shape.count
    let given = try call.integers("axes", operand: 1) ?? []
    if try given.isEmpty && call.int("noop_with_empty_axes", default: 0) != 0 { return value }
    let axes = try given.isEmpty ? Array(0..<rank) : given.map { try call.axis($0, rank: rank) }
    let kept = value.shape.enumerated().map { axes.contains($0) ? 1 : $1 }
    var result = [Double](repeating: start, count: kept.reduce(1, *))
    let places = Elementwise.broadcastIndices(ONNXArray(result, shape: kept), to: value.shape)
    for (place, element) in zip(places, value.elements) {
      result[place] = join(result[place], element)
    }
    let keepsAxes = try call.int("keepdims", default: 1) != 0
    let shape =
      keepsAxes ? kept : value.shape.indices.filter { !axes.contains($0) }.map { kept[$0] }
    return ONNXArray(result, shape: shape, elementType: value.elementType)
  }
}
