internal import CHDF5

/// Moves strings in and out of datasets and attributes.
///
/// Written are strings of variable length in UTF-8, the form that h5py reads as `str`; read are
/// those and strings of fixed length, with any padding.
enum TextTransfer {
  /// The type of strings of variable length; inside the lock.
  static func variableType(_ node: HDF5Node, _ encoding: H5T_cset_t = H5T_CSET_UTF8) throws
    -> Handle
  {
    let type = try node.owned(H5Tcopy(chdf5_string()), H5Tclose, "making a text type")
    try node.check(H5Tset_size(type.id, chdf5_variable_length()), "making a text type")
    try node.check(H5Tset_cset(type.id, encoding), "making a text type")
    return type
  }

  /// Calls `body` with an array of C strings, as HDF5 wants them for writing.
  static func withPointers<R>(_ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
    var bytes: [CChar] = []
    let starts = texts.map { text in
      let start = bytes.count
      bytes.append(contentsOf: text.utf8CString)
      return start
    }
    return bytes.withUnsafeBufferPointer { buffer in
      body(starts.map { buffer.baseAddress?.advanced(by: $0) })
    }
  }

  /// Reads `count` strings of the type `fileType`; inside the lock.
  ///
  /// - Parameters:
  ///   - space: the data space of the strings, to give back what HDF5 allocated for them.
  ///   - fill: the call that reads elements of a memory type into a buffer.
  static func read(
    _ count: Int, fileType: hid_t, space: hid_t, node: HDF5Node, name: String,
    _ fill: NumberReader.Fill
  ) throws -> [String] {
    let type = HDF5ElementType(fileType)
    guard case .string(let length) = type else {
      throw HDF5Error.wrongType(file: node.file, name: name, expected: "text", found: "\(type)")
    }
    guard count > 0 else { return [] }
    if let length {
      return try readFixed(count, length, fileType, node, name, fill)
    }
    // HDF5 does not convert between encodings: the memory takes the one of the file.
    let memoryType = try variableType(node, H5Tget_cset(fileType))
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    try node.check(fill(memoryType.id, &pointers), "reading", at: name)
    let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
    _ = H5Dvlen_reclaim(memoryType.id, space, chdf5_default(), &pointers)
    return texts
  }

  private static func readFixed(
    _ count: Int, _ length: Int, _ fileType: hid_t, _ node: HDF5Node, _ name: String,
    _ fill: NumberReader.Fill
  ) throws -> [String] {
    var bytes = [UInt8](repeating: 0, count: count * length)
    try node.check(fill(fileType, &bytes), "reading", at: name)
    let isSpacePadded = H5Tget_strpad(fileType) == H5T_STR_SPACEPAD
    return (0..<count).map { index in
      var text = bytes[index * length..<(index + 1) * length].prefix { $0 != 0 }
      while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
