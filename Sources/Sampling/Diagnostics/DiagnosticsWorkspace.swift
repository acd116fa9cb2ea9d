internal import NumericalCore

/// What the diagnostics of chains of one shape share.
struct DiagnosticsTables: Sendable {
  let chains: Int
  let draws: Int
  let scores: NormalScores
  let half: AutocovarianceTables
  let whole: AutocovarianceTables

  init(chains: Int, draws: Int) {
    (self.chains, self.draws) = (chains, draws)
    scores = NormalScores(count: 2 * chains * (draws / 2))
    half = AutocovarianceTables(length: draws / 2)
    whole = AutocovarianceTables(length: draws)
  }
}

/// Tables, and the memory of one thread, which the next column uses again.
final class DiagnosticsWorkspace {
  let tables: DiagnosticsTables
  let scores: RankScores

  init(_ tables: DiagnosticsTables) {
    self.tables = tables
    scores = RankScores(chains: tables.chains, draws: tables.draws, tables.scores)
  }

  convenience init(chains: Int, draws: Int) {
    self.init(DiagnosticsTables(chains: chains, draws: draws))
  }

  var chains: Int { tables.chains }
  var draws: Int { tables.draws }

  func wholeChains(
    _ x: UnsafePointer<Double>, _ map: SeriesMap = .identity,
    scaling: AutocovarianceSum.Scaling = .none
  ) -> LaggedAutocovariances {
    LaggedAutocovariances(
      x, SeriesStarts(count: chains, length: draws), map: map, scaling: scaling,
      tables: tables.whole)
  }

  func halves(_ x: UnsafePointer<Double>, _ map: SeriesMap) -> LaggedAutocovariances {
    LaggedAutocovariances(
      x, SeriesStarts(halvesOf: chains, length: draws), map: map, tables: tables.half)
  }
}
