public import Likelihoods

/// Draws by the no-U-turn sampler: independent chains in lock step, with warm-up.
public struct NoUTurnSampler: GradientSampler {
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

  public static var kind: String { "nuts" }

  public var ownProvenance: [String: String] {
    ["target_acceptance": "\(warmUp.targetAcceptance)"]
  }

  public func kernel<Density: DifferentiableLogDensity>(
    for density: Density, metric: Metric
  ) -> any GradientKernel<Density> {
    NoUTurnKernel(
      density, metric: metric, stepSize: 0.1, maximumDepth: maximumDepth, seed: seed)
  }

  public func checkOwnOptions() throws {
    guard (1...20).contains(maximumDepth) else {
      throw SamplingError.field(
        "depth of the trees", expected: "a number from 1 to 20", found: "\(maximumDepth)")
    }
  }
}
