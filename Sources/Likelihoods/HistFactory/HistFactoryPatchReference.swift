public import Foundation

/// Names a patch: a file that is one (an array of operations), or a file with a patch set and
/// which of its patches.
public struct HistFactoryPatchReference: Sendable, Equatable {
  /// Which patch of a patch set.
  public enum Selection: Sendable, Equatable {
    /// The only one.
    case only
    /// The one of this name.
    case name(String)
    /// The one of this tuple of coordinates.
    case values([HistFactoryPatchSet.Value])
  }

  /// The file.
  public let file: URL
  /// Which patch of it.
  public let selection: Selection

  /// A reference to a patch of a file.
  public init(file: URL, selection: Selection = .only) {
    self.file = file
    self.selection = selection
  }

  /// Reads a reference as the command line has it: `FILE`, `FILE:name` or `FILE:[900,400]`.
  ///
  /// A text that names an existing file is that file, whatever colons it has.
  ///
  /// - Throws: ``HistFactoryError`` where the part before or behind the colon is missing, or the
  ///   values are not an array of numbers and strings.
  public init(_ text: String) throws(HistFactoryError) {
    if FileManager.default.fileExists(atPath: text) {
      self.init(file: URL(filePath: text))
      return
    }
    if text.hasSuffix("]"), let bracket = text.range(of: ":[") {
      self.init(
        file: URL(filePath: try Self.path(text, text[..<bracket.lowerBound])),
        selection: .values(try Self.values(String(text[bracket.lowerBound...].dropFirst()))))
      return
    }
    guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else {
      self.init(file: URL(filePath: try Self.path(text, text[...])))
      return
    }
    let name = String(text[text.index(after: colon)...])
    guard !name.isEmpty else {
      throw HistFactoryError(expected: "the name of a patch behind the colon", found: "'\(text)'")
    }
    self.init(
      file: URL(filePath: try Self.path(text, text[..<colon])), selection: .name(name))
  }

  private static func path(
    _ text: String, _ path: Substring
  ) throws(HistFactoryError) -> String {
    guard !path.isEmpty else {
      throw HistFactoryError(expected: "a patch as FILE or FILE:name", found: "'\(text)'")
    }
    return String(path)
  }

  private static func values(
    _ text: String
  ) throws(HistFactoryError) -> [HistFactoryPatchSet.Value] {
    var values: [HistFactoryPatchSet.Value] = []
    let document = try? JSONDocument(parsing: text)
    guard case .array(let elements)? = document?.root else {
      throw HistFactoryError(
        expected: "the values of a patch as a JSON array, such as [900, 400]", found: "'\(text)'")
    }
    for element in elements {
      guard let value = HistFactoryPatchSet.Value(element) else {
        throw HistFactoryError(
          expected: "values of a patch that are numbers or strings", found: element.summary)
      }
      values.append(value)
    }
    return values
  }

  /// The workspace with the patch applied; digests of a patch set are verified before.
  ///
  /// - Throws: ``HistFactoryError`` where the file is neither a patch nor a patch set, the patch
  ///   does not exist, belongs to another workspace or cannot be applied.
  public func applied(to workspace: JSONDocument) throws(HistFactoryError) -> JSONDocument {
    let document = try JSONDocument(reading: file)
    switch document.root {
    case .array: return try applied(plain: document, to: workspace)
    case .object(let object) where object["patches"] != nil:
      let set = try HistFactoryPatchSet(document: document)
      return try set.apply(try patch(of: set), to: workspace)
    default:
      throw HistFactoryError(
        file: file, expected: "a patch set or a JSON patch (an array of operations)",
        found: document.root.summary)
    }
  }

  private func patch(
    of set: HistFactoryPatchSet
  ) throws(HistFactoryError) -> HistFactoryPatchSet.Patch {
    switch selection {
    case .only: try set.onlyPatch()
    case .name(let name): try set.patch(named: name)
    case .values(let values): try set.patch(values: values)
    }
  }

  private func applied(
    plain document: JSONDocument, to workspace: JSONDocument
  ) throws(HistFactoryError) -> JSONDocument {
    guard selection == .only else {
      throw HistFactoryError(
        file: file, expected: "a patch set, since a patch of it is named",
        found: "a single JSON patch")
    }
    do throws(JSONPatchError) {
      return try JSONPatch(document.root).applied(to: workspace)
    } catch {
      var located = HistFactoryError(error, file: file, patch: nil)
      located.line = error.operation.flatMap {
        document.line(of: JSONPointer(tokens: [String($0)]))
      }
      throw located
    }
  }
}
