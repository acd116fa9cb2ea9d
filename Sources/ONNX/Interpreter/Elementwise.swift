internal import Foundation

/// Operators that act on each element: functions, arithmetic and comparisons.
enum Elementwise {
  static let operators: [String: ONNXInterpreter.Operator] = functions.merging(pairs) { $1 }

  /// Functions of one value.
  private static let functions: [String: ONNXInterpreter.Operator] = [
    "Identity": { try $0.operand(0) },
    "Neg": { try $0.operand(0).map { -$0 } },
    "Abs": { try $0.operand(0).map { abs($0) } },
    "Exp": { try $0.operand(0).map { exp($0) } },
    "Log": { try $0.operand(0).map { log($0) } },
    "Sqrt": { try $0.operand(0).map { $0.squareRoot() } },
    "Reciprocal": { try $0.operand(0).map { 1 / $0 } },
    "Not": { try $0.operand(0).map(as: .bool) { $0 == 0 ? 1 : 0 } },
    "IsNaN": { try $0.operand(0).map(as: .bool) { $0.isNaN ? 1 : 0 } },
    "IsInf": { try $0.operand(0).map(as: .bool) { $0.isInfinite ? 1 : 0 } },
    "Relu": { try $0.operand(0).map { $0 < 0 ? 0 : $0 } },
    "Tanh": { try $0.operand(0).map { tanh($0) } },
    "Erf": { try $0.operand(0).map { erf($0) } },
    "Sigmoid": { try $0.operand(0).map { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) } },
    // Without overflow for large arguments.
    "Softplus": { try $0.operand(0).map { max($0, 0) + log1p(exp(-abs($0))) } },
    "Elu": { call in
      let alpha = try call.float("alpha", default: 1)
      return try call.operand(0).map { $0 < 0 ? alpha * expm1($0) : $0 }
    },
    "LeakyRelu": { call in
      let alpha = try call.float("alpha", default: 0.01)
      return try call.operand(0).map { $0 < 0 ? alpha * $0 : $0 }
    },
    // Klambauer et al., arXiv:1706.02515, with the single-precision constants of the format.
    "Selu": { call in
      let alpha = try call.float("alpha", default: 1.673_263_2)
      let gamma = try call.float("gamma", default: 1.050_701)
      return try call.operand(0).map { gamma * ($0 <= 0 ? alpha * expm1($0) : $0) }
    },
    "Clip": { call in
      let lower = try call.optional(1)?.elements.first ?? call.float("min", default: -.infinity)
      let upper = try call.optional(2)?.elements.first ?? call.float("max", default: .infinity)
      return try call.operand(0).map { $0.isNaN ? $0 : min(max($0, lower), upper) }
    },
    "Cast": { call in
      let code = try call.int("to", default: 0)
      guard let type = ONNXElementType(code: code) else { throw call.failure("to type \(code)") }
      return try call.operand(0).cast(to: type)
    },
  ]

  /// Functions of two values, or of three.
  private static let pairs: [String: ONNXInterpreter.Operator] = [
    "Add": { try binary($0) { $0 + $1 } },
    "Sub": { try binary($0) { $0 - $1 } },
    "Mul": { try binary($0) { $0 * $1 } },
    "Pow": { try binary($0) { pow($0, $1) } },
    "Div": { call in
      let isInteger = try !call.operand(0).elementType.isFloatingPoint
      return try binary(call) { isInteger ? ($0 / $1).rounded(.towardZero) : $0 / $1 }
    },
    "Less": { try binary($0, as: .bool) { $0 < $1 ? 1 : 0 } },
    "LessOrEqual": { try binary($0, as: .bool) { $0 <= $1 ? 1 : 0 } },
    "Greater": { try binary($0, as: .bool) { $0 > $1 ? 1 : 0 } },
    "GreaterOrEqual": { try binary($0, as: .bool) { $0 >= $1 ? 1 : 0 } },
    "Equal": { try binary($0, as: .bool) { $0 == $1 ? 1 : 0 } },
    "And": { try binary($0, as: .bool) { $0 != 0 && $1 != 0 ? 1 : 0 } },
    "Or": { try binary($0, as: .bool) { $0 != 0 || $1 != 0 ? 1 : 0 } },
    "Max": { try variadic($0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) } },
    "Min": { try variadic($0) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) } },
    "Where": { call in
      let condition = try call.operand(0)
      let (yes, no) = (try call.operand(1), try call.operand(2))
      let shape = try broadcastShape([condition.shape, yes.shape, no.shape], call)
      let indices = [condition, yes, no].map { broadcastIndices($0, to: shape) }
      let elements = (0..<shape.reduce(1, *)).map { i in
        condition.elements[indices[0][i]] != 0
          ? yes.elements[indices[1][i]] : no.elements[indices[2][i]]
      }
      return ONNXArray(elements, shape: shape, elementType: yes.elementType)
    },
  ]

  private static func binary(
    _ call: OperatorCall, as type: ONNXElementType? = nil,
    _ function: (Double, Double) -> Double
  ) throws -> ONNXArray {
    try combine(try call.operand(0), try call.operand(1), call, as: type, function)
  }

  private static func variadic(
    _ call: OperatorCall, _ function: (Double, Double) -> Double
  ) throws -> ONNXArray {
    let values = try call.allOperands()
    return try values.dropFirst().reduce(try call.operand(0)) {
      try combine($0, $1, call, function)
    }
  }

  /// Applies a function to pairs of elements after stretching axes of length one.
  static func combine(
    _ a: ONNXArray, _ b: ONNXArray, _ call: OperatorCall, as type: ONNXElementType? = nil,
    _ function: (Double, Double) -> Double
  ) throws -> ONNXArray {
    let type = type ?? a.elementType
    if a.shape == b.shape {
      return ONNXArray(
        zip(a.elements, b.elements).map(function), shape: a.shape, elementType: type)
    }
    let shape = try broadcastShape([a.shape, b.shape], call)
    let (ia, ib) = (broadcastIndices(a, to: shape), broadcastIndices(b, to: shape))
    let elements = zip(ia, ib).map { function(a.elements[$0], b.elements[$1]) }
    return ONNXArray(elements, shape: shape, elementType: type)
  }

  /// The common shape by the rules of NumPy: aligned at the end, length one stretches.
  static func broadcastShape(_ shapes: [[Int]], _ call: OperatorCall) throws -> [Int] {
    let rank = shapes.map(\.count).max() ?? 0
    return try (0..<rank).map { axis in
      let lengths = Set(
        shapes.compactMap { shape -> Int? in
          let own = axis - (rank - shape.count)
          return own < 0 || shape[own] == 1 ? nil : shape[own]
        })
      guard lengths.count <= 1 else {
        let text = shapes.map { "\($0)" }.joined(separator: " and ")
        throw call.failure("shapes \(text) do not fit together")
      }
      return lengths.first ?? 1
    }
  }

  /// For every element of the common shape, where it stands in the array.
  static func broadcastIndices(_ array: ONNXArray, to shape: [Int]) -> [Int] {
    let missing = shape.count - array.shape.count
    let own = array.strides
    var indices = [0]
    for (axis, length) in shape.enumerated() {
      let stride = axis < missing || array.shape[axis - missing] == 1 ? 0 : own[axis - missing]
      indices = indices.flatMap { start in (0..<length).map { start + $0 * stride } }
    }
    return indices
  }
}
