internal import Foundation
internal import Likelihoods
internal import Surrogates

/// The files of a refinement: `fits.json`, `data.h5`, `rounds.json`, `model.onnx`,
/// `certificate.json`, and the history of the last training.
struct RefinementFolder {
  /// What has to be the same for a run to go on from stored points.
  struct Key: Encodable {
    let parameters: ParameterSpace
    let settings: RefinementSettings
    /// The log density at the initial values, which tells likelihoods of equal parameters apart.
    let probe: Double
  }

  let models: ModelFolder
  /// The digest of the key.
  let key: String

  /// Opens or creates the folder of a refinement.
  ///
  /// - Throws: ``ModelFolderError`` if it holds something else.
  init(_ folder: URL, key: Key, overwriting: Bool) throws {
    models = try ModelFolder(folder)
    let encoder = RefinementRecord.encoder
    encoder.outputFormatting = [.sortedKeys]
    self.key = RunFolder.digest([String(decoding: try encoder.encode(key), as: UTF8.self)])
    try models.claim(for: .refinement(self.key), overwriting: overwriting)
  }

  private var fitsFile: URL { models.url.appending(path: "fits.json") }
  /// A model whose record is not written yet.
  private var nextModel: URL { models.url.appending(path: "model-next.onnx") }

  // MARK: - Reading

  /// The state that an earlier run left, with its fits; `nil` if there is none.
  func record() throws -> (RefinementRecord, RefinementFits)? {
    guard FileManager.default.fileExists(atPath: models.refinementRecord.path) else { return nil }
    return (try read(models.refinementRecord), try read(fitsFile))
  }

  private func read<Value: Decodable>(_ file: URL) throws -> Value {
    do {
      return try RefinementRecord.decoder.decode(Value.self, from: Data(contentsOf: file))
    } catch {
      throw InputError.unreadable(file, reason: "it is not the record of a refinement")
    }
  }

  /// The points of an earlier run.
  func data() throws -> Dataset { try Dataset(reading: models.points) }

  /// The best model of an earlier run.
  ///
  /// - Throws: ``ModelFolderError/changedModel(_:expected:found:)`` if the file is another one.
  func model(_ record: RefinementRecord) throws -> SurrogateLikelihood {
    guard let expected = record.model?.digest else {
      throw InputError.unreadable(models.refinementRecord, reason: "it names no model")
    }
    if try digest(nextModel) == expected { try putModel() }
    let found = try digest(models.model)
    guard found == expected else {
      throw ModelFolderError.changedModel(
        models.model, expected: expected, found: found ?? "no file")
    }
    return try SurrogateLikelihood(reading: models.model)
  }

  private func digest(_ file: URL) throws -> String? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    return RunFolder.digest(bytes: try Data(contentsOf: file))
  }

  // MARK: - Writing

  func write(_ fits: RefinementFits) throws {
    let encoder = RefinementRecord.encoder
    encoder.outputFormatting = []
    try encoder.encode(fits).write(to: fitsFile, options: .atomic)
  }

  func write(_ data: Dataset) throws { try data.write(to: models.points) }

  /// Writes the state.
  ///
  /// The record names the model that belongs to it. Whenever this stops, the folder has that model:
  /// in its place, or beside it, from where the next run takes it.
  ///
  /// - Parameter model: the best model with its round, if it is a new one.
  func write(
    _ record: inout RefinementRecord, _ model: (surrogate: SurrogateLikelihood, round: Int)? = nil
  ) throws {
    if let model {
      try model.surrogate.write(to: nextModel)
      record.model = .init(
        round: model.round, digest: RunFolder.digest(bytes: try Data(contentsOf: nextModel)))
    }
    try RefinementRecord.encoder.encode(record)
      .write(to: models.refinementRecord, options: .atomic)
    if model != nil { try putModel() }
  }

  private func putModel() throws {
    try Data(contentsOf: nextModel).write(to: models.model, options: .atomic)
    try FileManager.default.removeItem(at: nextModel)
  }

  func write(_ certificate: AccuracyCertificate) throws {
    try RefinementRecord.encoder.encode(certificate)
      .write(to: models.certificate, options: .atomic)
  }
}
