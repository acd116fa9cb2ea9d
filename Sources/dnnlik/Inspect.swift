import ArgumentParser
import DNNLikelihood

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the parameters of a likelihood.")

  @Argument(help: "The likelihood.") var likelihood: String
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let space = try LikelihoodLocator.load(likelihood).parameters
    let interest = space.parameterOfInterest.map { space.names[$0] }
    if common.json {
      try printJSON(Output(parameters: space.parameters, parameterOfInterest: interest))
    } else {
      print("\(space.count) parameters, parameter of interest: \(interest ?? "none")")
      for p in space.parameters {
        print(
          "\(p.name)  \(p.role.rawValue)  initial \(p.initial)  bounds (\(p.lower), \(p.upper))")
      }
    }
  }

  private struct Output: Encodable {
    let parameters: [Parameter]
    let parameterOfInterest: String?
  }
}
