import ArgumentParser
import DNNLikelihood

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the likelihoods that come with the framework.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    if common.json {
      try printJSON(LikelihoodLocator.builtIn.map { ["name": $0.name, "summary": $0.summary] })
    } else {
      for model in LikelihoodLocator.builtIn { print("\(model.name)  \(model.summary)") }
    }
  }
}
