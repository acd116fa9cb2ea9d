internal import CHDF5

extension HDF5Container {
  /// Writes an array of numbers as a new dataset.
  ///
  /// - Parameters:
  ///   - name: its name; missing groups in `a/b/c` are created.
  ///   - values: the elements in row-major order.
  ///   - shape: lengths of the axes; empty for a single number.
  ///   - layout: contiguous, or chunked and compressed.
  /// - Throws: ``HDF5Error/alreadyPresent(file:name:)``, or a failure to write.
  /// - Precondition: `values.count` is the product of `shape`.
  @discardableResult
  public func writeDataset<T: HDF5Scalar>(
    _ name: String, _ values: [T], shape: [Int], layout: HDF5Layout = .contiguous
  ) throws -> HDF5Dataset {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) elements cannot fill shape \(shape)")
    return try node.locked { _ in
      let chunk =
        shape.isEmpty
        ? nil
        : layout.chunk(
          rowShape: Array(shape.dropFirst()), elementBytes: MemoryLayout<T>.size,
          atMost: shape[0])
      let dataset = try createDataset(
        name, type: T.nativeType, shape: shape, maximum: nil, chunk: chunk,
        compressed: layout.isCompressed)
      if !values.isEmpty {
        try node.check(
          H5Dwrite(
            dataset.node.handle.id, T.nativeType, chdf5_all(), chdf5_all(), chdf5_default(),
            values), "writing", at: dataset.path)
      }
      return dataset
    }
  }

  /// Creates an empty dataset whose first axis grows without limit, for
  /// ``HDF5Dataset/append(_:)``.
  ///
  /// - Parameters:
  ///   - name: its name; missing groups in `a/b/c` are created.
  ///   - type: type of the elements in the file.
  ///   - rowShape: shape of one row; empty for a list of numbers.
  ///   - layout: chunked, compressed or not; ``HDF5Layout/contiguous`` cannot grow and is taken
  ///     as `.chunked()`.
  /// - Throws: ``HDF5Error/alreadyPresent(file:name:)``, or a failure to write.
  @discardableResult
  public func createExtendableDataset<T: HDF5Scalar>(
    _ name: String, of type: T.Type, rowShape: [Int], layout: HDF5Layout = .compressed()
  ) throws -> HDF5Dataset {
    let layout = layout == .contiguous ? .chunked() : layout
    return try node.locked { _ in
      try createDataset(
        name, type: T.nativeType, shape: [0] + rowShape,
        maximum: [chdf5_unlimited()] + rowShape.map { hsize_t($0) },
        chunk: layout.chunk(rowShape: rowShape, elementBytes: MemoryLayout<T>.size),
        compressed: layout.isCompressed)
    }
  }

  /// Creates a dataset without elements in it; inside the lock.
  func createDataset(
    _ name: String, type: hid_t, shape: [Int], maximum: [hsize_t]?, chunk: [Int]?,
    compressed: Bool, allocated: Bool = false
  ) throws -> HDF5Dataset {
    try requireAbsent(name)
    let path = node.path(of: name)
    let current = shape.map { hsize_t($0) }
    let space = try node.owned(
      shape.isEmpty
        ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), current, maximum),
      H5Sclose, "creation", at: path)
    let creation = try node.owned(
      H5Pcreate(chdf5_dataset_creation()), H5Pclose, "creation", at: path)
    // Without times the same numbers make the same bytes.
    try node.check(H5Pset_obj_track_times(creation.id, false), "creation", at: path)
    if let chunk {
      let lengths = chunk.map { hsize_t($0) }
      try node.check(
        H5Pset_chunk(creation.id, Int32(lengths.count), lengths), "creation", at: path)
    }
    if compressed && chunk != nil {
      try node.check(H5Pset_shuffle(creation.id), "creation", at: path)
      try node.check(H5Pset_deflate(creation.id, 1), "creation", at: path)
    }
    if allocated {
      try node.check(H5Pset_alloc_time(creation.id, H5D_ALLOC_TIME_EARLY), "creation", at: path)
      try node.check(H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER), "creation", at: path)
    }
    let links = try intermediateGroups()
    let dataset = try node.owned(
      H5Dcreate2(
        node.handle.id, name, type, space.id, links.id, creation.id, chdf5_default()),
      H5Dclose, "creation", at: path)
    return HDF5Dataset(
      node: HDF5Node(
        handle: dataset, fileHandle: node.fileHandle, file: node.file, path: path))
  }
}
