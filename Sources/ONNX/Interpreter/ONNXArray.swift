/// A value that flows through a graph in the interpreter.
///
/// The elements are held in double precision whatever the declared type; a value of a smaller
/// type was rounded to it where it entered the type (an input, an initializer, a `Cast`), and
/// operations on it are not rounded again. Truth values are 0 and 1.
public struct ONNXArray: Sendable, Equatable {
  /// The type that the graph gives the value.
  public let elementType: ONNXElementType
  /// Lengths of the axes; empty for a single number.
  public let shape: [Int]
  /// The elements in row-major order.
  public let elements: [Double]

  /// An array over existing elements.
  ///
  /// - Precondition: the elements fill the shape.
  public init(_ elements: [Double], shape: [Int], elementType: ONNXElementType = .float64) {
    precondition(
      elements.count == shape.reduce(1, *),
      "\(elements.count) elements cannot fill shape \(shape)")
    self.elementType = elementType
    self.shape = shape
    self.elements = elements
  }

  /// The value of a constant tensor.
  init(_ tensor: ONNXTensor) {
    self.init(tensor.doubles(), shape: tensor.shape, elementType: tensor.elementType)
  }

  /// The same elements with other axes.
  func reshaped(_ shape: [Int]) -> ONNXArray {
    ONNXArray(elements, shape: shape, elementType: elementType)
  }

  /// The elements after a function of each.
  func map(
    as type: ONNXElementType? = nil, _ function: (Double) -> Double
  ) -> ONNXArray {
    ONNXArray(elements.map(function), shape: shape, elementType: type ?? elementType)
  }

  /// The value converted as `Cast` does: rounded to single precision, cut to integers.
  func cast(to type: ONNXElementType) -> ONNXArray {
    switch type {
    case .float64: map(as: type) { $0 }
    case .float32: map(as: type) { Double(Float($0)) }
    case .bool: map(as: type) { $0 == 0 ? 0 : 1 }
    default: map(as: type) { $0.rounded(.towardZero) }
    }
  }

  /// Number of elements from one index of an axis to the next.
  var strides: [Int] {
    var result = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      result[axis] = result[axis + 1] * shape[axis + 1]
    }
    return result
  }
}
