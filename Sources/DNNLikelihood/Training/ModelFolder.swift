public import Foundation
public import NeuralNetworks

/// A folder with a trained model: `model.onnx`, `history.json`, `history.csv`.
public struct ModelFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// Opens or creates the folder.
  ///
  /// - Throws: ``RunFolderError``.
  public init(_ url: URL) throws { self.url = try RunFolder(url).url }

  /// The file of the surrogate.
  public var model: URL { url.appending(path: "model.onnx") }

  /// Writes a training history as JSON and as CSV.
  public func write(_ history: TrainingHistory) throws {
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
}
