public import Likelihoods
internal import NumericalCore
internal import Synchronization

/// Some pseudo-experiments of one point that have just been finished.
public struct ToyBatch: Sendable {
  /// Their point.
  public let point: PseudoExperiments.Point
  /// In the order of their numbers.
  public let experiments: [PseudoExperiment]
  /// Toys done so far, those that were there at the beginning included.
  public let done: Int
  /// Toys of the whole study.
  public let total: Int
}

extension PseudoExperiments {
  /// Seconds that a batch is meant to take.
  private static let batchSeconds = 0.5

  /// Makes the pseudo-experiments, on all threads.
  ///
  /// The observed data are fitted first, thoroughly; each toy is fitted from the point that it was
  /// generated at, and thoroughly where those fits are not certified.
  ///
  /// - Parameters:
  ///   - model: the model with the observed data.
  ///   - draws: for the hybrid construction draws of nuisance parameters, one of which is taken at
  ///     random for each toy; without them the prior is drawn from.
  ///   - fitter: the configuration of the fits; their effort is chosen here.
  ///   - earlier: results of the same study, to which what is missing is added.
  ///   - onBatch: called after each batch in the order of points and toys; `false` stops.
  /// - Returns: the results; incomplete if `onBatch` asked to stop.
  /// - Throws: ``PseudoExperimentError``, ``FitError``, ``Likelihoods/ParameterError``,
  ///   ``Likelihoods/UnconstrainedNuisances``, what `onBatch` throws.
  public func run(
    _ model: some GenerativeModel, draws: NuisanceDraws? = nil,
    with fitter: MaximumLikelihood = .init(), continuing earlier: PseudoExperimentResults? = nil,
    onBatch: (ToyBatch) throws -> Bool = { _ in true }
  ) throws -> PseudoExperimentResults {
    var results = try prepared(model, draws: draws, with: fitter)
    if let earlier { try results.add(earlier) }
    return try continued(results, model, draws: draws, with: fitter, onBatch: onBatch)
  }

  /// Results without any toy: the maxima of the observed data.
  func prepared(
    _ model: some GenerativeModel, draws: NuisanceDraws?, with fitter: MaximumLikelihood
  ) throws -> PseudoExperimentResults {
    try check()
    let index = try model.parameters.index(of: parameter)
    if construction == .profile, draws != nil {
      throw PseudoExperimentError.configuration(
        "draws of the nuisance parameters go with the hybrid construction")
    }
    // Bad draws are found before the fits begin.
    _ = try draws?.columns(for: model.parameters, except: index)
    var values = Set(points.flatMap { [$0.generated, $0.tested] })
    if fitsZero, model.parameters.parameters[index].allows(0) { values.insert(0) }
    let scan = try ProfileScan(
      of: model, along: parameter, at: Array(values), with: fitter.with(.thorough))
    return PseudoExperimentResults(
      study: self,
      likelihood: LikelihoodFingerprint(model, drawsDigest: draws?.digest),
      observed: ObservedMaxima(scan, index: index), experiments: [:])
  }

  /// Adds what is missing.
  func continued<Model: GenerativeModel>(
    _ results: PseudoExperimentResults, _ model: Model, draws: NuisanceDraws?,
    with fitter: MaximumLikelihood, onBatch: (ToyBatch) throws -> Bool
  ) throws -> PseudoExperimentResults {
    let index = try model.parameters.index(of: parameter)
    let conditional = Dictionary(
      uniqueKeysWithValues: results.observed.conditional.map { ($0.value, $0.point) })
    let generator = try DataGenerator(
      model, self, index: index, conditional: conditional, draws: draws)
    let toyFitter = ToyFitter(generator, index: index, fitter: fitter)
    var results = results
    let missing = points.map { point in
      let known = Set(results.experiments(at: point).map(\.toy))
      return range.filter { !known.contains($0) }
    }
    let total = points.count * range.count
    var done = total - missing.reduce(0) { $0 + $1.count }
    var size = 2 * Threads.count
    for (point, toys) in zip(points, missing) {
      var next = 0
      while next < toys.count {
        let some = Array(toys[next..<min(next + size, toys.count)])
        let clock = ContinuousClock.now
        let found = try Self.experiments(some, point, toyFitter)
        let seconds = max(Double((ContinuousClock.now - clock) / .milliseconds(1)) / 1000, 1e-4)
        // The division into batches has no effect on the numbers.
        size = min(
          max(2 * Threads.count, Int(Double(some.count) * Self.batchSeconds / seconds)),
          4 * size)
        next += some.count
        done += found.count
        results.append(found, at: point)
        let batch = ToyBatch(point: point, experiments: found, done: done, total: total)
        if try !onBatch(batch) { return results }
      }
    }
    return results
  }

  /// Toys on all threads; each takes the next as soon as it is free.
  private static func experiments<Model: GenerativeModel>(
    _ toys: [Int], _ point: Point, _ fitter: ToyFitter<Model>
  ) throws -> [PseudoExperiment] {
    var found = [Result<PseudoExperiment, any Error>?](repeating: nil, count: toys.count)
    let next = Atomic<Int>(0)
    found.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let places = DisjointRows(base)
      Threads.withSerialProducts {
        parallelFor(min(Threads.count, toys.count)) { _ in
          while true {
            let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard i < toys.count else { return }
            places.base[i] = Result { try fitter.experiment(toys[i], point) }
          }
        }
      }
    }
    return try found.compactMap { try $0?.get() }
  }
}
