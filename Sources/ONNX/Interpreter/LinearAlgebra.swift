/// Matrix products.
enum LinearAlgebra {
  static let operators: [String: ONNXInterpreter.Operator] = [
    "Gemm": gemm,
    "MatMul": matmul,
  ]

  /// alpha A' B' + beta C, with A' and B' transposed or not.
  private static let gemm: ONNXInterpreter.Operator = { call in
    let alpha = try call.float("alpha", default: 1)
    let beta = try call.float("beta", default: 1)
    let (a, b) = (try call.operand(0), try call.operand(1))
    guard a.shape.count == 2, b.shape.count == 2 else {
      throw call.failure("operands of shapes \(a.shape) and \(b.shape) are no matrices")
    }
    let left = try call.int("transA", default: 0) != 0 ? transposed(a) : a
    let right = try call.int("transB", default: 0) != 0 ? transposed(b) : b
    let product = try multiply(left, right, call).map { alpha * $0 }
    guard let offset = call.optional(2) else { return product }
    let sum = try Elementwise.combine(product, offset, call) { $0 + beta * $1 }
    guard sum.shape == product.shape else {
      throw call.failure("an offset of shape \(offset.shape) for \(product.shape)")
    }
    return sum
  }

  /// The product of NumPy: the last two axes are matrices, those before them stretch; a single
  /// axis is a row on the left, a column on the right.
  private static let matmul: ONNXInterpreter.Operator = { call in
    let (a, b) = (try call.operand(0), try call.operand(1))
    guard let columns = a.shape.last, let rows = b.shape.first else {
      throw call.failure("operands of shapes \(a.shape) and \(b.shape)")
    }
    let left = a.shape.count == 1 ? a.reshaped([1, columns]) : a
    let right = b.shape.count == 1 ? b.reshaped([rows, 1]) : b
    let product = try multiplyStacks(left, right, call)
    var shape = product.shape
    if b.shape.count == 1 { shape.removeLast() }
    if a.shape.count == 1 { shape.remove(at: shape.count - (b.shape.count == 1 ? 1 : 2)) }
    return product.reshaped(shape)
  }

  private static func multiplyStacks(
    _ a: ONNXArray, _ b: ONNXArray, _ call: OperatorCall
  ) throws -> ONNXArray {
    if a.shape.count == 2 && b.shape.count == 2 { return try multiply(a, b, call) }
    let (outerA, outerB) = (Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
    let outer = try Elementwise.broadcastShape([outerA, outerB], call)
    let (stackA, stackB) = (matrices(a), matrices(b))
    let pairs = zip(
      Elementwise.broadcastIndices(positions(outerA), to: outer),
      Elementwise.broadcastIndices(positions(outerB), to: outer))
    let products = try pairs.map { try multiply(stackA[$0], stackB[$1], call) }
    return ONNXArray(
      products.flatMap(\.elements),
      shape: outer + [a.shape[a.shape.count - 2], b.shape[b.shape.count - 1]],
      elementType: a.elementType)
  }

  /// An array of a shape whose elements do not matter.
  private static func positions(_ shape: [Int]) -> ONNXArray {
    ONNXArray([Double](repeating: 0, count: shape.reduce(1, *)), shape: shape)
  }

  /// The matrices of the last two axes, one after the other.
  private static func matrices(_ array: ONNXArray) -> [ONNXArray] {
    let shape = Array(array.shape.suffix(2))
    let size = shape[0] * shape[1]
    let count = array.shape.dropLast(2).reduce(1, *)
    return (0..<count).map { index in
      ONNXArray(
        Array(array.elements[index * size..<(index + 1) * size]), shape: shape,
        elementType: array.elementType)
    }
  }

  static func transposed(_ a: ONNXArray) -> ONNXArray {
    let (rows, columns) = (a.shape[0], a.shape[1])
    var result = [Double](repeating: 0, count: a.elements.count)
    for i in 0..<rows {
      for j in 0..<columns { result[j * rows + i] = a.elements[i * columns + j] }
    }
    return ONNXArray(result, shape: [columns, rows], elementType: a.elementType)
  }

  /// The product of two matrices, summed in the order of the inner index.
  private static func multiply(
    _ a: ONNXArray, _ b: ONNXArray, _ call: OperatorCall
  ) throws -> ONNXArray {
    let (rows, inner, columns) = (a.shape[0], a.shape[1], b.shape[1])
    guard inner == b.shape[0] else {
      throw call.failure("matrices \(a.shape) and \(b.shape) cannot be multiplied")
    }
    var result = [Double](repeating: 0, count: rows * columns)
    result.withUnsafeMutableBufferPointer { c in
      b.elements.withUnsafeBufferPointer { b in
        for i in 0..<rows {
          for k in 0..<inner {
            let factor = a.elements[i * inner + k]
            let (to, from) = (i * columns, k * columns)
            for j in 0..<columns { c[to + j] += factor * b[from + j] }
          }
        }
      }
    }
    return ONNXArray(result, shape: [rows, columns], elementType: a.elementType)
  }
}
