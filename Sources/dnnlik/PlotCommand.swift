import ArgumentParser
import DNNLikelihood
import Foundation

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw figures as PDF, SVG and PNG.",
    subcommands: [PlotCorner.self, PlotProfile.self, PlotLoss.self])
}

struct PlotCorner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corner", abstract: "Marginal densities of one or two chain files.")

  @Argument(help: "Chain files (.h5).") var chains: [URL]
  @Option(name: .shortAndLong, help: "A parameter; may be repeated (default: the first six).")
  var parameter: [String] = []
  @Option(name: [.short, .long], help: "Folder for the figure.") var output: URL
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let samples = try chains.map {
      ($0.deletingPathExtension().lastPathComponent, try Chains(reading: $0))
    }
    try StudyFigures.corner(samples, parameters: parameter).write(to: output).forEach {
      print($0.path)
    }
  }
}

struct PlotProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tmu", abstract: "Profile likelihood ratios of one or more likelihoods.")

  @Argument(help: "Likelihoods; the first is the reference.") var likelihoods: [String]
  @Option(help: "First value.") var from = 0.0
  @Option(help: "Last value.") var to = 1.0
  @Option(help: "Number of values.") var points = 11
  @Option(name: [.short, .long], help: "Folder for the figure.") var output: URL
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard points >= 2, from < to else {
      throw ValidationError("--points must be at least 2 and --from below --to")
    }
  }

  func run() throws {
    try common.apply()
    let values = (0..<points).map { from + (to - from) * Double($0) / Double(points - 1) }
    let scans = try likelihoods.map { argument in
      let density = try LikelihoodLocator.load(argument)
      return (
        argument,
        try ProfileScan(
          of: density, along: density.parameters.name(orInterest: nil), at: values)
      )
    }
    try StudyFigures.profile(scans).write(to: output).forEach { print($0.path) }
  }
}

struct PlotLoss: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "The training history of a model folder.")

  @Argument(help: "The model folder.") var model: URL
  @Option(name: [.short, .long], help: "Folder for the figure.") var output: URL
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let history = try ModelFolder(model).history()
    try StudyFigures.loss(history).write(to: output).forEach { print($0.path) }
  }
}
