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
  /// Mean trajectory length in units of the metric. At π/2 the draws of a Gaussian are independent;
  /// beyond, means gain by anticorrelation what the log density loses.
  public var trajectoryLength: Double
  /// Which bounded parameters are mapped to the whole line.
  public var bounds: BoundHandling
  /// Seed of all random numbers.
  public var seed: UInt64

  /// A sampler; the defaults suit likelihoods that are cheap in batches.
  public init(
    chains: Int = 512, drawsPerChain: Int = 200, thinning: Int = 1, warmUpSteps: Int = 200,
    trajectoryLength: Double = .pi / 2, bounds: BoundHandling = .usual, seed: UInt64 = 1
  ) {
    self.chains = chains
    self.drawsPerChain = drawsPerChain
    self.thinning = thinning
    self.warmUp = WarmUp(steps: warmUpSteps)
    self.trajectoryLength = trajectoryLength
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
      kind: "hmc", chains: chains, drawsPerChain: drawsPerChain, thinning: thinning,
      warmUp: warmUp, seed: seed, provenance: [:])
  }

  private func check(_ start: Matrix<Double>?, _ density: some LogDensity) throws {
    guard trajectoryLength > 0, trajectoryLength.isFinite else {
      throw SamplingError.field(
        "trajectory length", expected: "a positive number", found: "\(trajectoryLength)")
    }
    try run.check(start, density)
  }

  private func kernel<Density>(
    _ density: Density, _ covariance: Matrix<Double>?
  ) throws -> HamiltonianKernel<TransformedDensity<Density>> {
    let density = TransformedDensity(density, handling: bounds)
    return HamiltonianKernel(
      density, metric: try density.metric(covariance: covariance), stepSize: 0.1,
      trajectoryLength: trajectoryLength, seed: seed)
  }
}
