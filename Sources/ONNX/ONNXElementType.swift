/// The type of the elements of a tensor.
public enum ONNXElementType: String, Sendable, Codable, CaseIterable {
  case float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  /// The number that stands for the type in a file, also as the attribute `to` of `Cast`.
  public var code: Int { proto.rawValue }

  /// The type with a number; `nil` for types that are not supported (strings, half precision,
  /// complex numbers).
  public init?(code: Int) {
    guard let type = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = type
  }

  /// Bytes of one element in a file.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether it is a floating-point type.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  var proto: Onnx_TensorProto.DataType {
    switch self {
    case .float32: .float
    case .float64: .double
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .bool: .bool
    }
  }
}
