import ArgumentParser
import DNNLikelihood
import Foundation

struct DatasetMix: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mix", abstract: "Join data sets of one likelihood in stated fractions.",
    discussion: """
      Random points of each, without replacement, in a random order and with a new split:
        dnnlik dataset mix bulk.h5=0.7 ridge.h5=0.2 cover.h5=0.1 -o mixed.h5
      """)

  /// A data set with its fraction, as `FILE=FRACTION`; 1 without.
  struct Part: ExpressibleByArgument {
    let file: URL
    let fraction: Double

    init?(argument: String) {
      guard let mark = argument.lastIndex(of: "="),
        !FileManager.default.fileExists(atPath: argument)
      else {
        file = URL(filePath: argument)
        fraction = 1
        return
      }
      guard let fraction = Double(argument[argument.index(after: mark)...]), fraction > 0,
        fraction.isFinite
      else { return nil }
      file = URL(filePath: String(argument[..<mark]))
      self.fraction = fraction
    }
  }

  @Argument(
    help: ArgumentHelp(
      "The data sets with their fractions (positive numbers, relative to the sum; 1 unless given).",
      valueName: "file=fraction"))
  var parts: [Part]
  @Option(name: [.short, .long], help: "File for the data set (.h5).") var output: URL
  @Option(help: "Points (default: as many as the fractions allow).") var points: Int?
  @Flag(help: "Keep one of repeated points; otherwise they stay, in the same part of the split.")
  var mergeRepeats = false
  @Option(parsing: .unconditional, help: "Fraction for validation.") var validation = 0.1
  @Option(parsing: .unconditional, help: "Fraction for the final test.") var test = 0.1
  @Option(parsing: .unconditional, help: "Seed of the choice, the order and the split.")
  var seed: UInt64 = 1
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard points ?? 1 > 0 else { throw ValidationError("--points must be positive") }
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw ValidationError("--validation and --test must not be negative, their sum below 1")
    }
  }

  func run() throws {
    try common.apply()
    try OutputPlace.checkFile(output, besides: parts.map(\.file.path))
    let data = try Dataset(
      mixing: parts.map { .init(try Dataset(reading: $0.file), fraction: $0.fraction) },
      points: points, mergingRepeats: mergeRepeats, validation: validation, test: test, seed: seed)
    try data.write(to: output)
    try DatasetReport.show(data, common)
  }
}
