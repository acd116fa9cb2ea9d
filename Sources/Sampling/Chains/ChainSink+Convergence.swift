internal import NumericalCore

/// Draws that are somewhere else, a few columns in memory at a time.
struct DrawSource {
  /// Reads every `stride`-th of some steps.
  let read: (_ steps: Range<Int>, _ stride: Int) throws -> ChainBlock
  let names: [String]
  let walkers: Int
  let ensembles: Int?

  /// Bytes that are read at a time.
  private static let blockBytes = 1 << 26

  /// Convergence diagnostics of every parameter and of the log density.
  ///
  /// - Parameter memory: bytes of draws to hold at a time; the source is read as often as that
  ///   needs.
  func convergence(
    _ steps: Range<Int>, stride: Int = 1, provenance: [String: String] = [:],
    memory: Int = 1 << 29
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

  /// Some columns of some walkers, one matrix a walker; the last column of all is the log density.
  func gather(
    _ steps: Range<Int>, stride: Int, columns: [Int], walkers chosen: [Int]
  ) throws -> [Matrix<Double>] {
    let d = names.count
    let rows = (steps.count + stride - 1) / stride
    var result = chosen.map { _ in
      Matrix<Double>(rows: rows, columns: columns.count, repeating: 0)
    }
    let blockRows = max(1, Self.blockBytes / (8 * walkers * (d + 1)))
    var row = 0
    while row < rows {
      let count = min(blockRows, rows - row)
      let first = steps.lowerBound + row * stride
      let block = try read(first..<first + (count - 1) * stride + 1, stride)
      for (k, walker) in chosen.enumerated() {
        result[k].elements.withUnsafeMutableBufferPointer { out in
          for i in 0..<count {
            let draw = i * walkers + walker
            for (c, column) in columns.enumerated() {
              out[(row + i) * columns.count + c] =
                column < d ? block.positions[draw * d + column] : block.logDensities[draw]
            }
          }
        }
      }
      row += count
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
