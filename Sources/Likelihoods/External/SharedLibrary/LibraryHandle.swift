internal import Foundation

/// A shared library that is loaded, and closed when nobody uses it any more.
final class LibraryHandle: @unchecked Sendable {
  /// The path it was loaded from.
  let path: String
  private let handle: UnsafeMutableRawPointer

  /// Loads a library.
  ///
  /// - Throws: ``ExternalError/mismatch(program:subject:expected:found:)`` with the reason of the
  ///   system's loader.
  init(_ path: String) throws(ExternalError) {
    // A path without a slash would be looked for in the folders of the system.
    let full = path.contains("/") ? path : "./" + path
    guard let handle = dlopen(full, RTLD_NOW | RTLD_LOCAL) else {
      throw .mismatch(
        program: path, subject: "file", expected: "a shared library",
        found: dlerror().map { String(cString: $0) } ?? "none that can be loaded")
    }
    self.path = path
    self.handle = handle
  }

  deinit { dlclose(handle) }

  /// The function with a name, `nil` if there is none.
  ///
  /// - Parameter type: its type as the header declares it; nothing checks it.
  func function<Function>(_ name: String, as type: Function.Type) -> Function? {
    dlsym(handle, name).map { unsafeBitCast($0, to: type) }
  }
}
