/// Operators that move elements without changing them.
enum Rearrangements {
  static let operators: [String: ONNXInterpreter.Operator] = [
    "Concat": concat, "Slice": slice, "Gather": gather, "Reshape": reshape, "Squeeze": squeeze,
    "Unsqueeze": unsqueeze, "Flatten": flatten, "Transpose": transpose,
    "Constant": constant,
  ]

  /// The array made of given indices on one axis.
  private static func taking(_ indices: [Int], axis: Int, of value: ONNXArray) -> ONNXArray {
    let inner = value.shape[(axis + 1)...].reduce(1, *)
    let outer = value.shape[..<axis].reduce(1, *)
    var elements: [Double] = []
    elements.reserveCapacity(outer * indices.count * inner)
    for i in 0..<outer {
      for index in indices {
        let start = (i * value.shape[axis] + index) * inner
        elements.append(contentsOf: value.elements[start..<start + inner])
      }
    }
    var shape = value.shape
    shape[axis] = indices.count
    return ONNXArray(elements, shape: shape, elementType: value.elementType)
  }

  private static let concat: ONNXInterpreter.Operator = { call in
    let values = try call.allOperands()
    let first = try call.operand(0)
    let axis = try call.axis(try call.int("axis", default: 0), rank: first.shape.count)
    func others(_ shape: [Int]) -> [Int] {
      shape.enumerated().filter { $0.offset != axis }.map(\.element)
    }
    guard
      values.allSatisfy({
        $0.shape.count == first.shape.count && others($0.shape) == others(first.shape)
      })
    else { throw call.failure("shapes \(values.map(\.shape)) differ beside axis \(axis)") }
    var elements: [Double] = []
    for i in 0..<first.shape[..<axis].reduce(1, *) {
      for value in values {
        let length = value.shape[axis...].reduce(1, *)
        elements.append(contentsOf: value.elements[i * length..<(i + 1) * length])
      }
    }
    var shape = first.shape
    shape[axis] = values.map { $0.shape[axis] }.reduce(0, +)
    return ONNXArray(elements, shape: shape, elementType: first.elementType)
  }

  private static let slice: ONNXInterpreter.Operator = { call in
    var value = try call.operand(0)
    guard let starts = try call.integers("starts", operand: 1),
      let ends = try call.integers("ends", operand: 2)
    else { throw call.failure("starts and ends are needed") }
    let axes = try call.integers("axes", operand: 3) ?? Array(starts.indices)
    let steps = call.optional(4)?.elements.map(OperatorCall.saturated) ?? starts.map { _ in 1 }
    guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count,
      !steps.contains(0)
    else { throw call.failure("starts, ends, axes and steps do not match") }
    for (i, given) in axes.enumerated() {
      let axis = try call.axis(given, rank: value.shape.count)
      let length = value.shape[axis]
      let range = sliceIndices(from: starts[i], to: ends[i], by: steps[i], length: length)
      value = taking(range, axis: axis, of: value)
    }
    return value
  }

  /// The indices of a slice by the rules of NumPy.
  private static func sliceIndices(
    from start: Int, to end: Int, by step: Int, length: Int
  ) -> [Int] {
    func clamped(_ index: Int) -> Int {
      let fromFront = index < 0 ? index + length : index
      return step > 0
        ? min(max(fromFront, 0), length) : min(max(fromFront, -1), length - 1)
    }
    return Array(stride(from: clamped(start), to: clamped(end), by: step))
  }

  private static let gather: ONNXInterpreter.Operator = { call in
    let (value, places) = (try call.operand(0), try call.operand(1))
    let axis = try call.axis(try call.int("axis", default: 0), rank: value.shape.count)
    let indices = try places.elements.map {
      try call.index(OperatorCall.saturated($0), count: value.shape[axis])
    }
    let shape = value.shape[..<axis] + places.shape + value.shape[(axis + 1)...]
    return taking(indices, axis: axis, of: value).reshaped(Array(shape))
  }

