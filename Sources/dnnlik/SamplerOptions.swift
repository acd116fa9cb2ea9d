import ArgumentParser
import DNNLikelihood

/// Options that choose and adjust a sampler; those that are not given are the usual ones, or, of a
/// run that goes on, those that it began with.
struct SamplerOptions: ParsableArguments {
  @Option(help: "Sampler: \(SamplerKind.allCases.map(\.rawValue).joined(separator: " or ")).")
  var sampler: SamplerKind?
  @Option(
    help: "Draws to keep, all chains together (rounded up to whole steps; default: 100000).")
  var draws: Int?
  @Option(
    help: """
      Chains (hmc) or walkers of each ensemble (stretch); default 512, with differenced gradients \
      4 a parameter and at least 32.
      """)
  var chains: Int?
  @Option(help: "Warm-up transitions (hmc) or burn-in steps (stretch) (default: 200).")
  var warmUp: Int?
  @Option(help: "Steps between kept draws (default: 1).") var thin: Int?
  @Option(help: "Scale of the stretch move; the paper has 1.3 (default: 2).")
  var stretchScale: Double?
  @Option(parsing: .unconditional, help: "Seed of the random numbers (default: 1).")
  var seed: UInt64?

  func validate() throws {
    guard draws ?? 1 > 0, chains ?? 1 > 0, warmUp ?? 0 >= 0, thin ?? 1 > 0, stretchScale ?? 2 > 1
    else {
      throw ValidationError(
        "--draws, --chains and --thin must be positive, --warm-up not negative and "
          + "--stretch-scale above 1")
    }
  }

  /// Runs the sampler.
  ///
  /// - Parameter stored: the run to go on with.
  func draw(
    _ density: some Posterior, into file: ChainFileRun, continuing stored: StoredRun?,
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> ChainFileEnd {
    let isDifferenced = density.gradientIsDifferenced
    let usual: SamplerKind = isDifferenced ? .stretch : .hmc
    let before = try stored.map { try SamplerKind(storedAs: $0.kind) }
    try refuse("--sampler", sampler?.rawValue, before?.rawValue)
    let chains = chains ?? (isDifferenced ? max(32, 4 * density.parameters.count) : 512)
    switch before ?? sampler ?? usual {
    case .hmc:
      let old = try stored?.sampler(HamiltonianSampler.self)
      var new =
        old
        ?? HamiltonianSampler(
          chains: chains, drawsPerChain: 1, thinning: thin ?? 1, warmUpSteps: warmUp ?? 200,
          seed: seed ?? 1)
      try refuse("--chains", self.chains, old?.chains)
      try refuse("--thin", thin, old?.thinning)
      try refuse("--warm-up", warmUp, old?.warmUp.steps)
      try refuse("--seed", seed, old?.seed)
      new.drawsPerChain = steps(walkers: new.chains, stored)
      return try new.sample(density, into: file, onProgress: onProgress)
    case .stretch:
      let old = try stored?.sampler(EnsembleSampler<StretchMove>.self)
      var new =
        old
        ?? EnsembleSampler(
          move: StretchMove(scale: stretchScale ?? 2), walkers: chains, burnIn: warmUp ?? 200,
          steps: 1, thinning: thin ?? 1, seed: seed ?? 1)
      try refuse("--chains", self.chains, old?.walkers)
      try refuse("--thin", thin, old?.thinning)
      try refuse("--warm-up", warmUp, old?.burnIn)
      try refuse("--seed", seed, old?.seed)
      try refuse("--stretch-scale", stretchScale, old?.move.scale)
      new.steps = steps(walkers: new.walkers * new.ensembles, stored) * new.thinning
      return try new.sample(density, into: file, onProgress: onProgress)
    }
  }

  /// Kept steps: those that are asked for, or those of the run that goes on.
  private func steps(walkers: Int, _ stored: StoredRun?) -> Int {
    if draws == nil, let stored { return stored.stepsWanted }
    return max(4, ((draws ?? 100_000) + walkers - 1) / walkers)
  }

  /// Throws if an option is given and differs from that of the run that goes on.
  private func refuse<Value: Equatable>(_ option: String, _ given: Value?, _ stored: Value?) throws
  {
    guard let given, let stored, given != stored else { return }
    throw InputError.value(
      option, expected: "\(stored), as in the run that --resume goes on with", found: "\(given)")
  }
}

extension SamplerKind {
  /// The sampler of a chain file.
  init(storedAs kind: String) throws {
    switch kind {
    case "hmc": self = .hmc
    case "\(StretchMove.self)": self = .stretch
    default:
      throw InputError.value(
        "--resume",
        expected: "a run of one of the samplers "
          + SamplerKind.allCases.map(\.rawValue).joined(separator: ", "), found: "'\(kind)'")
    }
  }
}
