internal import Foundation
internal import Likelihoods
internal import Surrogates

/// The files of a refinement: `data.h5`, `rounds.json`, `model.onnx`, `certificate.json`, and the
/// history of the last training.
struct RefinementFolder {
  /// What has to be the same for a run to go on from stored points.
  struct Key: Encodable {
    let parameters: ParameterSpace
    let settings: RefinementSettings
    /// The log density at the initial values, which tells likelihoods of equal parameters apart.
    let probe: Double
  }

  /// The stored state: a digest of the key, and the rounds so far.
  private struct Record: Codable {
    let key: String
    let rounds: [RefinementRound]
  }

  let models: ModelFolder
  private let key: String

  init(_ folder: URL, key: Key) throws {
    models = try ModelFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self.key = RunFolder.digest([String(decoding: try encoder.encode(key), as: UTF8.self)])
  }

  private var dataFile: URL { models.url.appending(path: "data.h5") }
  private var roundsFile: URL { models.url.appending(path: "rounds.json") }

  /// Points, rounds and best model of an earlier run; `nil` if there is none.
  ///
  /// - Throws: ``InputError`` if the folder belongs to another refinement.
  func read() throws -> (data: Dataset, rounds: [RefinementRound], model: SurrogateLikelihood)? {
    guard FileManager.default.fileExists(atPath: roundsFile.path) else { return nil }
    let record: Record
    do {
      record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: roundsFile))
    } catch {
      throw InputError.unreadable(roundsFile, reason: "it is not the record of a refinement")
    }
    guard record.key == key else {
      throw InputError.value(
        "--output", expected: "a new folder, or one of the same likelihood, seed and settings",
        found: "\(models.url.path), the folder of another refinement")
    }
    return (
      try Dataset(reading: dataFile), record.rounds,
      try SurrogateLikelihood(reading: models.model)
    )
  }

  /// Writes the state after a round; the rounds last, so that they never count more than is there.
  func write(_ data: Dataset, _ rounds: [RefinementRound]) throws {
    try data.write(to: dataFile)
    try write(Record(key: key, rounds: rounds), to: roundsFile)
  }

  func write(_ certificate: AccuracyCertificate) throws {
    try write(certificate, to: models.url.appending(path: "certificate.json"))
  }

  private func write(_ value: some Encodable, to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try encoder.encode(value).write(to: file, options: .atomic)
  }
}
