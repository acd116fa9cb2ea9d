internal import CHDF5

extension HDF5Object {
  /// Writes a number as an attribute, in place of a former one of this name.
  public func setAttribute<T: HDF5Scalar>(_ name: String, _ value: T) throws {
    try node.locked { _ in
      try replaceAttribute(name, type: T.nativeType, shape: nil) { attribute in
        H5Awrite(attribute, T.nativeType, [value])
      }
    }
  }

  /// Writes a list of numbers as an attribute, in place of a former one of this name.
  ///
  /// Attributes beyond 64 kB do not fit into the file format; they belong into a dataset.
  public func setAttribute<T: HDF5Scalar>(_ name: String, _ values: [T]) throws {
    try node.locked { _ in
      try replaceAttribute(name, type: T.nativeType, shape: [values.count]) { attribute in
        H5Awrite(attribute, T.nativeType, values)
      }
    }
  }

  /// Writes a string as an attribute (variable length, UTF-8), in place of a former one.
  public func setAttribute(_ name: String, _ text: String) throws {
    try setText(name, [text], shape: nil)
  }

  /// Writes a list of strings as an attribute (variable length, UTF-8), in place of a former
  /// one.
  public func setAttribute(_ name: String, _ texts: [String]) throws {
    try setText(name, texts, shape: [texts.count])
  }

  /// Writes a truth value as h5py does: an enumeration of FALSE and TRUE over 8-bit integers.
  public func setAttribute(_ name: String, _ flag: Bool) throws {
    try node.locked { _ in
      let full = attributePath(name)
      let type = try node.owned(H5Tenum_create(Int8.nativeType), H5Tclose, "writing", at: full)
      for (member, value) in [("FALSE", 0), ("TRUE", 1)] as [(String, Int8)] {
        try node.check(H5Tenum_insert(type.id, member, [value]), "writing", at: full)
      }
      try replaceAttribute(name, type: type.id, shape: nil) { attribute in
        H5Awrite(attribute, type.id, [flag ? 1 : 0] as [Int8])
      }
    }
  }

  private func setText(_ name: String, _ texts: [String], shape: [Int]?) throws {
    try node.locked { _ in
      let type = try TextTransfer.variableType(node)
      try replaceAttribute(name, type: type.id, shape: shape) { attribute in
        TextTransfer.withPointers(texts) { H5Awrite(attribute, type.id, $0) }
      }
    }
  }
}

extension HDF5Object {
  /// Reads all numbers of an attribute; a single value is a list of one.
  ///
  /// - Throws: ``HDF5Error/missingAttribute(file:object:name:present:)``, or those of
  ///   ``HDF5Dataset/read(as:)``.
  public func attributeValues<T: HDF5Scalar>(_ name: String, as type: T.Type) throws -> [T] {
    try node.locked { _ in
      let attribute = try openAttribute(name)
      let reader = NumberReader(
        node: node, name: attributePath(name), type: HDF5ElementType(attribute.type.id))
      return try reader.read(attribute.shape.reduce(1, *), as: type) { memoryType, buffer in
        H5Aread(attribute.handle.id, memoryType, buffer)
      }
    }
  }

  /// Reads an attribute that is one number.
  ///
  /// - Throws: ``HDF5Error/wrongShape(file:name:expected:found:)`` if it is more than one, and
  ///   the errors of ``attributeValues(_:as:)``.
  public func attribute<T: HDF5Scalar>(_ name: String, as type: T.Type) throws -> T {
    try single(try attributeValues(name, as: type), name)
  }

  /// Reads an attribute that is a truth value: the enumeration of h5py, or a number 0 or not 0.
  ///
  /// - Throws: as ``attribute(_:as:)``.
  public func flagAttribute(_ name: String) throws -> Bool {
    try attribute(name, as: Int64.self) != 0
  }

  /// Reads all strings of an attribute, of variable or fixed length.
  ///
  /// - Throws: ``HDF5Error/missingAttribute(file:object:name:present:)``,
  ///   ``HDF5Error/wrongType(file:name:expected:found:)``.
  public func textAttributes(_ name: String) throws -> [String] {
    try node.locked { _ in
      let attribute = try openAttribute(name)
      return try TextTransfer.read(
        attribute.shape.reduce(1, *), fileType: attribute.type.id, space: attribute.space.id,
        node: node, name: attributePath(name)
      ) { H5Aread(attribute.handle.id, $0, $1) }
    }
  }

  /// Reads an attribute that is one string.
  ///
  /// - Throws: as ``textAttributes(_:)``, and if it is more than one.
  public func textAttribute(_ name: String) throws -> String {
    try single(try textAttributes(name), name)
  }

  private func single<T>(_ values: [T], _ name: String) throws -> T {
    guard values.count == 1, let value = values.first else {
      throw HDF5Error.wrongShape(
        file: node.file, name: attributePath(name), expected: "one value",
        found: try attributeShape(name))
    }
    return value
  }
}
