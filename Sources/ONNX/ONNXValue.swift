/// The length of one axis of an input or output.
public enum ONNXDimension: Sendable, Equatable {
  /// A length that is the same in every call.
  case fixed(Int)
  /// A length that may differ from call to call; axes of the same name have the same length.
  case symbolic(String)
  /// A length that is not declared.
  case unknown
}

extension ONNXDimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int) { self = .fixed(value) }
  public init(stringLiteral value: String) { self = .symbolic(value) }
}

extension ONNXDimension: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fixed(let length): "\(length)"
    case .symbolic(let name): name
    case .unknown: "?"
    }
  }
}

/// An input or output of a model: name, element type, shape.
public struct ONNXValue: Sendable, Equatable {
  /// Its name in the graph.
  public let name: String
  /// The type of its elements.
  public let elementType: ONNXElementType
  /// Its axes; `nil` if not even their number is declared.
  public let shape: [ONNXDimension]?

  /// Declares a value.
  public init(name: String, elementType: ONNXElementType, shape: [ONNXDimension]?) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
  }

  /// The message that stands for the value in a file.
  var proto: Onnx_ValueInfoProto {
    var message = Onnx_ValueInfoProto()
    message.name = name
    message.type.tensorType.elemType = Int32(elementType.code)
    if let shape { message.type.tensorType.shape.dim = shape.map(\.proto) }
    return message
  }

  /// Reads the message.
  init(_ message: Onnx_ValueInfoProto) throws {
    let tensor = message.type.tensorType
    guard let type = ONNXElementType(code: Int(tensor.elemType)) else {
      throw ONNXError.wrongType(
        tensor: message.name, expected: "a tensor of numbers", found: "type \(tensor.elemType)")
    }
    let shape = tensor.hasShape ? tensor.shape.dim.map(ONNXDimension.init) : nil
    self.init(name: message.name, elementType: type, shape: shape)
  }
}

extension ONNXDimension {
  var proto: Onnx_TensorShapeProto.Dimension {
    var message = Onnx_TensorShapeProto.Dimension()
    switch self {
    case .fixed(let length): message.dimValue = Int64(length)
    case .symbolic(let name): message.dimParam = name
    case .unknown: break
    }
    return message
  }

  init(_ message: Onnx_TensorShapeProto.Dimension) {
    switch message.value {
    case .dimValue(let length): self = .fixed(Int(length))
    case .dimParam(let name): self = .symbolic(name)
    case nil: self = .unknown
    }
  }
}
