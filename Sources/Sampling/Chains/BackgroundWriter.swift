internal import Dispatch
internal import Synchronization

/// Writes one piece after the other while its owner goes on. One piece is on its way at a time;
/// what it throws is thrown at the next call.
final class BackgroundWriter: Sendable {
  private let queue = DispatchQueue(label: "chain file", qos: .userInitiated)
  private let failure = Mutex<(any Error)?>(nil)

  /// Waits for the last piece and starts another one.
  ///
  /// - Throws: what the last piece threw; the new one is not started then.
  func start(_ work: @escaping @Sendable () throws -> Void) throws {
    try finish()
    queue.async { [self] in
      do {
        try work()
      } catch {
        failure.withLock { $0 = error }
      }
    }
  }

  /// Waits for the last piece.
  ///
  /// - Throws: what it threw, once.
  func finish() throws {
    queue.sync {}
    let error = failure.withLock { failure in
      defer { failure = nil }
      return failure
    }
    if let error { throw error }
  }
}
