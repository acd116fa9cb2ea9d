import ArgumentParser
import DNNLikelihood
import Foundation

struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge the convergence of a chain file, and convert it.",
    discussion: """
      Reads chains of dnnlik and emcee (.h5), also of a run that goes on, of ArviZ (.nc) and of \
      GetDist (the root of a .paramnames file). --export writes them in the format that the ending \
      says: .h5 for emcee, .nc for ArviZ, .txt for GetDist. --details adds errors of quantiles, \
      the autocorrelation time of Goodman and Weare, Geweke's z, E-BFMI, the trend of the widths of \
      ensembles, and the scale reduction of Brooks and Gelman against the number of steps.
      """)

  @Argument(help: "The chains (.h5, .nc, root of GetDist).") var chains: URL
  @Option(help: "File for the same chains in another format (.h5, .nc or .txt).") var export: URL?
  @Flag(help: "More diagnostics of every parameter, or of those of --parameter.") var details =
    false
  @Option(
    name: .shortAndLong,
    help: "A parameter for --details, or log_density; may be repeated (default: all).")
  var parameter: [String] = []
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard details || parameter.isEmpty else {
      throw ValidationError("--parameter goes with --details")
    }
  }

  func run() throws {
    try common.apply()
    let chosen = parameter.isEmpty ? nil : parameter
    if let export { try OutputPlace.checkFile(export, besides: [chains.path]) }
    if try ChainFormat(of: chains) == .emcee {
      let file = try ChainFile(reading: chains)
      let details = details ? DetailsReport(try file.details(of: chosen)) : nil
      try ConvergenceReport.show(
        file, common, details: details, allowUnconverged: allowUnconverged
      ) { if export != nil { try write(try Chains(reading: chains)) } }
    } else {
      let chains = try Chains(readingAny: chains)
      let details = details ? DetailsReport(try chains.details(of: chosen)) : nil
      try ConvergenceReport.show(
        chains, common, details: details, allowUnconverged: allowUnconverged
      ) {
        try write(chains)
      }
    }
  }

  private func write(_ chains: Chains) throws {
    if let export { try chains.write(to: export, as: ChainFormat(ending: export)) }
  }
}
