package import NumericalCore

/// Applies a function to the indices `0..<count` on all threads and keeps the results in order.
///
/// The error of the lowest failing index is thrown, whatever the number of threads.
package func mapColumns<Result: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  try mapColumns(count, with: {}) { i, _ in try body(i) }
}

/// The same with something that every thread makes for itself and uses for one index after the
/// other, such as memory.
package func mapColumns<Result: Sendable, Workspace>(
  _ count: Int, with workspace: @Sendable () -> Workspace,
  _ body: @Sendable (Int, Workspace) throws -> Result
) throws -> [Result] {
  var slots = [Swift.Result<Result, any Error>?](repeating: nil, count: count)
  slots.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return }
    let rows = DisjointRows(base)
    parallelFor(count) { range in
      let workspace = workspace()
      for i in range { rows.base[i] = Swift.Result { try body(i, workspace) } }
    }
  }
  return try slots.compactMap { try $0?.get() }
}

extension Matrix where Element == Double {
  /// A copy of column `j`, gathered without a call per element.
  package func gatheredColumn(_ j: Int) -> [Double] {
    let stride = columns
    return elements.withUnsafeBufferPointer { source in
      Array(unsafeUninitializedCapacity: rows) { target, count in
        var k = j
        for i in 0..<rows {
          target.initializeElement(at: i, to: source[k])
          k += stride
        }
        count = rows
      }
    }
  }
}
