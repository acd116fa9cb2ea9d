internal import COpenBLAS
internal import CVectorKernels
internal import Dispatch
internal import Foundation
internal import Synchronization

/// How many threads the framework uses; the one owner of that decision, for our own loops and
/// for OpenBLAS.
///
/// Numbers of loops by ``parallelFor(_:grain:_:)`` do not depend on it: they write disjoint rows and
/// sum in a fixed order. Matrix products on several threads, and sums of the parts of work that is
/// shared out between ``available`` threads, may differ in the last digits; where equality is promised
/// it runs inside ``withSerialProducts(_:)``.
public enum Threads {
  private static let configured = Atomic<Int>(0)
  /// How many callers are inside ``withSerialProducts(_:)``.
  private static let serialDepth = Mutex(0)

  /// Threads in use: set explicitly, else `DNNLIK_THREADS`, else the number of active cores.
  public static var count: Int {
    let value = configured.load(ordering: .relaxed)
    if value > 0 { return value }
    if let text = ProcessInfo.processInfo.environment["DNNLIK_THREADS"], let n = Int(text), n > 0 {
      setCount(n)
      return n
    }
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    setCount(cores)
    return cores
  }

  /// Sets the number of threads for loops and for matrix products.
  ///
  /// - Precondition: `n >= 1`.
  public static func setCount(_ n: Int) {
    precondition(n >= 1, "at least one thread is needed")
    configured.store(n, ordering: .relaxed)
    serialDepth.withLock { depth in if depth == 0 { openblas_set_num_threads(Int32(n)) } }
  }

  /// Runs `body` with every matrix product on the thread that asks for it, so that `body` can use
  /// the threads itself and its numbers do not depend on how many there are.
  public static func withSerialProducts<Value>(_ body: () throws -> Value) rethrows -> Value {
    let threads = Int32(count)
    serialDepth.withLock { depth in
      depth += 1
      if depth == 1 { openblas_set_num_threads(1) }
    }
    defer {
      serialDepth.withLock { depth in
        depth -= 1
        if depth == 0 { openblas_set_num_threads(threads) }
      }
    }
    return try $isSerial.withValue(true, operation: body)
  }

  /// Whether this work is inside ``withSerialProducts(_:)``.
  @TaskLocal private static var isSerial = false

  /// Threads for work that can be shared out: one inside a parallel loop, and inside
  /// ``withSerialProducts(_:)``, whose numbers do not depend on how many there are.
  public static var available: Int { isSerial || vk_inside_loop() != 0 ? 1 : count }

  /// The OpenBLAS kernel in use, e.g. `SkylakeX`; an inherited `OPENBLAS_CORETYPE` may pin it.
  public static var blasCoreName: String { String(cString: openblas_get_corename()) }
}

/// Runs `body` on disjoint consecutive ranges that cover `0..<count`, on all threads.
///
/// - Parameters:
///   - count: number of items (rows).
///   - grain: fewest items worth a thread; fewer than `2 * grain` items run on the caller.
///   - body: called once for each range, concurrently; must write only to its own rows. A loop
///     inside it runs on its own thread.
public func parallelFor(
  _ count: Int, grain: Int = 1, _ body: @Sendable (Range<Int>) -> Void
) {
  guard count > 0 else { return }
  let pieces = min(Threads.count, max(1, count / max(1, grain)))
  guard pieces > 1, vk_inside_loop() == 0 else { return body(0..<count) }
  DispatchQueue.concurrentPerform(iterations: pieces) { piece in
    vk_set_inside_loop(1)
    body(count * piece / pieces..<count * (piece + 1) / pieces)
    vk_set_inside_loop(0)
  }
}

/// A pointer that may be captured by the concurrent bodies of ``parallelFor(_:grain:_:)``.
///
/// The bodies write to disjoint rows; this type is the one place where that promise is made to
/// the compiler.
public struct DisjointRows<Element>: @unchecked Sendable {
  /// The first element of the buffer.
  public let base: UnsafeMutablePointer<Element>

  /// Wraps the buffer's base address.
  public init(_ base: UnsafeMutablePointer<Element>) { self.base = base }
}

/// A read-only pointer that may be captured by concurrent bodies; nobody writes meanwhile.
public struct SharedRows<Element>: @unchecked Sendable {
  /// The first element of the buffer.
  public let base: UnsafePointer<Element>

  /// Wraps the buffer's base address.
  public init(_ base: UnsafePointer<Element>) { self.base = base }
}
