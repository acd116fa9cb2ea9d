import ArgumentParser
import DNNLikelihood

/// Options that choose and adjust a sampler; those that are not given are the usual ones, or, of a
/// run that goes on, those that it began with.
struct SamplerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Sampler. With gradients: hmc, nuts. Without: ensemble (differential evolution and snooker, \
      below 20 dimensions also stretch), stretch, walk, de, snooker, slice, metropolis.
      """, valueName: "sampler"))
  var sampler: SamplerKind?
  @Option(
    help: "Draws to keep, all chains together (rounded up to whole steps; default: 100000).")
  var draws: Int?
  @Option(
    help: """
      Chains (hmc, nuts) or walkers of each of the four ensembles; default 512, of nuts 16, with \
      differenced gradients 4 a parameter and at least 32.
      """)
  var chains: Int?
  @Option(help: "Warm-up transitions or burn-in steps (default: 200, of nuts 1000).")
  var warmUp: Int?
  @Option(help: "Steps between kept draws (default: 1).") var thin: Int?
  @Option(help: "Scale of the stretch move; the paper has 1.3 (default: 2).")
  var stretchScale: Double?
  @Option(help: "Standard deviation of the steps of metropolis (default: 0.1).")
  var stepSize: Double?
  @Option(help: "Acceptance that nuts and hmc adapt their steps to (default: 0.8, of hmc 0.9).")
  var targetAcceptance: Double?
  @Option(
    help: ArgumentHelp(
      """
      Metric of hmc and nuts: automatic (dense where the warm-up has draws enough), diagonal, \
      dense, fixed (that of --precondition stays) (default: automatic).
      """, valueName: "metric"))
  var metric: WarmUp.MetricForm?
  @Flag(help: "Fit first: the warm-up of hmc and nuts starts with the Hessian of the maximum.")
  var precondition = false
  @Option(parsing: .unconditional, help: "Seed of the random numbers (default: 1).")
  var seed: UInt64?

  func validate() throws {
    guard draws ?? 1 > 0, chains ?? 1 > 0, warmUp ?? 0 >= 0, thin ?? 1 > 0, stretchScale ?? 2 > 1
    else {
      throw ValidationError(
        "--draws, --chains and --thin must be positive, --warm-up not negative and "
          + "--stretch-scale above 1")
    }
    guard stepSize ?? 1 > 0, stepSize?.isFinite != false else {
      throw ValidationError("--step-size must be positive")
    }
    guard (0.01...0.99).contains(targetAcceptance ?? 0.8) else {
      throw ValidationError("--target-acceptance must lie between 0.01 and 0.99")
    }
    let isStretch = sampler == nil || sampler == .stretch
    guard stretchScale == nil || isStretch, stepSize == nil || sampler == .metropolis else {
      throw ValidationError(
        "--stretch-scale goes with --sampler stretch, --step-size with --sampler metropolis")
    }
    let ofGradients = targetAcceptance != nil || metric != nil || precondition
    guard !ofGradients || sampler?.isEnsemble != true else {
      throw ValidationError(
        "--target-acceptance, --metric and --precondition go with the samplers hmc and nuts")
    }
    guard metric != .fixed || precondition else {
      throw ValidationError("--metric fixed needs --precondition")
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
    let dimension = density.parameters.count
    let usual: SamplerKind = stretchScale != nil ? .stretch : (isDifferenced ? .ensemble : .hmc)
    let before = try stored.map { try Self.family(storedAs: $0.kind) }
    let kind = sampler ?? before ?? usual
    if let before, kind.isEnsemble != before.isEnsemble || !kind.isEnsemble {
      try refuse("--sampler", sampler?.rawValue, before.rawValue)
    }
    if kind.isEnsemble, metric != nil || precondition {
      throw InputError.value(
        "--metric and --precondition", expected: "--sampler hmc or nuts with them",
        found: kind.rawValue)
    }
    let fit = precondition && stored == nil ? try SamplePreconditioning(density) : nil
    if let fit, fit.covariance == nil {
      Failure.say("The fit has no covariance: the warm-up starts with the parameters' scales.")
    }
    let many = isDifferenced ? max(32, 4 * dimension) : 512
    switch kind {
    case .hmc:
      let old = try stored?.sampler(HamiltonianSampler.self)
      var new =
        old
        ?? HamiltonianSampler(
          chains: chains ?? many, drawsPerChain: 1, thinning: thin ?? 1,
          warmUpSteps: warmUp ?? 200, targetAcceptance: targetAcceptance ?? 0.9, seed: seed ?? 1)
      if old == nil, let metric { new.warmUp.metric = metric }
      try refuse(new.chains, new.thinning, new.warmUp.steps, new.seed)
      try refuse("--target-acceptance", targetAcceptance, new.warmUp.targetAcceptance)
      try refuse("--metric", metric, new.warmUp.metric)
      new.drawsPerChain = steps(walkers: new.chains, stored)
      return try new.sample(
        density, covariance: fit?.covariance, at: fit?.point, into: file, onProgress: onProgress)
    case .nuts:
      let old = try stored?.sampler(NoUTurnSampler.self)
      var new =
        old
        ?? NoUTurnSampler(
          chains: chains ?? 16, drawsPerChain: 1, thinning: thin ?? 1,
          warmUpSteps: warmUp ?? 1000, targetAcceptance: targetAcceptance ?? 0.8, seed: seed ?? 1)
      if old == nil, let metric { new.warmUp.metric = metric }
      try refuse(new.chains, new.thinning, new.warmUp.steps, new.seed)
      try refuse("--target-acceptance", targetAcceptance, new.warmUp.targetAcceptance)
      try refuse("--metric", metric, new.warmUp.metric)
      new.drawsPerChain = steps(walkers: new.chains, stored)
      return try new.sample(
        density, covariance: fit?.covariance, at: fit?.point, into: file, onProgress: onProgress)
    default:
      let old = try stored?.sampler(EnsembleSampler<EnsembleChoice>.self)
      let wanted = kind.method(dimension: dimension, scale: stretchScale ?? stepSize)
      guard let method = old?.move ?? wanted else {
        preconditionFailure("'\(kind)' is an ensemble method")
      }
      var new =
        old
        ?? EnsembleSampler(
          move: method, walkers: chains ?? many, burnIn: warmUp ?? 200, steps: 1,
          thinning: thin ?? 1, seed: seed ?? 1)
      try refuse(new.walkers, new.thinning, new.burnIn, new.seed)
      if sampler != nil || stretchScale != nil, wanted != new.move {
        try refuse("--sampler with its options", wanted?.name, new.move.name)
        throw InputError.value(
          "--sampler with its options", expected: "those of the run that --resume goes on with",
          found: "another scale")
      }
      new.steps = steps(walkers: new.walkers * new.ensembles, stored) * new.thinning
      return try new.sample(density, into: file, onProgress: onProgress)
    }
  }

  /// Kept steps: those that are asked for, or those of the run that goes on.
  private func steps(walkers: Int, _ stored: StoredRun?) -> Int {
    if draws == nil, let stored { return stored.stepsWanted }
    return max(4, ((draws ?? 100_000) + walkers - 1) / walkers)
  }

  /// Throws if one of the options that all samplers have is given and differs from the run's.
  private func refuse(_ chains: Int, _ thinning: Int, _ warmUp: Int, _ seed: UInt64) throws {
    try refuse("--chains", self.chains, chains)
    try refuse("--thin", thin, thinning)
    try refuse("--warm-up", self.warmUp, warmUp)
    try refuse("--seed", self.seed, seed)
  }

  /// Throws if an option is given and differs from that of the run that goes on.
  private func refuse<Value: Equatable>(_ option: String, _ given: Value?, _ stored: Value?) throws
  {
    guard let given, let stored, given != stored else { return }
    throw InputError.value(
      option, expected: "\(stored), as in the run that --resume goes on with", found: "\(given)")
  }

  /// The sampler of a chain file; `ensemble` stands for all without gradients.
  private static func family(storedAs kind: String) throws -> SamplerKind {
    switch kind {
    case "hmc": return .hmc
    case "nuts": return .nuts
    case "\(EnsembleChoice.self)": return .ensemble
    default:
      throw InputError.value(
        "--resume",
        expected: "a run of one of the samplers "
          + SamplerKind.allCases.map(\.rawValue).joined(separator: ", "), found: "'\(kind)'")
    }
  }
}
