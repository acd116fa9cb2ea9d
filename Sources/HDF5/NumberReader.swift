internal import CHDF5

/// Reads numbers of any type in the file as the type that the caller asks for.
///
/// HDF5 converts, but silently cuts integers to the range of a smaller type and drops the
/// fraction of floating-point numbers; here the first is an error and the second refused.
struct NumberReader {
  let node: HDF5Node
  /// Path of the dataset, or of the attribute.
  let name: String
  /// Type of the elements in the file.
  let type: HDF5ElementType

  /// One call of the library that fills a buffer with elements of a memory type.
  typealias Fill = (_ memoryType: hid_t, _ buffer: UnsafeMutableRawPointer) -> herr_t

  /// Reads `count` elements (arrays count as one); inside the lock.
  func read<T: HDF5Scalar>(_ count: Int, as: T.Type, _ fill: Fill) throws -> [T] {
    let total = type.innerShape.reduce(count, *)
    if T.holds(type.innermost) { return try fillDirectly(total, fill) }
    switch (type.innermost, T.elementType) {
    case (.integer(_, signed: true), .integer):
      return try narrow(try fillDirectly(total, fill) as [Int64])
    case (.integer(_, signed: false), .integer):
      return try narrow(try fillDirectly(total, fill) as [UInt64])
    default:
      throw HDF5Error.wrongType(
        file: node.file, name: name, expected: "\(T.elementType)", found: "\(type)")
    }
  }

  private func fillDirectly<T: HDF5Scalar>(_ total: Int, _ fill: Fill) throws -> [T] {
    guard total > 0 else { return [] }
    let memoryType = try memoryType(T.nativeType, of: type)
    return try [T](unsafeUninitializedCapacity: total) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      try node.check(fill(memoryType.id, base), "reading", at: name)
      initialized = total
    }
  }

  /// The type in memory: a copy of the number's, wrapped in arrays as in the file.
  private func memoryType(_ number: hid_t, of type: HDF5ElementType) throws -> Handle {
    guard case .array(let element, let shape) = type else {
      return try node.owned(H5Tcopy(number), H5Tclose, "reading", at: name)
    }
    let inner = try memoryType(number, of: element)
    let extent = shape.map { hsize_t($0) }
    return try node.owned(
      H5Tarray_create2(inner.id, UInt32(extent.count), extent), H5Tclose, "reading", at: name)
  }

  private func narrow<Wide: BinaryInteger, T: HDF5Scalar>(_ values: [Wide]) throws -> [T] {
    try values.map { value in
      guard let narrow = T(exactly: value) else {
        throw HDF5Error.valueOutOfRange(
          file: node.file, name: name, value: "\(value)", type: "\(T.elementType)")
      }
      return narrow
    }
  }
}
