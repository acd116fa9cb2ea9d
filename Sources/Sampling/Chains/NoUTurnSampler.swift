public import Likelihoods
public import NumericalCore

/// Draws by the no-U-turn sampler: independent chains in lock step, with warm-up.
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
  /// Which bounded parameters are mapped to the whole line.
  public var bounds: BoundHandling
  /// Seed of all random numbers.
  public var seed: UInt64

  /// A sampler with the warm-up of Stan; more chains make better use of densities that are cheap in
  /// batches.
  public init(
    chains: Int = 16, drawsPerChain: Int = 1000, thinning: Int = 1, warmUpSteps: Int = 1000,
    targetAcceptance: Double = 0.8, maximumDepth: Int = 10, bounds: BoundHandling = .usual,
    seed: UInt64 = 1
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
    try check(start, density)
    return try run.chains(kernel(density, covariance), density, from: start, onProgress)
  }

  /// Samples `density` into a file, where the run can be stopped and continued.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: one start per chain of a new run; over-dispersed ones are drawn if there are none.
  ///   - covariance: of the parameters, of a fit for example, which the warm-up starts from.
  ///   - file: the file, and whether to continue. It appears after warm-up; a run that is stopped
  ///     before begins anew.
  ///   - onProgress: return false to stop; the run can then be continued.
  /// - Throws: ``SamplingStopped`` if the run ends early but can be continued; ``SamplingError``,
  ///   ``SamplingCancelled`` in warm-up, `HDF5Error`, the error of a density that fails before
  ///   there is a draw.
  public func sample(
    _ density: some DifferentiableLogDensity, from start: Matrix<Double>? = nil,
    covariance: Matrix<Double>? = nil, into file: ChainFileRun,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> ChainFileEnd {
    try check(start, density)
    var options = self
    options.drawsPerChain = 0
    return try run.store(
      kernel(density, covariance), density, from: start,
      options: try ChainFileLayout.text(options), into: file, onProgress)
  }

  private var run: GradientRun {
    GradientRun(
      kind: "nuts", chains: chains, drawsPerChain: drawsPerChain, thinning: thinning,
      warmUp: warmUp, seed: seed,
      provenance: ["target_acceptance": "\(warmUp.targetAcceptance)"])
  }

  private func check(_ start: Matrix<Double>?, _ density: some LogDensity) throws {
    guard (1...20).contains(maximumDepth) else {
      throw SamplingError.field(
        "depth of the trees", expected: "a number from 1 to 20", found: "\(maximumDepth)")
    }
    try run.check(start, density)
  }

  private func kernel<Density>(
    _ density: Density, _ covariance: Matrix<Double>?
  ) throws -> NoUTurnKernel<TransformedDensity<Density>> {
    let density = TransformedDensity(density, handling: bounds)
    return NoUTurnKernel(
      density, metric: try density.metric(covariance: covariance), stepSize: 0.1,
      maximumDepth: maximumDepth, seed: seed)
  }
}
