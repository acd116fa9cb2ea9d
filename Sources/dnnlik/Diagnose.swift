import ArgumentParser
import DNNLikelihood
import Foundation

struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge the convergence of a chain file, and convert it.",
    discussion: """
      Reads chains of dnnlik and emcee (.h5), also of a run that goes on, of ArviZ (.nc) and of \
      GetDist (the root of a .paramnames file). --export writes them in the format that the ending \
      says: .h5 for emcee, .nc for ArviZ, .txt for GetDist.
      """)

  @Argument(help: "The chains (.h5, .nc, root of GetDist).") var chains: URL
  @Option(help: "File for the same chains in another format (.h5, .nc or .txt).") var export: URL?
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    if let export { try OutputPlace.checkFile(export, besides: [chains.path]) }
    if try ChainFormat(of: chains) == .emcee {
      try ConvergenceReport.show(
        try ChainFile(reading: chains), common, allowUnconverged: allowUnconverged
      ) { if export != nil { try write(try Chains(reading: chains)) } }
    } else {
      let chains = try Chains(readingAny: chains)
      try ConvergenceReport.show(chains, common, allowUnconverged: allowUnconverged) {
        try write(chains)
      }
    }
  }

  private func write(_ chains: Chains) throws {
    if let export { try chains.write(to: export, as: ChainFormat(ending: export)) }
  }
}
