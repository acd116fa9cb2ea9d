public import Likelihoods
public import NumericalCore

/// Draws by ensembles of walkers without gradients.
public struct EnsembleSampler<Move: EnsembleMethod>: Sendable, Codable {
  /// The move, a mixture of moves, or slice sampling.
  public var move: Move
  /// Walkers of each ensemble.
  public var walkers: Int
  /// Independent ensembles, which R-hat compares; four are the least that says something.
  public var ensembles: Int
  /// Steps dropped at the beginning.
  public var burnIn: Int
  /// Steps after burn-in.
  public var steps: Int
  /// Every `thinning`-th step is kept.
  public var thinning: Int
  /// Seed of all random numbers.
  public var seed: UInt64

  /// A sampler.
  public init(
    move: Move, walkers: Int, ensembles: Int = 4, burnIn: Int, steps: Int, thinning: Int = 1,
    seed: UInt64 = 1
  ) {
    self.move = move
    self.walkers = walkers
    self.ensembles = ensembles
    self.burnIn = burnIn
    self.steps = steps
    self.thinning = thinning
    self.seed = seed
  }

  /// Samples `density`.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: `walkers * ensembles` starts; over-dispersed ones are drawn if there are none.
  ///   - onProgress: return false to stop.
  /// - Throws: ``SamplingError``, ``SamplingCancelled``; ``SamplingFailure`` or the error of a
  ///   density that fails.
  public func sample(
    _ density: some LogDensity, from start: Matrix<Double>? = nil,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> Chains {
    try check(start, density)
    let kernel = move.kernel(for: density, ensembles: ensembles, seed: seed)
    return try chains(kernel, density, start, onProgress)
  }

  private func chains(
    _ kernel: some TransitionKernel, _ density: some LogDensity, _ start: Matrix<Double>?,
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains {
    var state = try begin(kernel, density, start)
    let run = SamplingRun(burnIn: burnIn, steps: steps, thinning: thinning)
    return try run.chains(
      kernel, &state, names: density.parameters.names, ensembles: ensembles,
      provenance: provenance, onProgress: onProgress)
  }

  /// Samples `density` into a file, where the run can be stopped and continued; a goal sees to
  /// further burn-in and thinning by itself.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: `walkers * ensembles` starts of a new run; over-dispersed ones are drawn if there
  ///     are none.
  ///   - file: the file, and whether to continue.
  ///   - onProgress: return false to stop; the run can then be continued.
  /// - Throws: ``SamplingStopped`` if the run ends early but can be continued; ``SamplingError``,
  ///   `HDF5Error`, the error of a density that fails before there is a draw.
  public func sample(
    _ density: some LogDensity, from start: Matrix<Double>? = nil, into file: ChainFileRun,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> ChainFileEnd {
    try check(start, density)
    let kernel = move.kernel(for: density, ensembles: ensembles, seed: seed)
    return try store(kernel, density, start, file, onProgress)
  }

  private func store(
    _ kernel: some TransitionKernel, _ density: some LogDensity, _ start: Matrix<Double>?,
    _ file: ChainFileRun, _ onProgress: (SamplingProgress) -> Bool
  ) throws -> ChainFileEnd {
    var options = self
    options.steps = 0
    let description = RunDescription(
      kind: "\(Move.self)", sampler: try ChainFileLayout.text(options),
      names: density.parameters.names, walkers: walkers * ensembles, ensembles: ensembles,
      burnIn: burnIn, thinning: thinning, statistics: [], goal: nil, provenance: provenance,
      density: try DensityFingerprint(density))
    return try file.execute(
      description, wanted: steps / thinning, density: density, kernel: kernel,
      begin: { kernel in (try begin(kernel, density, start), [:]) }, onProgress: onProgress)
  }

  private func check(_ start: Matrix<Double>?, _ density: some LogDensity) throws {
    guard steps >= thinning, thinning > 0, burnIn >= 0, ensembles > 0, walkers > 0 else {
      throw SamplingError.field(
        "steps, thinning, burn-in, ensembles and walkers",
        expected: "steps of at least the thinning, and positive numbers",
        found: "\(steps), \(thinning), \(burnIn), \(ensembles), \(walkers)")
    }
    try StartingPoints.check(start, walkers: walkers * ensembles, for: density)
  }

  private func begin(
    _ kernel: some TransitionKernel, _ density: some LogDensity, _ start: Matrix<Double>?
  ) throws -> WalkerState {
    try kernel.initialState(
      try start ?? StartingPoints.draw(walkers * ensembles, for: density, seed: seed))
  }

  private var provenance: [String: String] {
    [
      "sampler": move.name, "seed": "\(seed)", "burn_in": "\(burnIn)",
      "thinning": "\(thinning)",
    ]
  }
}
