internal import CHDF5
internal import Foundation

/// The one door to the HDF5 library: every call is made inside ``locked(_:)``.
///
/// HDF5 keeps global tables; unless it was built thread-safe, two threads must never be inside
/// it at the same time, not even with two files.
enum HDF5Library {
  /// Recursive, because the last reference to a handle may go away inside a locked section.
  private static let lock = NSRecursiveLock()
  /// Files are closed by their owners. The library's own work at the end of the program is left
  /// out: it crashes where a file could not be written, on a full disk.
  private static let isOpen = {
    _ = H5dont_atexit()
    return H5open() >= 0
  }()

  /// Runs `body` while no other thread is inside the library.
  static func locked<R>(_ body: () throws -> R) rethrows -> R {
    lock.lock()
    defer { lock.unlock() }
    precondition(isOpen, "the HDF5 library cannot be initialised")
    _ = chdf5_silence()
    return try body()
  }

  /// What the library says about the last call that failed: the innermost cause first.
  ///
  /// Call it inside ``locked(_:)``, directly after the failure.
  static func reason() -> String {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { list in
      _ = H5Ewalk2(
        chdf5_error_stack(), H5E_WALK_UPWARD,
        { _, entry, list in
          if let entry, let text = entry.pointee.desc, let list {
            list.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }
          return 0
        }, list)
    }
    // What the system says is in quotes inside one of the messages.
    for message in messages where message.contains("file write failed") {
      let parts = message.components(separatedBy: "error message = '")
      if parts.count > 1, let text = parts[1].split(separator: "'").first { return String(text) }
    }
    return messages.isEmpty ? "HDF5 gives no reason" : messages.prefix(2).joined(separator: "; ")
  }
}
