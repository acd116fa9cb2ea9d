internal import CHDF5
internal import Synchronization

/// The owner of one HDF5 identifier; closes it with the last reference.
///
/// Bind a handle to a name before its `id` goes into a call: a named value lives through the
/// calls of its scope, a temporary one may be closed before the call that it was meant for.
final class Handle: Sendable {
  let id: hid_t
  private let release: @Sendable (hid_t) -> herr_t
  private let open = Atomic<Bool>(true)

  private init(id: hid_t, release: @escaping @Sendable (hid_t) -> herr_t) {
    self.id = id
    self.release = release
  }

  /// Takes over an identifier that an HDF5 call returned; `nil` if the call failed.
  convenience init?(_ id: hid_t, closedBy release: @escaping @Sendable (hid_t) -> herr_t) {
    guard id >= 0 else { return nil }
    self.init(id: id, release: release)
  }

  deinit {
    _ = close()
  }

  var isOpen: Bool { open.load(ordering: .acquiring) }

  /// Closes the identifier now; false if the library could not (for a file: could not write).
  func close() -> Bool {
    guard open.exchange(false, ordering: .acquiringAndReleasing) else { return true }
    return HDF5Library.locked { release(id) >= 0 }
  }
}
