internal import CHDF5

extension HDF5Object {
  /// Names of the attributes, in alphabetical order.
  public func attributeNames() throws -> [String] {
    try node.locked { id in
      var names: [String] = []
      try withUnsafeMutablePointer(to: &names) { list in
        var position: hsize_t = 0
        try node.check(
          H5Aiterate2(
            id, H5_INDEX_NAME, H5_ITER_INC, &position,
            { _, name, _, list in
              guard let name, let list else { return -1 }
              list.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
              return 0
            }, list), "listing the attributes")
      }
      return names
    }
  }

  /// Whether there is an attribute of this name.
  public func hasAttribute(_ name: String) throws -> Bool {
    try node.locked { H5Aexists($0, name) > 0 }
  }

  /// Removes an attribute; nothing happens if there is none of this name.
  public func removeAttribute(_ name: String) throws {
    try node.locked { id in
      guard H5Aexists(id, name) > 0 else { return }
      try node.check(H5Adelete(id, name), "removing the attribute", at: attributePath(name))
    }
  }

  /// Lengths of the axes of an attribute; empty for a single value.
  ///
  /// - Throws: ``HDF5Error/missingAttribute(file:object:name:present:)``.
  public func attributeShape(_ name: String) throws -> [Int] {
    try node.locked { _ in try openAttribute(name).shape }
  }

  /// The type of an attribute as the file declares it.
  ///
  /// - Throws: ``HDF5Error/missingAttribute(file:object:name:present:)``.
  public func attributeType(_ name: String) throws -> HDF5ElementType {
    try node.locked { _ in
      let attribute = try openAttribute(name)
      return HDF5ElementType(attribute.type.id)
    }
  }
}

/// An open attribute with its type, data space and shape.
struct OpenAttribute {
  let handle: Handle
  let type: Handle
  let space: Handle
  let shape: [Int]
}

extension HDF5Object {
  func attributePath(_ name: String) -> String { path + "@" + name }

  /// Opens an attribute; inside the lock.
  func openAttribute(_ name: String) throws -> OpenAttribute {
    let id = node.handle.id
    guard H5Aexists(id, name) > 0 else {
      throw HDF5Error.missingAttribute(
        file: node.file, object: path, name: name, present: try attributeNames())
    }
    let full = attributePath(name)
    let handle = try node.owned(
      H5Aopen(id, name, chdf5_default()), H5Aclose, "opening", at: full)
    let type = try node.owned(H5Aget_type(handle.id), H5Tclose, "opening", at: full)
    let space = try node.owned(H5Aget_space(handle.id), H5Sclose, "opening", at: full)
    guard H5Sget_simple_extent_type(space.id) != H5S_NULL else {
      throw HDF5Error.wrongShape(
        file: node.file, name: full, expected: "an attribute with a value", found: [])
    }
    var extent = [hsize_t](
      repeating: 0, count: max(0, Int(H5Sget_simple_extent_ndims(space.id))))
    _ = H5Sget_simple_extent_dims(space.id, &extent, nil)
    return OpenAttribute(
      handle: handle, type: type, space: space, shape: extent.map(Int.init))
  }

  /// Creates an attribute in place of a former one and fills it; inside the lock.
  ///
  /// - Parameter shape: `nil` for a single value.
  func replaceAttribute(
    _ name: String, type: hid_t, shape: [Int]?, _ write: (hid_t) -> herr_t
  ) throws {
    let full = attributePath(name)
    try removeAttribute(name)
    let extent = (shape ?? []).map { hsize_t($0) }
    let space = try node.owned(
      shape == nil
        ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(extent.count), extent, nil),
      H5Sclose, "writing", at: full)
    let attribute = try node.owned(
      H5Acreate2(node.handle.id, name, type, space.id, chdf5_default(), chdf5_default()),
      H5Aclose, "writing", at: full)
    guard extent.reduce(1, *) > 0 else { return }
    try node.check(write(attribute.id), "writing", at: full)
  }
}