  private static let reshape: ONNXInterpreter.Operator = { call in
    let value = try call.operand(0)
    guard let wanted = try call.integers("shape", operand: 1) else {
      throw call.failure("a shape is needed")
    }
    let keepsZero = try call.int("allowzero", default: 0) != 0
    var shape = wanted.enumerated().map { axis, length in
      length == 0 && !keepsZero && axis < value.shape.count ? value.shape[axis] : length
    }
    if let free = shape.firstIndex(of: -1) {
      shape[free] = 1
      shape[free] = value.elements.count / max(1, shape.reduce(1, *))
    }
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == value.elements.count else {
      throw call.failure("a value of shape \(value.shape) cannot take shape \(wanted)")
    }
    return value.reshaped(shape)
  }

  private static let squeeze: ONNXInterpreter.Operator = { call in
    let value = try call.operand(0)
    let rank = value.shape.count
    let axes =
      try call.integers("axes", operand: 1)?.map { try call.axis($0, rank: rank) }
      ?? value.shape.indices.filter { value.shape[$0] == 1 }
    guard axes.allSatisfy({ value.shape[$0] == 1 }) else {
      throw call.failure("axes \(axes) of shape \(value.shape) are longer than one")
    }
    return value.reshaped(value.shape.indices.filter { !axes.contains($0) }.map { value.shape[$0] })
  }

  private static let unsqueeze: ONNXInterpreter.Operator = { call in
    let value = try call.operand(0)
    guard let given = try call.integers("axes", operand: 1) else {
      throw call.failure("axes are needed")
    }
    let rank = value.shape.count + given.count
    let axes = try Set(given.map { try call.axis($0, rank: rank) })
    guard axes.count == given.count else { throw call.failure("axes \(given) repeat") }
    var lengths = value.shape[...]
    let shape = (0..<rank).map { axes.contains($0) ? 1 : lengths.removeFirst() }
    return value.reshaped(shape)
  }

  private static let flatten: ONNXInterpreter.Operator = { call in
    let value = try call.operand(0)
    let given = try call.int("axis", default: 1)
    let axis = given < 0 ? given + value.shape.count : given
    guard (0...value.shape.count).contains(axis) else { throw call.failure("axis \(given)") }
    return value.reshaped([
      value.shape[..<axis].reduce(1, *), value.shape[axis...].reduce(1, *),
    ])
  }

  private static let transpose: ONNXInterpreter.Operator = { call in
    let value = try call.operand(0)
    let order = try call.integers("perm") ?? value.shape.indices.reversed()
    guard order.sorted() == Array(value.shape.indices) else {
      throw call.failure("axes \(order) of shape \(value.shape)")
    }
    let strides = value.strides
    var places = [0]
    for axis in order {
      places = places.flatMap { start in
        (0..<value.shape[axis]).map { start + $0 * strides[axis] }
      }
    }
    return ONNXArray(
      places.map { value.elements[$0] }, shape: order.map { value.shape[$0] },
      elementType: value.elementType)
  }

  private static let constant: ONNXInterpreter.Operator = { call in
    for (name, attribute) in call.node.attributes {
      switch (name, attribute) {
      case ("value", .tensor(let tensor)): return ONNXArray(tensor)
      case ("value_float", .float(let value)):
        return ONNXArray([Double(value)], shape: [], elementType: .float32)
      case ("value_int", .int(let value)):
        return ONNXArray([Double(value)], shape: [], elementType: .int64)
      case ("value_floats", .floats(let values)):
        return ONNXArray(values.map(Double.init), shape: [values.count], elementType: .float32)
      case ("value_ints", .ints(let values)):
        return ONNXArray(values.map { Double($0) }, shape: [values.count], elementType: .int64)
      default: continue
      }
    }
    throw call.failure("no numeric value")
  }
}

extension OperatorCall {
  /// An index counted from the front; negative ones count from the end.
  fileprivate func index(_ index: Int, count: Int) throws -> Int {
    let result = index < 0 ? index + count : index
    guard (0..<count).contains(result) else { throw failure("index \(index) of \(count)") }
    return result
  }
}
