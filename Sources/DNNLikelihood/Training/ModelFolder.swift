public import Foundation
public import NeuralNetworks
public import Surrogates

/// A folder with a trained model: `model.onnx`, `history.json`, `history.csv`, `training.json`;
/// while its training lasts, `checkpoint.h5`, or `checkpoint-1.h5` and so on of an ensemble.
public struct ModelFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// Opens or creates the folder.
  ///
  /// - Throws: ``RunFolderError``.
  public init(_ url: URL) throws { self.url = try RunFolder(url).url }

  /// A folder that is made with the first file in it, so that a training that is refused leaves
  /// none behind.
  init(planned url: URL) { self.url = url }

  /// The file of the surrogate.
  public var model: URL { url.appending(path: "model.onnx") }

  /// The file of an unfinished training.
  public var checkpoint: TrainingCheckpoint {
    TrainingCheckpoint(url.appending(path: "checkpoint.h5"))
  }

  /// The file of a member of an unfinished ensemble, counted from 0.
  func checkpoint(ofMember member: Int) -> TrainingCheckpoint {
    TrainingCheckpoint(url.appending(path: "\(Self.memberPrefix)\(member + 1).h5"))
  }

  private static let memberPrefix = "checkpoint-"

  /// The checkpoints in the folder, those of members included.
  var checkpoints: [TrainingCheckpoint] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let members = names.compactMap { name in
      name.hasPrefix(Self.memberPrefix) && name.hasSuffix(".h5")
        ? Int(name.dropFirst(Self.memberPrefix.count).dropLast(3)) : nil
    }
    return [checkpoint].filter { names.contains($0.url.lastPathComponent) }
      + members.sorted().map { checkpoint(ofMember: $0 - 1) }
  }

  /// Removes all checkpoints, and what a kill has left half-written.
  func removeCheckpoints() throws {
    for checkpoint in checkpoints + [checkpoint] { try checkpoint.remove() }
  }

  /// What a training on a data set came to.
  var summaryFile: URL { url.appending(path: "training.json") }
  /// The state of a refinement.
  var refinementRecord: URL { url.appending(path: "rounds.json") }
  /// What a refinement states.
  var certificate: URL { url.appending(path: "certificate.json") }
  /// The points of a refinement.
  var points: URL { url.appending(path: "data.h5") }

  /// Writes a training history as JSON and as CSV.
  public func write(_ history: TrainingHistory) throws {
    _ = try RunFolder(url)
    try JSONEncoder().encode(history).write(
      to: url.appending(path: "history.json"), options: .atomic)
    try Data(history.csv.utf8).write(to: url.appending(path: "history.csv"), options: .atomic)
  }

  /// The training history.
  ///
  /// - Throws: ``InputError`` if there is none.
  public func history() throws -> TrainingHistory {
    let file = url.appending(path: "history.json")
    do {
      return try JSONDecoder().decode(TrainingHistory.self, from: Data(contentsOf: file))
    } catch {
      throw InputError.unreadable(file, reason: "it is not a training history of dnnlik")
    }
  }

  /// Writes what a training came to.
  func write(_ summary: some Encodable) throws {
    try JSONEncoder().encode(summary).write(to: summaryFile, options: .atomic)
  }

  /// What the training in the folder came to; `nil` where none is finished.
  func summary() -> TrainingSummary? {
    try? JSONDecoder().decode(TrainingSummary.self, from: Data(contentsOf: summaryFile))
  }
}
