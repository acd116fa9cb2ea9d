import ArgumentParser
import DNNLikelihood
import Foundation

struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw from a likelihood (with its prior) and diagnose the chains.",
    discussion: """
      The chains are written in emcee's HDF5 layout while they are made; the file can be read at \
      any time. A run that was stopped, also by a kill, goes on with --resume, and makes the draws \
      that it would have made; with more --draws a finished one goes on. The file of hmc and nuts \
      appears after their warm-up; a run that is stopped before begins anew. An output that ends in \
      .nc is written for ArviZ, one that ends in .txt for GetDist, both when the run is done. With \
      hmc (the default) and nuts every chain is independent; with the others the walkers form four \
      independent ensembles; 'ensemble' is the default where gradients are made of differences of \
      values. If the likelihood of another program fails, the draws made until then are kept.
      """)

  @Argument(help: "The likelihood.") var likelihood: String
  @Option(name: [.short, .long], help: "File for the chains (.h5, .nc or .txt).") var output: URL
  @OptionGroup var sampling: SamplerOptions
  @Option(
    help: ArgumentHelp(
      """
      Stop as soon as every parameter has this effective sample size and R-hat, as \
      ess=10000,rhat=1.01; --draws is the most then. Of ensembles, burn-in beyond --warm-up is \
      dropped and the rest thinned by itself.
      """, valueName: "goal"))
  var until: String?
  @Option(
    help: """
      Draw from the density to this power: broader below 1, narrower above, for data sets that \
      cover more than the bulk.
      """)
  var power: Double?
  @Option(
    help:
      "What is raised to the power: \(TemperedPart.allCases.map(\.rawValue).joined(separator: " or "))."
  )
  var powerOf = TemperedPart.posterior
  @Flag(help: "Go on with a run that was stopped, or ask more draws of a finished one.")
  var resume = false
  @Flag(help: "Keep the log-prior of every draw, too (always done for .nc).") var logPrior = false
  @Option(help: "Seconds between checkpoints.") var checkpoint = 5.0
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard checkpoint >= 0 else { throw ValidationError("--checkpoint must not be negative") }
    if let until { _ = try goal(until) }
    guard power ?? 1 > 0, power?.isFinite != false else {
      throw ValidationError("--power must be positive")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: [likelihood])
    let format = ChainFormat(ending: output)
    // Other formats are made of a file in emcee's when the run is done.
    let place = format == .emcee ? output : ChainFileRun.partURL(of: output)
    if format != .emcee, !resume, FileManager.default.fileExists(atPath: place.path) {
      throw InputError.value(
        "--output", expected: "no unfinished run, or --resume to go on with it",
        found: "'\(place.relativePath)'")
    }
    let density = try tempered(try model.loadFree(likelihood, doublePrecision: false))
    var provenance = Chains.record(priorsOf: density)
    if let power { provenance[Chains.powerKey] = "\(power)" }
    var file = ChainFileRun(
      place, resumes: resume, checkpointInterval: checkpoint, goal: try until.map(goal),
      provenance: provenance)
    // ArviZ has a group for log-likelihoods.
    file.keepsLogPrior = logPrior || format == .arviz
    let stored = try resume ? ChainFileRun.unfinished(at: place).map(StoredRun.init) : nil
    let bar = ProgressBar()
    do {
      let end = try sampling.draw(density, into: file, continuing: stored, bar.show)
      bar.finish()
      let missed = file.goal ?? stored?.goal
      let warning = end.reachedGoal == nil ? missed.map(unreached(end)) : nil
      try ConvergenceReport.show(
        try ChainFile(reading: place), common, warnings: [warning].compactMap { $0 },
        region: try region(density, place), allowUnconverged: allowUnconverged
      ) {
        guard format != .emcee else { return }
        try Chains(reading: place).write(to: output, as: format)
        try FileManager.default.removeItem(at: place)
      }
    } catch let stop as SamplingStopped {
      bar.finish()
      throw stop
    }
  }

  private func region(_ density: some Posterior, _ place: URL) throws -> RegionCheck? {
    try RegionCheck(density) { try Chains(reading: place).positions }
  }

  private func tempered(_ density: some Posterior) throws -> any Posterior {
    guard let power else { return density }
    return try TemperedDensity(density, power: power, of: powerOf)
  }

  private func unreached(_ end: ChainFileEnd) -> (SamplingGoal) -> String {
    { "the goal \($0) was not reached with \(end.draws) draws" }
  }

  private func goal(_ text: String) throws -> SamplingGoal {
    do {
      return try SamplingGoal(text)
    } catch {
      throw ValidationError("--until: \(error)")
    }
  }
}
