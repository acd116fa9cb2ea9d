internal import NumericalCore

/// Consecutive kept steps of all walkers.
struct ChainBlock {
  var positions: [Double] = []
  var logDensities: [Double] = []
  /// One series for each name of the run's statistics.
  var statistics: [[Double]]
  /// Number of steps.
  var steps = 0

  init(statistics: Int) { self.statistics = Array(repeating: [], count: statistics) }
}

/// Where the kept steps of a run go.
protocol ChainSink: AnyObject {
  /// Steps that are handed over at a time.
  var blockSteps: Int { get }

  /// Takes steps, in order.
  func append(_ block: ChainBlock) throws

  /// Whether enough time has passed since the last checkpoint.
  var isCheckpointDue: Bool { get }

  /// Makes everything up to a step last; all its kept steps have been appended.
  func save(_ checkpoint: RunCheckpoint) throws

  /// Reads kept steps back.
  func readSteps(_ steps: Range<Int>, stride: Int) throws -> ChainBlock
}

/// Keeps everything in memory.
final class MemorySink: ChainSink {
  private var block: ChainBlock
  private let walkers, columns: Int
  let blockSteps: Int
  let isCheckpointDue = false

  init(walkers: Int, columns: Int, statistics: Int, steps: Int) {
    (self.walkers, self.columns) = (walkers, columns)
    block = ChainBlock(statistics: statistics)
    block.positions.reserveCapacity(steps * walkers * columns)
    block.logDensities.reserveCapacity(steps * walkers)
    blockSteps = max(1, (1 << 17) / (walkers * columns))
  }

  func append(_ new: ChainBlock) {
    block.positions += new.positions
    block.logDensities += new.logDensities
    for k in new.statistics.indices { block.statistics[k] += new.statistics[k] }
    block.steps += new.steps
  }

  func save(_ checkpoint: RunCheckpoint) {}

  /// Gives everything away.
  func takeBlock() -> ChainBlock {
    defer { block = ChainBlock(statistics: 0) }
    return block
  }

  func readSteps(_ steps: Range<Int>, stride: Int) -> ChainBlock {
    var result = ChainBlock(statistics: block.statistics.count)
    for step in Swift.stride(from: steps.lowerBound, to: steps.upperBound, by: stride) {
      let rows = step * walkers..<(step + 1) * walkers
      result.positions += block.positions[rows.lowerBound * columns..<rows.upperBound * columns]
      result.logDensities += block.logDensities[rows]
      for k in block.statistics.indices { result.statistics[k] += block.statistics[k][rows] }
      result.steps += 1
    }
    return result
  }
}
