internal import NumericalCore

/// Draws that are somewhere else, a few columns in memory at a time.
struct DrawSource {
  /// Reads every `stride`-th of some steps.
  let read: (_ steps: Range<Int>, _ stride: Int) throws -> ChainBlock
  let names: [String]
  let walkers: Int
  let ensembles: Int?

  /// Bytes that are read at a time.
  private static let blockBytes = 1 << 23

  /// Convergence diagnostics of every parameter and of the log density.
  ///
  /// - Parameter memory: bytes of draws to hold at a time; the source is read as often as that
  ///   needs.
  func convergence(
    _ steps: Range<Int>, stride: Int = 1, provenance: [String: String] = [:],
    memory: Int = 3 << 29
  ) throws -> ConvergenceSummary {
    let rows = (steps.count + stride - 1) / stride
    let width = max(1, memory / max(1, 8 * rows * walkers))
    let all = names + [Chains.logDensityName]
    var parameters: [ParameterConvergence] = []
    let criteria = ConvergenceCriteria(ensembles: ensembles, provenance: provenance)
    for first in Swift.stride(from: 0, to: all.count, by: width) {
      let columns = Array(first..<min(first + width, all.count))
      let draws = try gather(steps, stride: stride, columns: columns, walkers: Array(0..<walkers))
      parameters += try ConvergenceSummary(
        draws, names: columns.map { all[$0] }, ensembles: ensembles, criteria: criteria
      ).parameters
    }
    return ConvergenceSummary(
      parameters: parameters, chains: walkers, draws: rows, criteria: criteria)
  }

  /// Some columns of some walkers; the last column of all is the log density.
  func gather(
    _ steps: Range<Int>, stride: Int, columns: [Int], walkers chosen: [Int]
  ) throws -> DrawColumns {
    let d = names.count
    let rows = (steps.count + stride - 1) / stride
    let result = DrawColumns(count: columns.count, chains: chosen.count, draws: rows)
    // Whole lines of the cache of every chain.
    let blockRows = max(8, Self.blockBytes / (8 * walkers * (d + 1)) / 8 * 8)
    for row in Swift.stride(from: 0, to: rows, by: blockRows) {
      let count = min(blockRows, rows - row)
      let first = steps.lowerBound + row * stride
      result.fill(
        at: row, from: try read(first..<first + (count - 1) * stride + 1, stride), width: d,
        walkers: walkers, columns: columns, of: chosen)
    }
    return result
  }
}

extension ConvergenceSummary {
  init(
    parameters: [ParameterConvergence], chains: Int, draws: Int, criteria: ConvergenceCriteria
  ) {
    self.parameters = parameters
    self.chains = chains
    self.draws = draws
    self.criteria = criteria
  }
}
