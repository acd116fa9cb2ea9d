internal import NumericalCore

/// Some columns of the draws of some walkers, chain after chain, as the diagnostics read them;
/// filled from blocks of steps.
final class DrawColumns: Sendable {
  /// Number of columns.
  let count: Int
  /// Number of chains.
  let chains: Int
  /// Draws of a chain.
  let draws: Int
  // Column after column.
  private let memory: DisjointRows<Double>

  init(count: Int, chains: Int, draws: Int) {
    (self.count, self.chains, self.draws) = (count, chains, draws)
    // Whoever fills it fills all of it.
    memory = DisjointRows(.allocate(capacity: max(1, count * chains * draws)))
  }

  /// All columns of chains stored as matrices of equal shape.
  convenience init(_ matrices: [Matrix<Double>]) {
    let (draws, width) = (matrices.first?.rows ?? 0, matrices.first?.columns ?? 0)
    self.init(count: width, chains: matrices.count, draws: draws)
    for (m, matrix) in matrices.enumerated() {
      for t in 0..<draws {
        for j in 0..<width {
          memory.base[(j * chains + m) * draws + t] = matrix.elements[t * width + j]
        }
      }
    }
  }

  deinit { memory.base.deallocate() }

  /// Takes the steps of a block.
  ///
  /// - Parameters:
  ///   - first: the place of the first of them in the chains.
  ///   - columns: which columns of the block; one beyond the last is the log density.
  ///   - walkers: the walker of the block that every chain is.
  func fill(
    at first: Int, from block: ChainBlock, width: Int, walkers: Int, columns: [Int],
    of chosen: [Int]
  ) {
    let (size, draws, memory, steps) = (chains * draws, self.draws, self.memory, block.steps)
    block.positions.withUnsafeBufferPointer { positions in
      block.logDensities.withUnsafeBufferPointer { values in
        guard let positions = positions.baseAddress, let values = values.baseAddress else { return }
        let (x, v) = (SharedRows(positions), SharedRows(values))
        parallelFor(chosen.count, grain: 4) { range in
          for chain in range {
            // Lines of the cache are read whole and written whole.
            for start in stride(from: 0, to: steps, by: 8) {
              let end = min(start + 8, steps)
              for (k, column) in columns.enumerated() {
                let to = memory.base + k * size + chain * draws + first
                if column < width {
                  let from = x.base + chosen[chain] * width + column
                  for step in start..<end { to[step] = from[step * walkers * width] }
                } else {
                  let from = v.base + chosen[chain]
                  for step in start..<end { to[step] = from[step * walkers] }
                }
              }
            }
          }
        }
      }
    }
  }

  /// The draws of one column.
  ///
  /// - Parameter steps: which of every chain.
  /// - Throws: ``ChainDiagnosticsError``.
  func column(_ index: Int, steps: Range<Int>) throws -> ChainDraws {
    let from = UnsafePointer(memory.base + index * chains * draws + steps.lowerBound)
    let size = chains * steps.count
    let values = [Double](unsafeUninitializedCapacity: size) { buffer, initialized in
      initialized = size
      guard let to = buffer.baseAddress else { return }
      for chain in 0..<chains {
        (to + chain * steps.count).initialize(from: from + chain * draws, count: steps.count)
      }
    }
    return try ChainDraws(values: values, chains: chains)
  }

  /// Calls `body` with the draws of one column, chain after chain.
  ///
  /// - Parameter steps: which of every chain; `nil` for all.
  /// - Throws: ``ChainDiagnosticsError`` if a draw is not finite.
  func withColumn<Value>(
    _ index: Int, steps: Range<Int>?, _ body: (UnsafePointer<Double>) -> Value
  ) throws -> Value {
    if let steps, steps != 0..<draws {
      let column = try column(index, steps: steps)
      return column.values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { preconditionFailure("chains have draws") }
        return body(x)
      }
    }
    let x = UnsafePointer(memory.base + index * chains * draws)
    try ChainDraws.check(UnsafeBufferPointer(start: x, count: chains * draws), draws: draws)
    return body(x)
  }
}
