public import struct Foundation.URL
public import Likelihoods

extension PseudoExperiments {
  /// Makes the pseudo-experiments and keeps them in a file as they are finished, so that a run that
  /// was stopped or killed can be resumed; the results do not depend on interruptions.
  ///
  /// - Parameters:
  ///   - model: the model with the observed data.
  ///   - url: the file; it must not exist unless the run is to be resumed.
  ///   - resuming: whether the toys in the file, if it exists, are kept and the missing ones added;
  ///     the study may have more toys than the file was begun for.
  ///   - draws: as for ``run(_:draws:with:continuing:onBatch:)``, and so `fitter`.
  ///   - onBatch: called when a batch is in the file; `false` stops.
  /// - Throws: ``PseudoExperimentError`` also where the file belongs to another study, errors of the
  ///   system.
  public func run(
    _ model: some GenerativeModel, keepingIn url: URL, resuming: Bool = false,
    draws: NuisanceDraws? = nil, with fitter: MaximumLikelihood = .init(),
    onBatch: (ToyBatch) throws -> Bool = { _ in true }
  ) throws -> PseudoExperimentResults {
    let prepared = try prepared(model, draws: draws, with: fitter)
    let (known, appender) = try PseudoExperimentFile.open(url, for: prepared, resuming: resuming)
    return try continued(known, model, draws: draws, with: fitter) { batch in
      try appender.append(batch)
      return try onBatch(batch)
    }
  }
}
