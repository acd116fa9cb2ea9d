internal import CHDF5

extension HDF5Dataset {
  /// Reads all elements, converted to `T`.
  ///
  /// Integers and smaller floats become `T` exactly; doubles may be rounded to `Float`, 64-bit
  /// integers to `Double`. Floating-point numbers are not read as integers.
  ///
  /// - Returns: the elements in row-major order; their count is the product of ``shape``.
  /// - Throws: ``HDF5Error/wrongType(file:name:expected:found:)``,
  ///   ``HDF5Error/valueOutOfRange(file:name:value:type:)``.
  public func read<T: HDF5Scalar>(as type: T.Type) throws -> [T] {
    try node.locked { id in
      let count = try extent().reduce(1, *)
      return try reader().read(count, as: type) { memoryType, buffer in
        H5Dread(id, memoryType, chdf5_all(), chdf5_all(), chdf5_default(), buffer)
      }
    }
  }

  /// Reads all elements after checking the shape; an expected length of `nil` allows any.
  ///
  /// - Throws: ``HDF5Error/wrongShape(file:name:expected:found:)`` and the errors of
  ///   ``read(as:)``.
  public func read<T: HDF5Scalar>(as type: T.Type, shape expected: [Int?]) throws -> [T] {
    try node.locked { _ in
      try requireShape(expected)
      return try read(as: type)
    }
  }

  /// Throws unless the dataset has the expected rank and lengths; `nil` allows any length.
  ///
  /// - Throws: ``HDF5Error/wrongShape(file:name:expected:found:)``.
  public func requireShape(_ expected: [Int?]) throws {
    let found = try shape
    let fits =
      found.count == expected.count && zip(found, expected).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let text = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      throw HDF5Error.wrongShape(file: node.file, name: path, expected: "[\(text)]", found: found)
    }
  }

  /// Reads the rows in a range, every `stride`-th of them.
  ///
  /// - Parameters:
  ///   - rows: indices on the first axis.
  ///   - stride: distance of the rows that are read; 1 reads all of them.
  /// - Returns: the elements of the rows, one row after the other.
  /// - Throws: ``HDF5Error/rowsOutOfRange(file:name:rows:available:)`` and the errors of
  ///   ``read(as:)``.
  /// - Precondition: `stride >= 1`.
  public func readRows<T: HDF5Scalar>(
    _ rows: Range<Int>, stride: Int = 1, as type: T.Type
  ) throws -> [T] {
    precondition(stride >= 1, "the stride must be positive")
    return try node.locked { id in
      let fileShape = try requireRows(rows)
      let count = (rows.count + stride - 1) / stride
      let block = [count] + fileShape.dropFirst()
      return try reader().read(block.reduce(1, *), as: type) { memoryType, buffer in
        transfer(rows.lowerBound, stride: stride, block: block) { memory, file in
          H5Dread(id, memoryType, memory, file, chdf5_default(), buffer)
        }
      }
    }
  }

  /// Reads one named field of a dataset of records, all elements.
  ///
  /// - Throws: ``HDF5Error/missingObject(file:name:present:)`` if there is no such field, and
  ///   the errors of ``read(as:)``.
  public func readField<T: HDF5Scalar>(_ field: String, as type: T.Type) throws -> [T] {
    try node.locked { id in
      guard case .compound(let fields) = try elementType else {
        throw HDF5Error.wrongType(
          file: node.file, name: path, expected: "records", found: "\(try elementType)")
      }
      guard let fieldType = fields.first(where: { $0.name == field })?.type else {
        throw HDF5Error.missingObject(
          file: node.file, name: path + "." + field, present: fields.map(\.name))
      }
      let reader = NumberReader(node: node, name: path + "." + field, type: fieldType)
      return try reader.read(try extent().reduce(1, *), as: type) { number, buffer in
        // A record in memory that has this field alone makes HDF5 leave out the others.
        guard
          let record = Handle(
            H5Tcreate(H5T_COMPOUND, H5Tget_size(number)), closedBy: H5Tclose),
          H5Tinsert(record.id, field, 0, number) >= 0
        else { return -1 }
        return H5Dread(id, record.id, chdf5_all(), chdf5_all(), chdf5_default(), buffer)
      }
    }
  }
}

extension HDF5Dataset {
  private func reader() throws -> NumberReader {
    NumberReader(node: node, name: path, type: try elementType)
  }

  /// The shape in the file, after checking that it has these rows; inside the lock.
  func requireRows(_ rows: Range<Int>) throws -> [Int] {
    let shape = try extent()
    guard let available = shape.first else {
      throw HDF5Error.wrongShape(
        file: node.file, name: path, expected: "at least one axis", found: shape)
    }
    guard rows.lowerBound >= 0, rows.upperBound <= available else {
      throw HDF5Error.rowsOutOfRange(
        file: node.file, name: path, rows: rows, available: available)
    }
    return shape
  }

  /// Selects rows in the file and as many elements in memory, and makes the call; inside the
  /// lock.
  func transfer(
    _ first: Int, stride: Int = 1, block: [Int],
    _ call: (_ memory: hid_t, _ file: hid_t) throws -> herr_t
  ) rethrows -> herr_t {
    let count = block.map { hsize_t($0) }
    var start = [hsize_t](repeating: 0, count: block.count)
    var steps = [hsize_t](repeating: 1, count: block.count)
    start[0] = hsize_t(first)
    steps[0] = hsize_t(stride)
    guard let memory = Handle(H5Screate_simple(Int32(count.count), count, nil), closedBy: H5Sclose),
      let file = Handle(H5Dget_space(node.handle.id), closedBy: H5Sclose),
      H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, steps, count, nil) >= 0
    else { return -1 }
    return try call(memory.id, file.id)
  }
}
