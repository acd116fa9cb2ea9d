public import Likelihoods

/// Draws by Hamiltonian Monte Carlo: many independent chains in one batch, with warm-up.
public struct HamiltonianSampler: GradientSampler {
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
    targetAcceptance: Double = 0.9, trajectoryLength: Double = .pi / 2,
    bounds: BoundHandling = .usual, seed: UInt64 = 1
  ) {
    self.chains = chains
    self.drawsPerChain = drawsPerChain
    self.thinning = thinning
    self.warmUp = WarmUp(steps: warmUpSteps, targetAcceptance: targetAcceptance)
    self.trajectoryLength = trajectoryLength
    self.bounds = bounds
    self.seed = seed
  }

  public static var kind: String { "hmc" }

  public var ownProvenance: [String: String] { [:] }

  public func kernel<Density: DifferentiableLogDensity>(
    for density: Density, metric: Metric
  ) -> any GradientKernel<Density> {
    HamiltonianKernel(
      density, metric: metric, stepSize: 0.1, trajectoryLength: trajectoryLength, seed: seed)
  }

  public func checkOwnOptions() throws {
    guard trajectoryLength > 0, trajectoryLength.isFinite else {
      throw SamplingError.field(
        "trajectory length", expected: "a positive number", found: "\(trajectoryLength)")
    }
  }
}
