internal import CHDF5
public import Foundation

/// One open object of a file: what ``HDF5File``, ``HDF5Group`` and ``HDF5Dataset`` share.
///
/// It keeps its file open as long as it lives, unless ``HDF5File/close()`` is called.
public struct HDF5Node: Sendable {
  let handle: Handle
  let fileHandle: Handle
  let file: URL
  /// The place of the object in the file, `/` for the file itself.
  let path: String

  /// Runs `body` with the identifier of the object, while no other thread is in the library.
  func locked<R>(_ body: (hid_t) throws -> R) throws -> R {
    try HDF5Library.locked {
      guard fileHandle.isOpen, handle.isOpen else { throw HDF5Error.closed(file: file) }
      return try body(handle.id)
    }
  }

  /// The path of something inside this object.
  func path(of name: String) -> String {
    name.hasPrefix("/") ? name : path == "/" ? "/" + name : path + "/" + name
  }

  /// The error for a call that failed just now, on this object or on something inside it.
  func failure(_ operation: String, at name: String? = nil) -> HDF5Error {
    .failed(
      file: file, name: name ?? path, operation: operation, reason: HDF5Library.reason())
  }

  /// Takes over the identifier that a call returned, or throws what went wrong.
  func owned(
    _ id: hid_t, _ close: @escaping @Sendable (hid_t) -> herr_t, _ operation: String,
    at name: String? = nil
  ) throws -> Handle {
    guard let handle = Handle(id, closedBy: close) else { throw failure(operation, at: name) }
    return handle
  }

  /// Throws what went wrong if `status` says that something did.
  func check(_ status: herr_t, _ operation: String, at name: String? = nil) throws {
    if status < 0 { throw failure(operation, at: name) }
  }
}

/// A file, group or dataset: anything that carries attributes.
public protocol HDF5Object: Sendable {
  /// The open object.
  var node: HDF5Node { get }
}

extension HDF5Object {
  /// The place of the object in its file, e.g. `/mcmc/chain`.
  public var path: String { node.path }

  /// The file that the object is part of.
  public var fileURL: URL { node.file }
}
