public import Likelihoods
public import NumericalCore

/// Draws by Hamiltonian Monte Carlo: many independent chains in one batch, with warm-up.
public struct HamiltonianSampler: Sendable, Codable {
  /// Number of independent chains.
  public var chains: Int
  /// Kept draws of each chain.
  public var drawsPerChain: Int
  /// Transitions between kept draws.
  public var thinning: Int
  /// The warm-up.
  public var warmUp: WarmUp
  /// Mean trajectory length in units of the metric.
  public var trajectoryLength: Double
  /// Seed of all random numbers.
  public var seed: UInt64

  /// A sampler; the defaults suit likelihoods that are cheap in batches.
  public init(
    chains: Int = 512, drawsPerChain: Int = 200, thinning: Int = 1, warmUpSteps: Int = 200,
    trajectoryLength: Double = .pi / 2, seed: UInt64 = 1
  ) {
    self.chains = chains
    self.drawsPerChain = drawsPerChain
    self.thinning = thinning
    self.warmUp = WarmUp(steps: warmUpSteps)
    self.trajectoryLength = trajectoryLength
    self.seed = seed
  }

  /// Samples `density`.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: one start per chain; over-dispersed ones are drawn if there are none.
  ///   - onProgress: return false to stop.
  /// - Throws: ``SamplingError``, ``SamplingCancelled``; ``SamplingFailure`` or the error of a
  ///   density that fails.
  public func sample(
    _ density: some DifferentiableLogDensity, from start: Matrix<Double>? = nil,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> Chains {
    try check(start, density)
    var kernel = kernel(density)
    var state = try begin(&kernel, density, start, onProgress)
    let run = SamplingRun(burnIn: 0, steps: drawsPerChain * thinning, thinning: thinning)
    return try run.chains(
      kernel, &state, names: density.parameters.names, ensembles: nil,
      provenance: provenance.merging(learned(kernel)) { $1 }, onProgress: onProgress)
  }

  /// Samples `density` into a file, where the run can be stopped and continued.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: one start per chain of a new run; over-dispersed ones are drawn if there are none.
  ///   - file: the file, and whether to continue. It appears after warm-up; a run that is stopped
  ///     before begins anew.
  ///   - onProgress: return false to stop; the run can then be continued.
  /// - Throws: ``SamplingStopped`` if the run ends early but can be continued; ``SamplingError``,
  ///   ``SamplingCancelled`` in warm-up, `HDF5Error`, the error of a density that fails before
  ///   there is a draw.
  public func sample(
    _ density: some DifferentiableLogDensity, from start: Matrix<Double>? = nil,
    into file: ChainFileRun, onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> ChainFileEnd {
    try check(start, density)
    var options = self
    options.drawsPerChain = 0
    let description = RunDescription(
      kind: "hmc", sampler: try ChainFileLayout.text(options), names: density.parameters.names,
      walkers: chains, ensembles: nil, burnIn: 0, thinning: thinning, statistics: [], goal: nil,
      provenance: provenance, density: try DensityFingerprint(density))
    return try file.execute(
      description, wanted: drawsPerChain, density: density, kernel: kernel(density),
      begin: { kernel in
        let state = try begin(&kernel, density, start, onProgress)
        return (state, learned(kernel))
      }, onProgress: onProgress)
  }

  private func check(_ start: Matrix<Double>?, _ density: some LogDensity) throws {
    guard chains > 0, drawsPerChain > 0, thinning > 0 else {
      throw SamplingError.field(
        "chains, draws and thinning", expected: "positive numbers",
        found: "\(chains), \(drawsPerChain), \(thinning)")
    }
    guard trajectoryLength > 0, trajectoryLength.isFinite else {
      throw SamplingError.field(
        "trajectory length", expected: "a positive number", found: "\(trajectoryLength)")
    }
    try StartingPoints.check(start, walkers: chains, for: density)
  }

  private func kernel<Density>(_ density: Density) -> HamiltonianKernel<Density> {
    HamiltonianKernel(
      density, metric: .diagonal(density.parameters.parameters.map(\.scale)), stepSize: 0.1,
      trajectoryLength: trajectoryLength, seed: seed)
  }

  /// Starts and warm-up.
  private func begin<Density>(
    _ kernel: inout HamiltonianKernel<Density>, _ density: Density, _ start: Matrix<Double>?,
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> WalkerState {
    var state = try kernel.initialState(
      try start ?? StartingPoints.draw(chains, for: density, seed: seed))
    try warmUp.run(&kernel, &state) { step in
      let progress = SamplingProgress(phase: "warm-up", step: step, steps: warmUp.steps)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    return state
  }

  private var provenance: [String: String] {
    [
      "sampler": "hmc", "seed": "\(seed)", "warm_up": "\(warmUp.steps)",
      "thinning": "\(thinning)",
    ]
  }

  private func learned(_ kernel: HamiltonianKernel<some DifferentiableLogDensity>)
    -> [String: String]
  {
    ["step_size": "\(kernel.stepSize)"]
  }
}
