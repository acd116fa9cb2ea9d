public import Foundation

/// A constant array of numbers in a model: weights, offsets, matrices, shapes.
public struct ONNXTensor: Sendable, Equatable {
  /// Its name in the graph; empty where it needs none.
  public var name: String
  /// Lengths of the axes; empty for a single number.
  public let shape: [Int]
  /// The type of the elements.
  public let elementType: ONNXElementType
  /// The elements in row-major order, little-endian.
  public let data: Data

  /// A tensor over raw bytes.
  ///
  /// - Throws: ``ONNXError/unreadableTensor(tensor:reason:)`` if the bytes do not fill the shape.
  public init(name: String, elementType: ONNXElementType, shape: [Int], data: Data) throws {
    // The lengths come from a file and may be anything: their product may not fit an integer.
    let expected = shape.reduce(elementType.byteCount as Int?) { product, length in
      let (next, overflow) = (product ?? 0).multipliedReportingOverflow(by: length)
      return product == nil || overflow || length < 0 ? nil : next
    }
    guard data.count == expected else {
      throw ONNXError.unreadableTensor(
        tensor: name, reason: "\(data.count) bytes for \(elementType) \(shape)")
    }
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.data = data
  }

  /// A tensor of single-precision numbers; `shape` is empty for one number.
  ///
  /// - Precondition: the elements fill the shape.
  public init(_ name: String = "", _ elements: [Float], shape: [Int]) {
    self.init(name, .float32, elements, shape)
  }

  /// A tensor of double-precision numbers; `shape` is empty for one number.
  ///
  /// - Precondition: the elements fill the shape.
  public init(_ name: String = "", _ elements: [Double], shape: [Int]) {
    self.init(name, .float64, elements, shape)
  }

  /// A tensor of integers; `shape` is empty for one number.
  ///
  /// - Precondition: the elements fill the shape.
  public init(_ name: String = "", _ elements: [Int64], shape: [Int]) {
    self.init(name, .int64, elements, shape)
  }

  private init<T: BitwiseCopyable>(
    _ name: String, _ type: ONNXElementType, _ elements: [T], _ shape: [Int]
  ) {
    precondition(
      elements.count == shape.reduce(1, *),
      "\(elements.count) elements cannot fill shape \(shape)")
    self.name = name
    self.elementType = type
    self.shape = shape
    // Every platform that Swift runs on keeps numbers little-endian, as the format does.
    self.data = elements.withUnsafeBytes { Data($0) }
  }
}

extension ONNXTensor {
  /// The elements of a tensor of single-precision numbers.
  ///
  /// - Throws: ``ONNXError/wrongType(tensor:expected:found:)``.
  public func floats() throws -> [Float] { try elements(.float32) }

  /// The elements as double-precision numbers, whatever their type.
  ///
  /// 64-bit integers beyond 2^53 are rounded.
  public func doubles() -> [Double] {
    switch elementType {
    case .float64: stored()
    case .float32: (stored() as [Float]).map(Double.init)
    case .int8: (stored() as [Int8]).map(Double.init)
    case .int16: (stored() as [Int16]).map(Double.init)
    case .int32: (stored() as [Int32]).map(Double.init)
    case .int64: (stored() as [Int64]).map(Double.init)
    case .uint8, .bool: (stored() as [UInt8]).map(Double.init)
    case .uint16: (stored() as [UInt16]).map(Double.init)
    case .uint32: (stored() as [UInt32]).map(Double.init)
    case .uint64: (stored() as [UInt64]).map(Double.init)
    }
  }

  /// The elements of a tensor of 64-bit integers.
  ///
  /// - Throws: ``ONNXError/wrongType(tensor:expected:found:)``.
  public func integers() throws -> [Int64] { try elements(.int64) }

  private func elements<T: BitwiseCopyable & Numeric>(_ expected: ONNXElementType) throws -> [T] {
    guard elementType == expected else {
      throw ONNXError.wrongType(
        tensor: name, expected: expected.rawValue, found: elementType.rawValue)
    }
    return stored()
  }

  private func stored<T: BitwiseCopyable & Numeric>() -> [T] {
    let count = shape.reduce(1, *)
    return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = data.copyBytes(to: buffer) / MemoryLayout<T>.stride
    }
  }
}
