public import NumericalCore
internal import Statistics

/// The draws of one quantity in several chains of equal length, checked once.
///
/// A chain is a sequence that is independent of the others: a run of Hamiltonian Monte Carlo, or
/// a whole ensemble. Walkers of one ensemble share their moves and are not independent chains;
/// between-chain diagnostics on them are too optimistic.
public struct ChainDraws: Sendable {
  /// Number of chains.
  public let chains: Int
  /// Number of draws in each chain.
  public let draws: Int
  /// All draws, chain after chain.
  public let values: [Double]

  /// Draws as `[chain][draw]`.
  ///
  /// - Throws: ``ChainDiagnosticsError`` for no chains, chains of different lengths, fewer than
  ///   four draws, or a draw that is not finite.
  public init(_ chains: [[Double]]) throws {
    guard let first = chains.first else { throw ChainDiagnosticsError.noChains }
    for (m, chain) in chains.enumerated() where chain.count != first.count {
      throw ChainDiagnosticsError.unequalLengths(
        chain: m, expected: first.count, found: chain.count)
    }
    try self.init(values: chains.flatMap { $0 }, chains: chains.count)
  }

  /// One column of several chains stored as matrices (rows = draws, columns = parameters).
  public init(_ chains: [Matrix<Double>], column: Int) throws {
    guard let first = chains.first else { throw ChainDiagnosticsError.noChains }
    var values: [Double] = []
    values.reserveCapacity(chains.count * first.rows)
    for (m, chain) in chains.enumerated() {
      guard chain.rows == first.rows else {
        throw ChainDiagnosticsError.unequalLengths(
          chain: m, expected: first.rows, found: chain.rows)
      }
      guard chain.columns > column, column >= 0 else {
        throw ChainDiagnosticsError.noSuchColumn(column, chain: m, columns: chain.columns)
      }
      values += chain.gatheredColumn(column)
    }
    try self.init(values: values, chains: chains.count)
  }

  /// Draws chain after chain.
  init(values: [Double], chains: Int) throws {
    let draws = values.count / chains
    guard draws >= 4 else { throw ChainDiagnosticsError.tooFewDraws(found: draws, needed: 4) }
    try values.withUnsafeBufferPointer { try Self.check($0, draws: draws) }
    self.init(unchecked: values, chains: chains, draws: draws)
  }

  /// Throws unless all numbers are finite.
  static func check(_ values: UnsafeBufferPointer<Double>, draws: Int) throws {
    guard !areFinite(values), let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw ChainDiagnosticsError.notFinite(
      chain: bad / draws, draw: bad % draws, value: values[bad])
  }

  private static func areFinite(_ x: UnsafeBufferPointer<Double>) -> Bool {
    var sums = SIMD8<Double>.zero
    var k = 0
    while k + 8 <= x.count {
      // x - x is not a number where x is not finite.
      for j in 0..<8 { sums[j] += x[k + j] - x[k + j] }
      k += 8
    }
    return sums == .zero && x[k...].allSatisfy(\.isFinite)
  }

  init(unchecked values: [Double], chains: Int, draws: Int) {
    self.values = values
    self.chains = chains
    self.draws = draws
  }

  /// Number of draws in all chains.
  public var count: Int { values.count }

  /// The chains whose draws are all equal.
  public var stuckChains: [Int] {
    values.withUnsafeBufferPointer { values in
      (0..<chains).filter { m in
        let start = m * draws
        var k = start + 1
        while k < start + draws, values[k] == values[start] { k += 1 }
        return k == start + draws
      }
    }
  }

  /// The first and the last floor(N/2) draws of each chain as chains of their own; an odd number
  /// of draws loses the middle one.
  func split() -> ChainDraws {
    let half = draws / 2
    guard draws % 2 == 1 else {
      // In memory the halves of a chain already follow each other.
      return ChainDraws(unchecked: values, chains: 2 * chains, draws: half)
    }
    var kept: [Double] = []
    kept.reserveCapacity(2 * half * chains)
    for m in 0..<chains {
      kept += values[m * draws..<m * draws + half]
      kept += values[m * draws + half + 1..<(m + 1) * draws]
    }
    return ChainDraws(unchecked: kept, chains: 2 * chains, draws: half)
  }

  /// The chains in `count` groups of equal size, in order.
  func groups(_ count: Int) -> [ChainDraws] {
    let size = chains / count
    return (0..<count).map { k in
      ChainDraws(
        unchecked: Array(values[k * size * draws..<(k + 1) * size * draws]), chains: size,
        draws: draws)
    }
  }

  /// The same chains of other numbers.
  func replacing(_ newValues: [Double]) -> ChainDraws {
    ChainDraws(unchecked: newValues, chains: chains, draws: draws)
  }

  /// The mean and the variance (divided by N - 1) of each chain; exactly 0 for a stuck one.
  func chainMoments() -> (means: [Double], variances: [Double]) {
    withAutocovariances { $0.chainMoments }
  }

  /// The mean of all draws, Σ (x - mean)² over them, and their number.
  var moments: (mean: Double, squares: Double, count: Int) {
    withAutocovariances { $0.overallMoments }
  }

  /// Calls `body` with the autocovariances of the chains, or of their halves.
  func withAutocovariances<Value>(
    split: Bool = false, map: SeriesMap = .identity,
    scaling: AutocovarianceSum.Scaling = .none, _ body: (inout LaggedAutocovariances) -> Value
  ) -> Value {
    values.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { preconditionFailure("chains have draws") }
      var covariances = LaggedAutocovariances(
        x,
        split
          ? SeriesStarts(halvesOf: chains, length: draws)
          : SeriesStarts(count: chains, length: draws), map: map, scaling: scaling,
        tables: AutocovarianceTables(length: split ? draws / 2 : draws))
      return body(&covariances)
    }
  }
}

extension LaggedAutocovariances {
  /// The mean and the variance (divided by N - 1) of each series; exactly 0 for a constant one.
  var chainMoments: (means: [Double], variances: [Double]) {
    (means, squares.map { $0 / Double(max(1, length - 1)) })
  }

  /// The series that are constant.
  var stuckSeries: [Int] { squares.indices.filter { isConstant[$0] } }
}
