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
  @Option(help: "Seed.") var seed: UInt64 = 1
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let bar = ProgressBar()
    let publication = try QuickstartStudy.run(in: output, seed: seed, onProgress: bar.show)
    bar.finish()
    if common.json { try printJSON(publication.summary) } else { print(publication.table) }
    print(
      common.json ? "" : "\nReport: \(publication.report.path)", terminator: common.json ? "" : "\n"
    )
  }
}
