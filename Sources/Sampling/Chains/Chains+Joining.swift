internal import NumericalCore

extension Chains {
  /// Chains of several runs as one set, for example of files that emcee wrote in several jobs.
  ///
  /// Columns are matched by name, in the order of the first run. Longer runs lose their first steps.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)`` for no runs, for different parameters, or
  ///   where independent chains would be joined to ensembles or ensembles differ in size.
  public static func joined(_ runs: [Chains]) throws -> Chains {
    func problem(_ what: String, _ expected: String, _ found: String) -> SamplingError {
      .field(what, expected: expected, found: found)
    }
    guard let first = runs.first else { throw problem("number of runs", "at least 1", "0") }
    guard runs.count > 1 else { return first }
    for (k, run) in runs.enumerated() {
      guard Set(run.names) == Set(first.names) else {
        let odd = Set(run.names).symmetricDifference(first.names).sorted().prefix(6)
        throw problem(
          "parameters of run \(k + 1)", "those of run 1",
          "a difference in \(odd.joined(separator: ", "))")
      }
      guard (run.ensembles == nil) == (first.ensembles == nil) else {
        throw problem(
          "run \(k + 1)", "independent chains or ensembles as in run 1", "the other kind")
      }
      guard run.ensembleSize == first.ensembleSize else {
        throw problem(
          "walkers of an ensemble of run \(k + 1)", "\(first.ensembleSize) as in run 1",
          "\(run.ensembleSize)")
      }
    }
    let steps = runs.map(\.steps).min() ?? 0
    let walkers = runs.reduce(0) { $0 + $1.walkers }
    let order = runs.map { run in first.names.compactMap { run.names.firstIndex(of: $0) } }
    let d = first.names.count
    var elements: [Double] = []
    var values: [Double] = []
    elements.reserveCapacity(steps * walkers * d)
    values.reserveCapacity(steps * walkers)
    for step in 0..<steps {
      for (run, columns) in zip(runs, order) {
        let start = (run.steps - steps + step) * run.walkers
        for row in start..<start + run.walkers {
          for column in columns { elements.append(run.positions.elements[row * d + column]) }
          values.append(run.logDensities[row])
        }
      }
    }
    let shared = first.provenance.filter { entry in
      runs.allSatisfy { $0.provenance[entry.key] == entry.value }
    }
    var joined = Chains(
      names: first.names, walkers: walkers,
      ensembles: first.ensembles.map { _ in runs.reduce(0) { $0 + ($1.ensembles ?? 0) } },
      positions: Matrix(rows: steps * walkers, columns: d, elements: elements),
      logDensities: values, acceptance: runs.flatMap(\.acceptance),
      divergences: runs.reduce(0) { $0 + $1.divergences }, provenance: shared)
    for name in first.statistics.keys where runs.allSatisfy({ $0.statistics[name] != nil }) {
      joined.statistics[name] = (0..<steps).flatMap { step in
        runs.flatMap { run -> ArraySlice<Double> in
          let start = (run.steps - steps + step) * run.walkers
          return run.statistics[name]?[start..<start + run.walkers] ?? []
        }
      }
    }
    return joined
  }

  /// Walkers of each ensemble; 1 for independent chains.
  private var ensembleSize: Int { ensembles.map { walkers / $0 } ?? 1 }
}

extension Chains {
  /// What speaks against the use of the chains: failed limits, a single ensemble, divergences.
  public func warnings(_ summary: ConvergenceSummary) -> [String] {
    var found = Self.warnings(summary, ensembles: ensembles, divergences: divergences)
    if let energies = statistics["energy"] {
      found += EnergyDiagnostics.warning(energies, chains: walkers).map { [$0] } ?? []
    }
    return found + (EnsembleDrift(self)?.warning.map { [$0] } ?? [])
  }

  static func warnings(
    _ summary: ConvergenceSummary, ensembles: Int?, divergences: Int
  ) -> [String] {
    var found = summary.warnings
    if ensembles == 1 {
      found.append("one ensemble only: R-hat needs independent ensembles")
    }
    if divergences > 0 { found.append("\(divergences) divergent transitions") }
    return found
  }

  /// The number of independent draws that the mean of a series is worth, one number a draw in the
  /// order of ``positions``: `EffectiveSampleSize.mean`. The number of draws for fewer than four
  /// steps.
  public func effectiveSize(ofMean series: [Double]) -> Double {
    precondition(series.count == positions.rows, "one number a draw")
    var ordered = [Double](repeating: 0, count: series.count)
    let steps = self.steps
    for walker in 0..<walkers {
      for step in 0..<steps { ordered[walker * steps + step] = series[step * walkers + walker] }
    }
    guard let draws = try? ChainDraws(values: ordered, chains: walkers) else {
      return Double(series.count)
    }
    return EffectiveSampleSize.mean(draws)
  }
}
