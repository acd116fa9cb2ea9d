public import Foundation

extension ModelFolder {
  /// What the content of a folder is made from.
  enum Owner: Equatable {
    /// A model of the data set with a digest.
    case dataset(String)
    /// A refinement with a key.
    case refinement(String)
    /// A training that is not finished; its checkpoint knows its data set.
    case unfinished
    /// A model that comes without a word on its data.
    case unknown
    /// No model, but a data set where a refinement would write its own.
    case points
  }

  /// What is in the folder; `nil` where there is nothing that a training would replace.
  var owner: Owner? {
    struct Key: Decodable { var key: String? }
    struct Source: Decodable { var dataset: String? }
    func read<Value: Decodable>(_ file: URL, as type: Value.Type) -> Value? {
      try? JSONDecoder().decode(type, from: Data(contentsOf: file))
    }
    if exists(refinementRecord) {
      return .refinement(read(refinementRecord, as: Key.self)?.key ?? "")
    }
    if let digest = read(summaryFile, as: Source.self)?.dataset { return .dataset(digest) }
    if !checkpoints.isEmpty { return .unfinished }
    if exists(model) { return .unknown }
    return exists(points) ? .points : nil
  }

  /// Tests that a training may write here, and clears away what says otherwise.
  ///
  /// - Parameters:
  ///   - new: what the folder is wanted for.
  ///   - own: the checkpoints that the training reads, and says itself whether they are its own.
  /// - Throws: ``ModelFolderError/taken(_:by:wanted:)`` if that would replace the work of another
  ///   one, unless it is to be overwritten.
  func claim(for new: Owner, resuming own: [TrainingCheckpoint] = [], overwriting: Bool) throws {
    if overwriting { return try clear() }
    let others = checkpoints.map(\.url.lastPathComponent)
      .filter { !own.map(\.url.lastPathComponent).contains($0) }
    if case .dataset = new, let other = others.first {
      throw ModelFolderError.taken(
        url, by: "another unfinished training (\(other))", wanted: new.text(beside: new))
    }
    guard let owner, owner != new else { return }
    if case .dataset = new, [.unfinished, .points].contains(owner) { return }
    throw ModelFolderError.taken(url, by: owner.text(beside: new), wanted: new.text(beside: new))
  }

  /// Removes the records of what is about to be replaced. Points of a likelihood stay: they may have
  /// cost much, and be what is trained on.
  private func clear() throws {
    try removeCheckpoints()
    for file in [refinementRecord, certificate, summaryFile] where exists(file) {
      try FileManager.default.removeItem(at: file)
    }
  }

  private func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }
}

extension ModelFolder.Owner {
  /// The owner in words, with "another" if a new one is of its kind.
  fileprivate func text(beside new: Self) -> String {
    switch (self, new) {
    case (.dataset(let digest), .refinement): "a model of the data set with the digest \(digest)"
    case (.dataset(let digest), _):
      self == new
        ? "one of the data set with the digest \(digest)"
        : "a model of another data set, with the digest \(digest)"
    case (.refinement, .refinement):
      self == new
        ? "one of this likelihood, seed and settings"
        : "the model of another refinement (another likelihood, seed or settings)"
    case (.refinement, _): "the model of a refinement"
    case (.unfinished, _): "an unfinished training"
    case (.unknown, _): "a model of unknown origin"
    case (.points, _): "a data set, data.h5, that no refinement has written"
    }
  }
}

/// Why a training cannot be written to a folder.
public enum ModelFolderError: Error, CustomStringConvertible {
  /// The folder has the work of another training.
  case taken(URL, by: String, wanted: String)
  /// The folder has no unfinished training of this data set and recipe.
  case nothingToResume(URL)
  /// The model of a refinement is not the one that it has measured.
  case changedModel(URL, expected: String, found: String)

  /// One sentence that names the folder and what to do.
  public var description: String {
    switch self {
    case .taken(let folder, let found, let wanted):
      "\(folder.relativePath) holds \(found); expected \(wanted), or nothing: give another "
        + "--output, or --overwrite"
    case .nothingToResume(let folder):
      "--resume: expected a training of this data set and recipe in \(folder.relativePath), found "
        + "none"
    case .changedModel(let file, let expected, let found):
      "\(file.relativePath) is not the model that this refinement has measured: expected the digest "
        + "\(expected), found \(found); put it back, or begin anew with --overwrite"
    }
  }
}
