public import Likelihoods
public import NumericalCore

/// The biased sample S2 of arXiv:1911.03305 section 3.2: walkers start at profiled maxima over
/// random values of the parameter of interest and drift slowly to the bulk by small Metropolis
/// steps of one random coordinate.
public struct RidgeWalk: Sendable, Codable {
  /// Variance of a step; 5e-4 in the paper.
  public var variance: Double
  /// Steps of every walker; 1e5 in the paper.
  public var steps: Int
  /// Seed of the random numbers.
  public var seed: UInt64

  /// The design with the paper's numbers.
  public init(variance: Double = 5e-4, steps: Int = 100_000, seed: UInt64 = 1) {
    self.variance = variance
    self.steps = steps
    self.seed = seed
  }

  /// Draws `count` distinct points from the walk of as many walkers as there are starts.
  ///
  /// The walk is thinned so that memory holds a few times `count` positions; repeated positions
  /// are dropped and `count` of the rest drawn without replacement.
  ///
  /// - Returns: at most `count` points with their log densities.
  /// - Throws: ``SamplingError``, ``SamplingCancelled``.
  public func points(
    _ count: Int, of density: some LogDensity, from starts: Matrix<Double>,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> (points: Matrix<Double>, logDensities: [Double]) {
    // Steps of one coordinate in d: neighbours on the chain are nearly equal.
    let wanted = steps * starts.rows / (3 * max(1, count))
    let thinning = max(1, min(wanted, steps))
    let sampler = EnsembleSampler(
      move: GaussianMove(
        standardDeviation: variance.squareRoot(), coordinates: .oneAtRandom),
      walkers: starts.rows, ensembles: 1, burnIn: 0, steps: steps, thinning: thinning, seed: seed)
    let chains = try sampler.sample(density, from: starts, onProgress: onProgress)
    // A repeated position is one where a walker's density did not change since its last row.
    let distinct = (0..<chains.logDensities.count).filter { row in
      row < chains.walkers
        || chains.logDensities[row] != chains.logDensities[row - chains.walkers]
    }
    var random = RandomStream(seed: seed, purpose: "ridge walk choice").sequence()
    let chosen = random.permutation(distinct.count).prefix(count).map { distinct[$0] }
    return (
      chains.positions.selectingRows(chosen), chosen.map { chains.logDensities[$0] }
    )
  }
}
