public import Foundation

/// The patches of one background-only workspace, one for every signal hypothesis, as pyhf's patch
/// sets have them, schema 1.0.0.
public struct HistFactoryPatchSet: Sendable {
  /// A coordinate of a signal hypothesis, such as a mass.
  public enum Value: Sendable, Hashable, CustomStringConvertible {
    /// A number.
    case number(Double)
    /// A word.
    case string(String)

    /// The value as the file has it, strings without quotes.
    public var description: String {
      switch self {
      case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
      case .string(let text): text
      }
    }
  }

  /// The change that adds one signal hypothesis.
  public struct Patch: Sendable, Equatable {
    /// Unique in the set.
    public let name: String
    /// One coordinate for every label of the set; the tuple is unique in the set.
    public let values: [Value]
    /// The changes.
    public let changes: JSONPatch
  }

  /// The file, nil where the set came from elsewhere.
  public let file: URL?
  /// What the set is for.
  public let description: String
  /// Inspire number of the record on HEPData, such as `ins1234567`.
  public let hepdata: String
  /// Digests of the workspace that the patches belong to; at least one.
  public let digests: [DigestAlgorithm: String]
  /// Names of the coordinates.
  public let labels: [String]
  /// In the order of the file.
  public let patches: [Patch]

  /// The names of the patches, in the order of the file.
  public var names: [String] { patches.map(\.name) }

  /// The patch of a name.
  ///
  /// - Throws: ``HistFactoryError`` that lists the names.
  public func patch(named name: String) throws(HistFactoryError) -> Patch {
    if let patch = patches.first(where: { $0.name == name }) { return patch }
    throw failure(expected: "the name of \(choice)", found: "'\(name)'")
  }

  /// The patch of a tuple of coordinates, in the order of ``labels``.
  ///
  /// - Throws: ``HistFactoryError`` that lists the tuples.
  public func patch(values: [Value]) throws(HistFactoryError) -> Patch {
    if let patch = patches.first(where: { $0.values == values }) { return patch }
    let tuples = patches.map { Self.text(of: $0.values) }
    throw failure(
      expected: "the values (\(labels.joined(separator: ", "))) of one of the "
        + "\(patches.count) patches: \(messageList(tuples))", found: Self.text(of: values))
  }

  /// The only patch of the set.
  ///
  /// - Throws: ``HistFactoryError`` that lists the names where there are several.
  public func onlyPatch() throws(HistFactoryError) -> Patch {
    guard patches.count == 1 else {
      throw failure(expected: "the name of \(choice)", found: "no name")
    }
    return patches[0]
  }

  /// Checks that the patches belong to a workspace: every digest of the set must be the one of
  /// the workspace. Upper-case digits are as good as lower-case ones.
  ///
  /// - Throws: ``HistFactoryError`` with the digest that differs.
  public func verify(_ workspace: JSONDocument) throws(HistFactoryError) {
    for algorithm in DigestAlgorithm.allCases {
      guard let stated = digests[algorithm] else { continue }
      let digest = workspace.root.digest(algorithm)
      guard digest != stated.lowercased() else { continue }
      throw failure(
        key: "metadata.digests.\(algorithm.rawValue)",
        expected: "the digest of the workspace \(workspace.file?.relativePath ?? "") "
          + "that the patches are for, \(stated)", found: digest)
    }
  }

  /// The workspace with a patch of this set applied, after ``verify(_:)``.
  ///
  /// - Throws: ``HistFactoryError`` where the set is for another workspace or a change cannot be
  ///   made.
  public func apply(
    _ patch: Patch, to workspace: JSONDocument
  ) throws(HistFactoryError) -> JSONDocument {
    try verify(workspace)
    do throws(JSONPatchError) {
      return try patch.changes.applied(to: workspace)
    } catch {
      throw HistFactoryError(error, file: file, patch: .named(patch.name))
    }
  }

  private var choice: String {
    "one of the \(patches.count) patches of the set: \(messageList(names))"
  }

  private func failure(
    key: String? = nil, expected: String, found: String
  ) -> HistFactoryError {
    var place = HistFactoryError.Place()
    place.key = key
    return HistFactoryError(file: file, place: place, expected: expected, found: found)
  }

  static func text(of values: [Value]) -> String {
    "[\(values.map(\.description).joined(separator: ", "))]"
  }
}
