public import Foundation

extension HDF5File {
  /// Writes a whole file: under a temporary name in the same folder, then renamed.
  ///
  /// Readers see the former file or the complete new one. If `body` throws, the temporary file
  /// is removed and the former file stays as it was.
  ///
  /// - Parameters:
  ///   - url: the final place.
  ///   - body: fills the new file; must not keep it.
  /// - Throws: what `body` throws, or ``HDF5Error/cannotWrite(file:reason:)``.
  @discardableResult
  public static func writeAtomically<Result>(
    to url: URL, _ body: (HDF5File) throws -> Result
  ) throws -> Result {
    let temporary = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).part")
    do {
      let file = try creatingForRename(temporary, target: url)
      let result = try body(file)
      try file.close()
      try rename(temporary, to: url)
      return result
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw Self.naming(url, insteadOf: temporary, error)
    }
  }

  /// The file that the caller knows, where the temporary one could not be written.
  private static func naming(
    _ url: URL, insteadOf temporary: URL, _ error: any Error
  ) -> any Error {
    switch error {
    case HDF5Error.failed(file: temporary, let name, let operation, let reason):
      return HDF5Error.failed(file: url, name: name, operation: operation, reason: reason)
    case HDF5Error.cannotWrite(file: temporary, let reason):
      return HDF5Error.cannotWrite(file: url, reason: reason)
    default: return error
    }
  }

  /// Names the file that the caller knows, not the temporary one, where it cannot be created.
  private static func creatingForRename(_ temporary: URL, target: URL) throws -> HDF5File {
    do {
      return try HDF5File(creating: temporary)
    } catch HDF5Error.cannotWrite(_, let reason) {
      throw HDF5Error.cannotWrite(file: target, reason: reason)
    }
  }

  private static func rename(_ temporary: URL, to url: URL) throws {
    let handle = try FileHandle(forUpdating: temporary)
    try handle.synchronize()
    try handle.close()
    guard Foundation.rename(temporary.path, url.path) == 0 else {
      throw HDF5Error.cannotWrite(file: url, reason: String(cString: strerror(errno)))
    }
  }
}
