import ArgumentParser
import DNNLikelihood
import Foundation

struct GoodnessOfFitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gof",
    abstract: "Goodness of fit: the saturated-model test, asymptotically and by toys.")

  @Argument(help: "A likelihood that generates data.") var likelihood: String
  @Option(help: "Pseudo-experiments at the best fit (default: none).") var toys = 0
  @Option(help: "Seed of the pseudo-experiments.") var seed: UInt64 = 1
  @Flag(help: "Exit with 0 also if fits have no valid certificate.")
  var allowUnconverged = false
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard toys >= 0 else { throw ValidationError("--toys must not be negative") }
  }

  func run() throws {
    try common.apply()
    let density = try model.load(likelihood)
    guard let generative = density as? any GenerativeModel else {
      throw InputError.value(
        "likelihood", expected: "a model that generates data",
        found: "'\(likelihood)', which has a density only")
    }
    let report = try GoodnessOfFitReport(of: generative, toys: toys, seed: seed)
    if common.json { try printJSON(report) } else { print(report.table) }
    if !report.valid && !allowUnconverged { throw Failure.notValid }
  }
}
