internal import CHDF5

extension HDF5Container {
  /// Writes a list of strings as a new dataset (variable length, UTF-8).
  ///
  /// - Throws: ``HDF5Error/alreadyPresent(file:name:)``, or a failure to write.
  @discardableResult
  public func writeStrings(_ name: String, _ texts: [String]) throws -> HDF5Dataset {
    try node.locked { _ in
      let type = try TextTransfer.variableType(node)
      let dataset = try createDataset(
        name, type: type.id, shape: [texts.count], maximum: nil, chunk: nil, compressed: false)
      guard !texts.isEmpty else { return dataset }
      let status = TextTransfer.withPointers(texts) { pointers in
        H5Dwrite(
          dataset.node.handle.id, type.id, chdf5_all(), chdf5_all(), chdf5_default(), pointers)
      }
      try node.check(status, "writing", at: dataset.path)
      return dataset
    }
  }
}

extension HDF5Dataset {
  /// Reads all strings of a dataset, of variable or fixed length.
  ///
  /// - Throws: ``HDF5Error/wrongType(file:name:expected:found:)``.
  public func readStrings() throws -> [String] {
    try node.locked { id in
      let type = try node.owned(H5Dget_type(id), H5Tclose, "reading the type")
      let space = try node.owned(H5Dget_space(id), H5Sclose, "reading the shape")
      let count = try extent().reduce(1, *)
      return try TextTransfer.read(
        count, fileType: type.id, space: space.id, node: node, name: path
      ) { memoryType, buffer in
        H5Dread(id, memoryType, chdf5_all(), chdf5_all(), chdf5_default(), buffer)
      }
    }
  }
}
