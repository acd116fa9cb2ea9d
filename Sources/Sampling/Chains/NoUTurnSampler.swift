public import Likelihoods
public import NumericalCore

/// Draws by the no-U-turn sampler: independent chains in lock step, with warm-up.
///
/// Bounded parameters are mapped to the whole line; draws are of the parameters themselves.
public struct NoUTurnSampler: Sendable, Codable {
  /// Number of independent chains, which share step size and metric.
  public var chains: Int
  /// Kept draws of each chain.
  public var drawsPerChain: Int
  /// Transitions between kept draws.
  public var thinning: Int
  /// The warm-up.
  public var warmUp: WarmUp
  /// Most doublings of a trajectory.
  public var maximumDepth: Int
  /// Which bounded parameters are mapped.
  public var bounds: BoundHandling
  /// Seed of all random numbers.
  public var seed: UInt64

  /// A sampler with the warm-up of Stan; more chains make better use of densities that are cheap in
  /// batches.
  public init(
    chains: Int = 16, drawsPerChain: Int = 1000, thinning: Int = 1, warmUpSteps: Int = 1000,
    targetAcceptance: Double = 0.8, maximumDepth: Int = 10,
    bounds: BoundHandling = .always, seed: UInt64 = 1
  ) {
    self.chains = chains
    self.drawsPerChain = drawsPerChain
    self.thinning = thinning
    self.warmUp = .windowed(steps: warmUpSteps, targetAcceptance: targetAcceptance)
    self.maximumDepth = maximumDepth
    self.bounds = bounds
    self.seed = seed
  }

  /// Samples `density`.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: one start per chain; over-dispersed ones are drawn if there are none.
  ///   - covariance: of the parameters, of a fit for example, which the warm-up starts from.
  ///   - onProgress: return false to stop.
  /// - Throws: ``SamplingError``, ``SamplingCancelled``; ``SamplingFailure`` or the error of a
  ///   density that fails.
  public func sample(
    _ density: some DifferentiableLogDensity, from start: Matrix<Double>? = nil,
    covariance: Matrix<Double>? = nil,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> Chains {
    guard chains > 0, drawsPerChain > 0, thinning > 0, (1...20).contains(maximumDepth) else {
      throw SamplingError.field(
        "chains, draws, thinning and depth", expected: "positive numbers, a depth of at most 20",
        found: "\(chains), \(drawsPerChain), \(thinning), \(maximumDepth)")
    }
    try warmUp.check()
    try StartingPoints.check(start, walkers: chains, for: density)
    let transformed = TransformedDensity(density, handling: bounds)
    var kernel = TransformedKernel(
      NoUTurnKernel(
        transformed, metric: try transformed.metric(covariance: covariance), stepSize: 0.1,
        maximumDepth: maximumDepth, seed: seed))
    var state = try kernel.initialState(
      try start ?? StartingPoints.draw(chains, for: density, seed: seed))
    try warmUp.run(&kernel, &state) { step in
      let progress = SamplingProgress(phase: "warm-up", step: step, steps: warmUp.steps)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    let run = SamplingRun(
      names: density.parameters.names, ensembles: nil, burnIn: 0,
      steps: drawsPerChain * thinning, thinning: thinning,
      provenance: [
        "sampler": "nuts", "seed": "\(seed)", "warm_up": "\(warmUp.steps)",
        "thinning": "\(thinning)", "step_size": "\(kernel.stepSize)",
        "target_acceptance": "\(warmUp.targetAcceptance)",
      ])
    return try run(kernel, &state, onProgress: onProgress)
  }
}
