import ArgumentParser
import DNNLikelihood
import Foundation

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw from a likelihood (with its prior) and diagnose the chains.",
    discussion: """
      The chains are written in emcee's HDF5 layout. With 'hmc' every chain is independent; with \
      'stretch' the walkers form four independent ensembles.
      """)

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(name: [.short, .long], help: "File for the chains (.h5).") var output: URL
  @Option(help: "Sampler: \(SamplerKind.allCases.map(\.rawValue).joined(separator: " or ")).")
  var sampler = SamplerKind.hmc
  @Option(help: "Draws to keep, all chains together (rounded up to whole steps).") var draws =
    100_000
  @Option(help: "Chains (hmc) or walkers of each ensemble (stretch).") var chains = 512
  @Option(help: "Warm-up transitions (hmc) or burn-in steps (stretch).") var warmUp = 200
  @Option(help: "Steps between kept draws.") var thin = 1
  @Option(help: "Scale of the stretch move; the paper has 1.3.") var stretchScale = 2.0
  @Option(parsing: .unconditional, help: "Seed of the random numbers.") var seed: UInt64 = 1
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard draws > 0, chains > 0, warmUp >= 0, thin > 0, stretchScale > 1 else {
      throw ValidationError(
        "--draws, --chains and --thin must be positive, --warm-up not negative and "
          + "--stretch-scale above 1")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output)
    let density = try LikelihoodLocator.load(likelihood, doublePrecision: false)
    let bar = ProgressBar()
    var result: Chains
    switch sampler {
    case .hmc:
      result = try HamiltonianSampler(
        chains: chains, drawsPerChain: max(4, (draws + chains - 1) / chains), thinning: thin,
        warmUpSteps: warmUp, seed: seed
      ).sample(density, onProgress: bar.show)
    case .stretch:
      let steps = max(4, (draws + 4 * chains - 1) / (4 * chains)) * thin
      result = try EnsembleSampler(
        move: StretchMove(scale: stretchScale), walkers: chains, burnIn: warmUp, steps: steps,
        thinning: thin, seed: seed
      ).sample(density, onProgress: bar.show)
    }
    bar.finish()
    result.record(priorsOf: density)
    try result.write(to: output)
    try ConvergenceReport.show(result, common, allowUnconverged: allowUnconverged)
  }
}
