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
    guard chains > 0, drawsPerChain > 0, thinning > 0 else {
      throw SamplingError.field(
        "chains, draws and thinning", expected: "positive numbers",
        found: "\(chains), \(drawsPerChain), \(thinning)")
    }
    guard trajectoryLength > 0, trajectoryLength.isFinite else {
      throw SamplingError.field(
        "trajectory length", expected: "a positive number", found: "\(trajectoryLength)")
    }
    let space = density.parameters
    try StartingPoints.check(start, walkers: chains, for: density)
    var kernel = HamiltonianKernel(
      density, metric: .diagonal(space.parameters.map(\.scale)), stepSize: 0.1,
      trajectoryLength: trajectoryLength, seed: seed)
    var state = try kernel.initialState(
      try start ?? StartingPoints.draw(chains, for: density, seed: seed))
    try warmUp.run(&kernel, &state) { step in
      let progress = SamplingProgress(phase: "warm-up", step: step, steps: warmUp.steps)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    let run = SamplingRun(
      names: space.names, ensembles: nil, burnIn: 0, steps: drawsPerChain * thinning,
      thinning: thinning,
      provenance: [
        "sampler": "hmc", "seed": "\(seed)", "warm_up": "\(warmUp.steps)",
        "thinning": "\(thinning)", "step_size": "\(kernel.stepSize)",
      ])
    return try run(kernel, &state, onProgress: onProgress)
  }
}
