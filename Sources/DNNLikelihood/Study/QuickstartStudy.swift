public import Foundation
internal import Inference
internal import Likelihoods
internal import NumericalCore
internal import Surrogates

/// The study of the toy LHC search that `dnnlik quickstart` runs, with its table and report.
public enum QuickstartStudy {
  /// What the study leaves.
  public struct Publication: Sendable {
    /// The report page.
    public let report: URL
    /// The summary table as text.
    public let table: String
    /// The numbers of the table.
    public let summary: StudySummary
  }

  /// Runs the study in a folder, or what is missing of it, and writes figures and report.
  ///
  /// - Throws: ``StudyInterrupted``, errors of the stages.
  public static func run(
    in folder: URL, seed: UInt64 = 1, configuration: StudyConfiguration? = nil,
    onProgress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) throws -> Publication {
    let start = Date()
    let study = try Study(
      of: ToyLHCSearch(), title: "toy LHC search",
      configuration: configuration ?? .quickstart(seed: seed), in: folder, onProgress: onProgress)
    let result = try study.run()
    guard onProgress(StudyProgress(stage: "drawing figures")) else { throw StudyInterrupted() }
    let figures = try StudyFigures.write(result, to: folder.appending(path: "figures"))
    let summary = StudySummary(result, seconds: Date().timeIntervalSince(start))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(summary).write(
      to: folder.appending(path: "summary.json"), options: .atomic)
    let report = folder.appending(path: "report.html")
    try StudyReport(result, summary, figures: figures).page.write(to: report)
    _ = onProgress(
      StudyProgress(stage: "figures and report", detail: "written", isFinished: true))
    return Publication(report: report, table: summary.table, summary: summary)
  }
}
