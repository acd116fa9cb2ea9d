internal import CHDF5

extension HDF5Dataset {
  /// Adds whole rows at the end of a dataset made by
  /// ``HDF5Container/createExtendableDataset(_:of:rowShape:layout:)``.
  ///
  /// - Parameter values: the elements of any number of rows, in row-major order.
  /// - Throws: ``HDF5Error/wrongShape(file:name:expected:found:)`` if the dataset cannot grow or
  ///   the values do not fill whole rows.
  public func append<T: HDF5Scalar>(_ values: [T]) throws {
    try node.locked { _ in
      let (shape, rows) = try rowsFilled(by: values.count)
      try resize(rows: shape[0] + rows)
      try write(values, firstRow: shape[0], block: [rows] + shape.dropFirst())
    }
  }

  /// Replaces rows that are there already.
  ///
  /// - Parameters:
  ///   - values: the elements of any number of rows, in row-major order.
  ///   - first: index of the first row to replace.
  /// - Throws: ``HDF5Error/rowsOutOfRange(file:name:rows:available:)``, or
  ///   ``HDF5Error/wrongShape(file:name:expected:found:)`` if the values do not fill whole rows.
  public func writeRows<T: HDF5Scalar>(_ values: [T], at first: Int) throws {
    try node.locked { _ in
      let (shape, rows) = try rowsFilled(by: values.count)
      _ = try requireRows(first..<first + rows)
      try write(values, firstRow: first, block: [rows] + shape.dropFirst())
    }
  }

  /// Sets the number of rows of a dataset that can grow; new rows are zero, rows beyond the new
  /// number are lost.
  ///
  /// - Throws: ``HDF5Error/wrongShape(file:name:expected:found:)`` if it cannot grow.
  public func resize(rows: Int) throws {
    try node.locked { id in
      var (current, maximum) = try dimensions()
      guard let limit = maximum.first, limit >= hsize_t(rows), try chunkShape != nil else {
        throw HDF5Error.wrongShape(
          file: node.file, name: path, expected: "a first axis that can grow to \(rows)",
          found: current.map(Int.init))
      }
      current[0] = hsize_t(rows)
      try node.check(H5Dset_extent(id, current), "resizing")
    }
  }

  /// The shape of the dataset, and how many of its rows `count` elements fill.
  private func rowsFilled(by count: Int) throws -> (shape: [Int], rows: Int) {
    let shape = try extent()
    let rowCount = shape.dropFirst().reduce(1, *)
    guard !shape.isEmpty, rowCount > 0, count % rowCount == 0 else {
      throw HDF5Error.wrongShape(
        file: node.file, name: path, expected: "whole rows, \(count) elements are none",
        found: shape)
    }
    return (shape, count / rowCount)
  }

  private func write<T: HDF5Scalar>(_ values: [T], firstRow: Int, block: [Int]) throws {
    guard !values.isEmpty else { return }
    // The check comes before the selections are closed: that would forget the reason.
    let status = try transfer(firstRow, block: block) { memory, file in
      let status = H5Dwrite(node.handle.id, T.nativeType, memory, file, chdf5_default(), values)
      try node.check(status, "writing rows")
      return status
    }
    try node.check(status, "writing rows")
  }
}
