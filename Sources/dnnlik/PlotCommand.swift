import ArgumentParser
import DNNLikelihood
import Foundation

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw figures as PDF, SVG and PNG.",
    subcommands: [PlotCorner.self, PlotProfile.self, PlotContour.self, PlotLoss.self])
}

struct PlotCorner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corner", abstract: "Marginal densities of one or two chain files.")

  @Argument(help: "One or two chain files (.h5).") var chains: [URL]
  @Option(name: .shortAndLong, help: "A parameter; may be repeated (default: the first six).")
  var parameter: [String] = []
  @Option(name: [.short, .long], help: "Folder for the figure.") var output: URL
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard chains.count <= 2 else { throw ValidationError("at most two chain files can be drawn") }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFolder(output)
    let samples = try chains.map {
      ($0.deletingPathExtension().lastPathComponent, try Chains(reading: $0))
    }
    try common.show(try StudyFigures.corner(samples, parameters: parameter).write(to: output))
  }
}

struct PlotProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tmu", abstract: "Profile likelihood ratios of one or more likelihoods.")

  @Argument(help: "Likelihoods; the first is the reference.") var likelihoods: [String]
  @OptionGroup var range: ScanRanges
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false
  @Option(name: [.short, .long], help: "Folder for the figure.") var output: URL
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws { try range.check(parameters: 1) }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFolder(output)
    var values: [Double]?
    let scans = try likelihoods.map { argument in
      let density = try model.load(argument)
      let name = try density.parameters.name(orInterest: nil)
      let best = try MaximumLikelihood().fit(density)
      // All at the values of the reference, which is the first.
      let shared = try values ?? range.values(0, around: best, name, count: 11)
      values = shared
      return (argument, try ProfileScan(of: density, along: name, at: shared, best: best))
    }
    try common.show(try StudyFigures.profile(scans).write(to: output))
    if !scans.allSatisfy(\.1.isValid) && !allowUnconverged { throw Failure.notValid }
  }
}

struct PlotContour: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contour",
    abstract: "Profile likelihood contours of one or more likelihoods in a plane.")

  @Argument(help: "Likelihoods; the first gives the ranges.") var likelihoods: [String]
  @Option(name: .shortAndLong, help: "A parameter of the plane; give two.")
  var parameter: [String]
  @OptionGroup var range: ScanRanges
  @Flag(help: "Exit with 0 also if a fit has no valid certificate.")
  var allowUnconverged = false
  @Option(name: [.short, .long], help: "Folder for the figure.") var output: URL
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard parameter.count == 2 else { throw ValidationError("--parameter is to be given twice") }
    try range.check(parameters: 2)
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFolder(output)
    var axes: [[Double]]?
    let planes = try likelihoods.map { argument in
      let density = try model.load(argument)
      let best = try MaximumLikelihood().fit(density)
      let shared =
        try axes
        ?? parameter.enumerated().map { i, name in
          try range.values(i, around: best, name, count: 21)
        }
      axes = shared
      let plane = try ProfilePlane(
        of: density, along: (parameter[0], parameter[1]), at: shared[0], shared[1], best: best)
      return (argument, plane)
    }
    try common.show(try DiagnosticsFigures.contours(planes).write(to: output))
    if !planes.allSatisfy(\.1.isValid) && !allowUnconverged { throw Failure.notValid }
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
    try OutputPlace.checkFolder(output)
    guard FileManager.default.fileExists(atPath: model.path) else {
      throw InputError.unreadable(model, reason: "there is no such model folder")
    }
    let history = try ModelFolder(model).history()
    try common.show(try StudyFigures.loss(history).write(to: output))
  }
}

extension CommonOptions {
  /// Prints the files of a figure.
  fileprivate func show(_ files: [URL]) throws {
    if json { return try printJSON(["files": files.map(\.path)]) }
    for file in files { print(file.path) }
  }
}
