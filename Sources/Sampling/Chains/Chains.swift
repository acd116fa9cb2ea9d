public import NumericalCore

/// The kept draws of several walkers, with what is needed to judge them.
public struct Chains: Sendable {
  /// Names of the parameters, in the order of the columns of ``positions``.
  public let names: [String]
  /// Number of walkers (independent chains, or members of ensembles).
  public let walkers: Int
  /// Number of independent ensembles, in consecutive blocks of walkers; `nil` if every walker is an
  /// independent chain.
  public let ensembles: Int?
  /// Draws, one a row: all walkers of the first kept step, then of the second, and so on.
  public var positions: Matrix<Double>
  /// The log density of every draw.
  public var logDensities: [Double]
  /// Mean acceptance of every walker.
  public var acceptance: [Double]
  /// Divergent transitions after warm-up.
  public var divergences: Int
  /// How the chains were made: sampler, seed, burn-in, thinning.
  public var provenance: [String: String]
  /// Further numbers of every draw, in the order of ``positions``: `log_prior`, and what a kernel
  /// reports (`energy`, `tree_depth`, `diverging`).
  public var statistics: [String: [Double]] = [:]
  /// Bounds of the parameters, where they are known.
  public var bounds: [String: ClosedRange<Double>] = [:]

  /// Chains from their parts.
  public init(
    names: [String], walkers: Int, ensembles: Int?, positions: Matrix<Double>,
    logDensities: [Double], acceptance: [Double], divergences: Int = 0,
    provenance: [String: String] = [:]
  ) {
    precondition(walkers > 0 && positions.rows % walkers == 0, "whole steps of all walkers")
    precondition(positions.rows == logDensities.count, "one log density a draw")
    self.names = names
    self.walkers = walkers
    self.ensembles = ensembles
    self.positions = positions
    self.logDensities = logDensities
    self.acceptance = acceptance
    self.divergences = divergences
    self.provenance = provenance
  }

  /// Name of the log density in summaries, which no parameter may have.
  public static let logDensityName = "log_density"

  /// Number of kept steps.
  public var steps: Int { positions.rows / walkers }

  /// The same draws with some of the parameters only.
  public func selecting(_ columns: [Int]) -> Chains {
    let d = positions.columns
    var elements: [Double] = []
    elements.reserveCapacity(positions.rows * columns.count)
    for row in 0..<positions.rows {
      for column in columns { elements.append(positions.elements[row * d + column]) }
    }
    var chains = Chains(
      names: columns.map { names[$0] }, walkers: walkers, ensembles: ensembles,
      positions: Matrix(rows: positions.rows, columns: columns.count, elements: elements),
      logDensities: logDensities, acceptance: acceptance, divergences: divergences,
      provenance: provenance)
    chains.statistics = statistics
    chains.bounds = bounds
    return chains
  }

  /// The draws of every walker as a matrix of its own, with the log density as an additional last
  /// column if asked.
  public func perWalker(includingLogDensity: Bool = false) -> [Matrix<Double>] {
    let d = positions.columns
    let width = d + (includingLogDensity ? 1 : 0)
    return (0..<walkers).map { walker in
      var elements: [Double] = []
      elements.reserveCapacity(steps * width)
      for step in 0..<steps {
        let row = step * walkers + walker
        elements += positions.elements[row * d..<(row + 1) * d]
        if includingLogDensity { elements.append(logDensities[row]) }
      }
      return Matrix(rows: steps, columns: width, elements: elements)
    }
  }

  /// Convergence diagnostics of every parameter and of the log density (named `log_density`).
  ///
  /// Short chains in large numbers are judged by R-hat and effective sizes alone; ensembles also by
  /// their length in autocorrelation times.
  ///
  /// - Throws: ``ChainDiagnosticsError`` for fewer than four steps.
  public func convergence() throws -> ConvergenceSummary {
    try source.convergence(0..<steps, provenance: provenance)
  }

  /// The draws as diagnostics read them.
  var source: DrawSource {
    let (d, walkers) = (positions.columns, walkers)
    return DrawSource(
      read: { range, _ in
        var block = ChainBlock(statistics: 0)
        let rows = range.lowerBound * walkers..<range.upperBound * walkers
        block.positions = Array(positions.elements[rows.lowerBound * d..<rows.upperBound * d])
        block.logDensities = Array(logDensities[rows])
        block.steps = range.count
        return block
      }, names: names, walkers: walkers, ensembles: ensembles)
  }
}

extension ConvergenceCriteria {
  /// The usual limits, or those of the goal that a run had.
  init(ensembles: Int?, provenance: [String: String]) {
    self.init(minimumLengthInTau: ensembles == nil ? 0 : 50)
    guard let goal = provenance["goal"].flatMap({ try? SamplingGoal($0) }) else { return }
    if let size = goal.effectiveSampleSize { minimumEffectiveSampleSize = size }
    if let limit = goal.rHat { maximumRHat = limit }
  }
}
