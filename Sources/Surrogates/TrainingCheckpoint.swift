public import Foundation
internal import HDF5
public import NeuralNetworks

/// The file in which a training keeps its state, and how often.
///
/// A training whose file is there already goes on from it, to the same weights as a training that
/// was never interrupted (on the same processor and number of threads). The file says which data
/// set and recipe it belongs to; others are refused.
public struct TrainingCheckpoint: Sendable {
  /// The file (HDF5): data sets `parameters`, `first_moment`, `second_moment`, `best_parameters`,
  /// with batch normalisation `batch_normalization`; attributes `identity` and `progress` (JSON);
  /// the quadratic approximation in use.
  public let url: URL
  /// Seconds between two writings; more where writing takes more than a fiftieth of the time.
  public var interval: Double
  /// Whether the file stays when the training is done, as one of several that are not.
  public var keepsEnd = false

  /// A checkpoint file.
  public init(_ url: URL, interval: Double = 30) {
    self.url = url
    self.interval = interval
  }

  /// What the file belongs to and how far its training is; `nil` if there is none.
  ///
  /// - Throws: ``CheckpointError/unreadable(_:_:)``.
  public func contents() throws -> (identity: TrainingIdentity, progress: TrainingProgress)? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    return try CheckpointError.naming(url) {
      let file = try HDF5File(reading: url)
      return (
        try JSONDecoder().decode(
          TrainingIdentity.self, from: Data(file.textAttribute("identity").utf8)),
        try JSONDecoder().decode(
          TrainingProgress.self, from: Data(file.textAttribute("progress").utf8))
      )
    }
  }

  /// Removes the file, if there is one, and what a kill has left half-written.
  public func remove() throws {
    if FileManager.default.fileExists(atPath: url.path) {
      try FileManager.default.removeItem(at: url)
    }
    let folder = url.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".\(url.lastPathComponent).") {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}

/// Why a training cannot go on from a checkpoint.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// The file belongs to another training.
  case different(URL, field: String, expected: String, found: String)
  /// The file is damaged or no checkpoint.
  case unreadable(URL, String)

  /// One sentence that names the file, the field, what it has and what was asked for.
  public var description: String {
    switch self {
    case .different(let url, let field, let expected, let found):
      "\(url.relativePath) is an unfinished training with another \(field): expected \(expected) "
        + "as there, found \(found); ask for the same, or give another --output, or --overwrite"
    case .unreadable(let url, let reason):
      "\(url.relativePath) is not a checkpoint of a training (\(reason)); give another --output, or "
        + "--overwrite"
    }
  }

  /// Turns errors of reading into ones that name the checkpoint.
  static func naming<Value>(_ url: URL, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as CheckpointError {
      throw error
    } catch let error as HDF5Error {
      throw CheckpointError.unreadable(url, "\(error)")
    } catch is DecodingError {
      throw CheckpointError.unreadable(url, "its identity or progress cannot be read")
    }
  }
}
