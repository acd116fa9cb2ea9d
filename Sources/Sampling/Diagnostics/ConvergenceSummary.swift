public import NumericalCore
internal import Statistics

/// Limits that chains must meet before their draws are used.
public struct ConvergenceCriteria: Codable, Hashable, Sendable {
  /// The largest acceptable R-hat.
  public var maximumRHat: Double
  /// The least acceptable bulk and tail effective sample size.
  public var minimumEffectiveSampleSize: Double
  /// The least acceptable length of a chain in units of τ; 0 asks for nothing.
  public var minimumLengthInTau: Double

  /// The limits of arXiv:1903.08008; a length of 50 τ for ensembles, 0 where chains are many and
  /// short.
  public init(
    maximumRHat: Double = 1.01, minimumEffectiveSampleSize: Double = 400,
    minimumLengthInTau: Double = 50
  ) {
    self.maximumRHat = maximumRHat
    self.minimumEffectiveSampleSize = minimumEffectiveSampleSize
    self.minimumLengthInTau = minimumLengthInTau
  }
}

/// Convergence diagnostics of many parameters.
public struct ConvergenceSummary: Codable, Hashable, Sendable {
  /// One entry for each parameter, in the order of the columns.
  public let parameters: [ParameterConvergence]
  /// Number of chains.
  public let chains: Int
  /// Number of draws per chain.
  public let draws: Int
  /// The limits that the parameters were compared with.
  public let criteria: ConvergenceCriteria

  /// Whether every parameter meets every limit.
  public var isConverged: Bool { parameters.allSatisfy { $0.warnings(criteria).isEmpty } }

  /// What is wrong, one sentence for each failed limit of each parameter.
  public var warnings: [String] {
    parameters.flatMap { parameter in
      parameter.warnings(criteria).map { "\(parameter.name): \($0)" }
    }
  }

  /// The parameters none of whose chains moves.
  public var stuckParameters: [String] { parameters.filter(\.isStuck).map(\.name) }

  /// Diagnoses every column of several chains, on all threads.
  ///
  /// - Parameters:
  ///   - chains: one matrix for each independent chain (rows = draws, columns = parameters).
  ///   - names: a name for each column.
  ///   - ensembles: the number of independent ensembles, if the chains are walkers of ensembles
  ///     (one ensemble after the other); R-hat is then the nested one, and absent for a single
  ///     ensemble.
  ///   - criteria: the limits to compare with.
  /// - Throws: ``ChainDiagnosticsError``, with the name of the parameter.
  public init(
    _ chains: [Matrix<Double>], names: [String], ensembles: Int? = nil,
    criteria: ConvergenceCriteria = .init()
  ) throws {
    guard let first = chains.first else { throw ChainDiagnosticsError.noChains }
    guard names.count == first.columns else {
      throw ChainDiagnosticsError.wrongNumberOfNames(found: names.count, expected: first.columns)
    }
    guard first.rows >= 4 else {
      throw ChainDiagnosticsError.tooFewDraws(found: first.rows, needed: 4)
    }
    for (m, chain) in chains.enumerated() where chain.rows != first.rows {
      throw ChainDiagnosticsError.unequalLengths(
        chain: m, expected: first.rows, found: chain.rows)
    }
    try self.init(
      DrawColumns(chains), names: names, ensembles: ensembles, criteria: criteria)
  }

  /// Diagnoses the columns of draws, on all threads.
  ///
  /// - Parameter steps: which draws of every chain.
  init(
    _ draws: DrawColumns, steps: Range<Int>? = nil, names: [String], ensembles: Int?,
    criteria: ConvergenceCriteria = .init()
  ) throws {
    let count = steps?.count ?? draws.draws
    guard count >= 4 else { throw ChainDiagnosticsError.tooFewDraws(found: count, needed: 4) }
    let tables = DiagnosticsTables(chains: draws.chains, draws: count)
    parameters = try mapColumns(names.count, with: { DiagnosticsWorkspace(tables) }) {
      column, workspace in
      do {
        return try draws.withColumn(column, steps: steps) {
          ParameterConvergence(names[column], $0, ensembles: ensembles, using: workspace)
        }
      } catch let error as ChainDiagnosticsError {
        throw ChainDiagnosticsError.parameter(names[column], error)
      }
    }
    chains = draws.chains
    self.draws = count
    self.criteria = criteria
  }
}
