internal import CHDF5
public import Foundation

/// An open HDF5 file.
///
/// ```swift
/// try HDF5File.writeAtomically(to: url) { file in
///   try file.writeDataset("points", values, shape: [1000, 95])
///   try file.setAttribute("seed", 17)
/// }
/// let points = try HDF5File(reading: url).dataset("points").read(as: Double.self)
/// ```
///
/// Any number of threads may use it; one of them at a time is inside the HDF5 library. The file
/// is closed by ``close()``, or with the last object that belongs to it.
public struct HDF5File: HDF5Container {
  public let node: HDF5Node

  /// Opens an existing file for reading.
  ///
  /// - Throws: ``HDF5Error``: missing, not HDF5, truncated, no permission.
  public init(reading url: URL) throws {
    try self.init(opening: url, flags: chdf5_read_only())
  }

  /// Opens an existing file for reading and writing.
  ///
  /// - Throws: ``HDF5Error``: missing, not HDF5, truncated, no permission, open elsewhere.
  public init(updating url: URL) throws {
    try self.init(opening: url, flags: chdf5_read_write())
  }

  /// Creates a file, replacing one of the same name.
  ///
  /// A reader sees a half-written file until it is closed; ``writeAtomically(to:_:)`` avoids
  /// this.
  ///
  /// - Throws: ``HDF5Error/cannotWrite(file:reason:)``.
  public init(creating url: URL) throws {
    node = try HDF5Library.locked {
      let access = try Self.accessProperties(url)
      // Readers built on netCDF refuse groups that do not remember the order of their members.
      let creation = Handle(H5Pcreate(chdf5_file_creation()), closedBy: H5Pclose)
      let order = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
      guard let creation, H5Pset_link_creation_order(creation.id, order) >= 0,
        let handle = Handle(
          H5Fcreate(url.path, chdf5_truncate(), creation.id, access.id), closedBy: H5Fclose)
      else { throw HDF5Error.cannotWrite(file: url, reason: HDF5Library.reason()) }
      return HDF5Node(handle: handle, fileHandle: handle, file: url, path: "/")
    }
  }

  /// The flags are macros that open the library: they are evaluated behind its door.
  init(opening url: URL, flags: @autoclosure () -> UInt32, locks: Bool = true) throws {
    node = try HDF5Library.locked {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
        throw HDF5Error.missingFile(file: url)
      }
      guard !isFolder.boolValue else {
        throw HDF5Error.cannotOpen(file: url, reason: "it is a folder")
      }
      let access = try Self.accessProperties(url, locks: locks)
      if let handle = Handle(H5Fopen(url.path, flags(), access.id), closedBy: H5Fclose) {
        return HDF5Node(handle: handle, fileHandle: handle, file: url, path: "/")
      }
      throw Self.openFailure(url, reason: HDF5Library.reason())
    }
  }

  /// Tells a file of another format, a damaged one and an unreadable one apart.
  private static func openFailure(_ url: URL, reason: String) -> HDF5Error {
    guard FileManager.default.isReadableFile(atPath: url.path) else {
      return .cannotOpen(file: url, reason: "permission denied")
    }
    let isHDF5 = H5Fis_hdf5(url.path)
    if isHDF5 == 0 { return .notHDF5(file: url) }
    let mayNotOpen = ["errno", "already open"].contains { reason.contains($0) }
    return mayNotOpen
      ? .cannotOpen(file: url, reason: reason) : .damaged(file: url, reason: reason)
  }

  private static func accessProperties(_ url: URL, locks: Bool = true) throws -> Handle {
    guard let access = Handle(H5Pcreate(chdf5_file_access()), closedBy: H5Pclose),
      // Closing the file closes the objects in it: after `close` nothing is left to be written.
      H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG) >= 0,
      // Network file systems without locks are common on clusters.
      H5Pset_file_locking(access.id, locks, true) >= 0
    else { throw HDF5Error.cannotOpen(file: url, reason: HDF5Library.reason()) }
    return access
  }

  /// Hands everything written so far to the operating system.
  public func flush() throws {
    try node.locked { try node.check(H5Fflush($0, H5F_SCOPE_LOCAL), "flush") }
  }

  /// Writes what is left and closes the file and every object in it.
  ///
  /// - Throws: ``HDF5Error/cannotWrite(file:reason:)`` if the rest could not be written.
  public func close() throws {
    try HDF5Library.locked {
      guard node.fileHandle.close() else {
        throw HDF5Error.cannotWrite(file: node.file, reason: HDF5Library.reason())
      }
    }
  }
}
