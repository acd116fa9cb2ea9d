import ArgumentParser
import DNNLikelihood
import Foundation

struct Quickstart: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The whole study of the toy LHC search, in minutes.",
    discussion: """
      Samples the likelihood, builds a data set, trains a network, compares fits, profiles and \
      credible intervals of truth and network with each other and with arXiv:1911.03305, and \
      writes figures, an ONNX file and report.html. Finished stages are kept: the same command \
      resumes an interrupted run.
      """)

  @Option(name: [.short, .long], help: "Folder for the results.")
  var output = URL(filePath: "runs/quickstart")
  @Option(parsing: .unconditional, help: "Seed.") var seed: UInt64 = 1
  @Flag(
    help:
      "All stages in seconds, to try the installation: chains too short to be valid (exit code 2).")
  var small = false
  @Flag(help: "Exit with 0 also if chains have not converged or a fit has no certificate.")
  var allowUnconverged = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    try OutputPlace.checkFolder(output)
    let bar = ProgressBar()
    let publication = try QuickstartStudy.run(
      in: output, seed: seed, configuration: small ? .small(seed: seed) : nil,
      onProgress: bar.show)
    bar.finish()
    if common.json {
      try printJSON(publication.summary)
      Failure.say("Report: \(publication.report.path)")
    } else {
      print("\(publication.table)\n\nReport: \(publication.report.path)")
    }
    if !publication.summary.isValid && !allowUnconverged { throw Failure.notValid }
  }
}
