internal import NumericalCore

extension SamplingRun {
  /// Runs and keeps everything in memory.
  ///
  /// - Throws: ``SamplingFailure`` with what has been kept, if the density fails after that began;
  ///   ``SamplingError``, ``SamplingCancelled``.
  func chains(
    _ kernel: some TransitionKernel, _ state: inout WalkerState, names: [String], ensembles: Int?,
    provenance: [String: String], onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains {
    let (walkers, columns) = (state.walkers, state.positions.columns)
    let statistics = statisticNames(kernel)
    let sink = MemorySink(
      walkers: walkers, columns: columns, statistics: statistics.count, steps: steps / thinning)
    let end = try self(kernel, &state, into: sink, onProgress: onProgress)
    let block = sink.takeBlock()
    var provenance = provenance
    if end.sums.steps < steps { provenance["incomplete"] = "\(end.sums.steps) of \(steps) steps" }
    var chains = Chains(
      names: names, walkers: walkers, ensembles: ensembles,
      positions: Matrix(
        rows: block.logDensities.count, columns: columns, elements: block.positions),
      logDensities: block.logDensities, acceptance: end.sums.means,
      divergences: end.sums.divergences, provenance: provenance)
    chains.statistics = Dictionary(uniqueKeysWithValues: zip(statistics, block.statistics))
    guard let failure = end.failure else { return chains }
    if failure is SamplingError || failure is SamplingCancelled || end.kept == 0 { throw failure }
    throw SamplingFailure(
      cause: failure, chains: chains, stepsDone: end.sums.steps, stepsWanted: steps)
  }
}
