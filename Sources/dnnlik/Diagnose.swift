import ArgumentParser
import DNNLikelihood
import Foundation

struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge the convergence of a chain file (of dnnlik or emcee).")

  @Argument(help: "The chain file (.h5).") var chains: URL
  @Flag(help: "Exit with 0 also if the chains have not converged.") var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    try ConvergenceReport.show(
      try Chains(reading: chains), common, allowUnconverged: allowUnconverged)
  }
}
