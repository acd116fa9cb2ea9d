internal import CHDF5
public import Foundation

extension HDF5Container {
  /// Creates a dataset all of whose rows have their place in the file from the beginning.
  ///
  /// Filling it later writes numbers only, nothing that describes the file: a program that is
  /// killed meanwhile leaves a file that opens. The file grows on the disk with what is written,
  /// where the file system knows sparse files. Rows that were not written are undefined, in general
  /// zero.
  ///
  /// - Parameters:
  ///   - name: its name; missing groups in `a/b/c` are created.
  ///   - type: type of the elements in the file.
  ///   - rows: number of rows.
  ///   - rowShape: shape of one row; empty for a list of numbers.
  ///   - rowsPerChunk: `nil` for a contiguous dataset of fixed size; otherwise other programs can
  ///     let it grow.
  /// - Throws: ``HDF5Error/alreadyPresent(file:name:)``, or a failure to write.
  @discardableResult
  public func createPreallocatedDataset<T: HDF5Scalar>(
    _ name: String, of type: T.Type, rows: Int, rowShape: [Int], rowsPerChunk: Int? = nil
  ) throws -> HDF5Dataset {
    try node.locked { _ in
      try createDataset(
        name, type: T.nativeType, shape: [rows] + rowShape,
        maximum: rowsPerChunk.map { _ in [chdf5_unlimited()] + rowShape.map { hsize_t($0) } },
        chunk: rowsPerChunk.map { [max(1, $0)] + rowShape }, compressed: false, allocated: true)
    }
  }
}

extension HDF5Object {
  /// Replaces the number of an attribute that is there already, in the same bytes of the file.
  ///
  /// - Throws: ``HDF5Error/missingAttribute(file:object:name:present:)``, or a failure to write.
  public func overwriteAttribute<T: HDF5Scalar>(_ name: String, _ value: T) throws {
    try node.locked { _ in
      let attribute = try openAttribute(name)
      guard attribute.shape.isEmpty else {
        throw HDF5Error.wrongShape(
          file: node.file, name: attributePath(name), expected: "one value",
          found: attribute.shape)
      }
      try node.check(
        H5Awrite(attribute.handle.id, T.nativeType, [value]), "writing", at: attributePath(name))
    }
  }
}

extension HDF5File {
  /// Opens an existing file for writing without the lock of the HDF5 library, so that other
  /// programs may read it meanwhile. Only for files whose datasets have their places
  /// (``HDF5Container/createPreallocatedDataset(_:of:rows:rowShape:rowsPerChunk:)``): otherwise
  /// readers see a file that is being rebuilt. Two writers at a time are the caller's to prevent.
  ///
  /// - Throws: ``HDF5Error``: missing, not HDF5, truncated, no permission.
  public init(updatingBesideReaders url: URL) throws {
    try self.init(opening: url, flags: chdf5_read_write(), locks: false)
  }
}
