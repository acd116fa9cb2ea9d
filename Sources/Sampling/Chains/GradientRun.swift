internal import Likelihoods
internal import NumericalCore

/// What the samplers with gradients have in common: starts, warm-up in coordinates without bounds,
/// and the run in memory or into a file.
struct GradientRun {
  /// The kind of sampler, as files store it.
  let kind: String
  let chains: Int
  let drawsPerChain: Int
  let thinning: Int
  let warmUp: WarmUp
  let seed: UInt64
  /// What the sampler's own options add to the provenance.
  let provenance: [String: String]

  func check(_ start: Matrix<Double>?, _ density: some LogDensity) throws {
    guard chains > 0, drawsPerChain > 0, thinning > 0 else {
      throw SamplingError.field(
        "chains, draws and thinning", expected: "positive numbers",
        found: "\(chains), \(drawsPerChain), \(thinning)")
    }
    try warmUp.check()
    try StartingPoints.check(start, walkers: chains, for: density)
  }

  /// Runs `inner` and keeps all draws in memory.
  func chains<Density, Inner: GradientKernel>(
    _ inner: Inner, _ density: Density, from start: Matrix<Double>?,
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains where Inner.Density == TransformedDensity<Density> {
    var kernel = TransformedKernel(inner)
    var state = try begin(&kernel, density, start, onProgress)
    let run = SamplingRun(burnIn: 0, steps: drawsPerChain * thinning, thinning: thinning)
    return try run.chains(
      kernel, &state, names: density.parameters.names, ensembles: nil,
      provenance: record.merging(learned(kernel)) { $1 }, onProgress: onProgress)
  }

  /// Runs `inner` into a file.
  ///
  /// - Parameter options: the sampler's options without the number of draws.
  func store<Density, Inner: GradientKernel>(
    _ inner: Inner, _ density: Density, from start: Matrix<Double>?, options: String,
    into file: ChainFileRun, _ onProgress: (SamplingProgress) -> Bool
  ) throws -> ChainFileEnd where Inner.Density == TransformedDensity<Density> {
    let description = RunDescription(
      kind: kind, sampler: options, names: density.parameters.names, walkers: chains,
      ensembles: nil, burnIn: 0, thinning: thinning, statistics: [], goal: nil,
      provenance: record, density: try DensityFingerprint(density))
    return try file.execute(
      description, wanted: drawsPerChain, density: density, kernel: TransformedKernel(inner),
      begin: { kernel in
        let state = try begin(&kernel, density, start, onProgress)
        return (state, learned(kernel))
      }, onProgress: onProgress)
  }

  /// Starts and warm-up, both in coordinates.
  private func begin<Density, Inner>(
    _ kernel: inout TransformedKernel<Density, Inner>, _ density: Density,
    _ start: Matrix<Double>?, _ onProgress: (SamplingProgress) -> Bool
  ) throws -> WalkerState {
    if let start {
      // Points on a bound are moved inside; those outside the support are mistakes.
      let values = try density.logDensities(at: start)
      if let walker = values.firstIndex(where: { !$0.isFinite }) {
        throw SamplingError.notFiniteAtStart(walker: walker, value: values[walker])
      }
    }
    let start = try start ?? StartingPoints.draw(chains, for: density, seed: seed)
    var state = try kernel.inner.initialState(kernel.inner.density.coordinates(of: start))
    try warmUp.run(&kernel.inner, &state) { step in
      let progress = SamplingProgress(phase: "warm-up", step: step, steps: warmUp.steps)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    return kernel.parameters(of: state)
  }

  private var record: [String: String] {
    provenance.merging([
      "sampler": kind, "seed": "\(seed)", "warm_up": "\(warmUp.steps)", "thinning": "\(thinning)",
    ]) { $1 }
  }

  private func learned(_ kernel: some TransitionKernel) -> [String: String] {
    (kernel.tuning as? GradientTuning).map { ["step_size": "\($0.stepSize)"] } ?? [:]
  }
}
