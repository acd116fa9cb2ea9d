import ArgumentParser
import DNNLikelihood
import Foundation

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw from a likelihood (with its prior) and diagnose the chains.",
    discussion: """
      The chains are written in emcee's HDF5 layout. With 'hmc' every chain is independent; with \
      'stretch' the walkers form four independent ensembles; it is the default where gradients \
      are made of differences of values. If the likelihood of another program fails, the draws \
      made until then are written.
      """)

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(name: [.short, .long], help: "File for the chains (.h5).") var output: URL
  @Option(help: "Sampler: \(SamplerKind.allCases.map(\.rawValue).joined(separator: " or ")).")
  var sampler: SamplerKind?
  @Option(help: "Draws to keep, all chains together (rounded up to whole steps).") var draws =
    100_000
  @Option(
    help: """
      Chains (hmc) or walkers of each ensemble (stretch); default 512, with differenced gradients \
      4 a parameter and at least 32.
      """)
  var chains: Int?
  @Option(help: "Warm-up transitions (hmc) or burn-in steps (stretch).") var warmUp = 200
  @Option(help: "Steps between kept draws.") var thin = 1
  @Option(help: "Scale of the stretch move; the paper has 1.3.") var stretchScale = 2.0
  @Option(parsing: .unconditional, help: "Seed of the random numbers.") var seed: UInt64 = 1
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard draws > 0, chains ?? 1 > 0, warmUp >= 0, thin > 0, stretchScale > 1 else {
      throw ValidationError(
        "--draws, --chains and --thin must be positive, --warm-up not negative and "
          + "--stretch-scale above 1")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: [likelihood])
    let density = try model.loadFree(likelihood, doublePrecision: false)
    let bar = ProgressBar()
    do {
      var result = try draw(density, bar.show)
      bar.finish()
      result.record(priorsOf: density)
      try result.write(to: output)
      try ConvergenceReport.show(result, common, allowUnconverged: allowUnconverged)
    } catch let failure as SamplingFailure {
      bar.finish()
      try failure.chains.write(to: output)
      throw IncompleteChains(failure: failure, file: output)
    }
  }

  private func draw(
    _ density: some Posterior, _ onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains {
    let isDifferenced = density.gradientIsDifferenced
    let chains =
      chains ?? (isDifferenced ? max(32, 4 * density.parameters.count) : 512)
    switch sampler ?? (isDifferenced ? .stretch : .hmc) {
    case .hmc:
      return try HamiltonianSampler(
        chains: chains, drawsPerChain: max(4, (draws + chains - 1) / chains), thinning: thin,
        warmUpSteps: warmUp, seed: seed
      ).sample(density, onProgress: onProgress)
    case .stretch:
      let steps = max(4, (draws + 4 * chains - 1) / (4 * chains)) * thin
      return try EnsembleSampler(
        move: StretchMove(scale: stretchScale), walkers: chains, burnIn: warmUp, steps: steps,
        thinning: thin, seed: seed
      ).sample(density, onProgress: onProgress)
    }
  }
}

/// The end of a run whose likelihood failed while draws were being kept.
struct IncompleteChains: Error, CustomStringConvertible {
  let failure: SamplingFailure
  let file: URL

  var description: String {
    let chains = failure.chains
    return "\(failure.cause)\nThe \(chains.positions.rows) draws of the first "
      + "\(failure.stepsDone) of \(failure.stepsWanted) steps are kept in \(file.relativePath)"
  }
}
