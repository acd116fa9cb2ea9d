internal import Foundation

extension ONNXTensor {
  /// The message that stands for the tensor in a file.
  var proto: Onnx_TensorProto {
    var message = Onnx_TensorProto()
    message.name = name
    message.dims = shape.map(Int64.init)
    message.dataType = Int32(elementType.code)
    message.rawData = data
    return message
  }

  /// Reads the message; elements may stand as bytes or in one of the typed lists.
  init(_ message: Onnx_TensorProto) throws {
    let name = message.name
    guard let type = ONNXElementType(code: Int(message.dataType)) else {
      throw ONNXError.wrongType(
        tensor: name, expected: "numbers or truth values", found: "type \(message.dataType)")
    }
    guard message.dataLocation != .external, message.externalData.isEmpty else {
      throw ONNXError.unreadableTensor(
        tensor: name, reason: "its data are in another file, expected them inside the model")
    }
    try self.init(
      name: name, elementType: type, shape: message.dims.map(Int.init),
      data: message.hasRawData ? message.rawData : Self.listed(message, type))
  }

  /// The elements from the list that the format prescribes for their type, as bytes.
  private static func listed(_ message: Onnx_TensorProto, _ type: ONNXElementType) -> Data {
    func bytes<T: BitwiseCopyable>(_ elements: [T]) -> Data {
      elements.withUnsafeBytes { Data($0) }
    }
    return switch type {
    case .float32: bytes(message.floatData)
    case .float64: bytes(message.doubleData)
    case .int64: bytes(message.int64Data)
    case .int32: bytes(message.int32Data)
    case .int16: bytes(message.int32Data.map(Int16.init(truncatingIfNeeded:)))
    case .int8: bytes(message.int32Data.map(Int8.init(truncatingIfNeeded:)))
    case .uint8, .bool: bytes(message.int32Data.map(UInt8.init(truncatingIfNeeded:)))
    case .uint16: bytes(message.int32Data.map(UInt16.init(truncatingIfNeeded:)))
    case .uint32: bytes(message.uint64Data.map(UInt32.init(truncatingIfNeeded:)))
    case .uint64: bytes(message.uint64Data)
    }
  }
}
