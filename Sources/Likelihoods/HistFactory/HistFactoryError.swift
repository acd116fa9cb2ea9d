public import Foundation

/// What is wrong with a HistFactory workspace, patch or patch set: the file, the place in the
/// terms of the model, what was expected and what was found.
public struct HistFactoryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An item of the model by its name, or by its index in the file (from 0) where it has none.
  public enum Item: Sendable, Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Its name.
    case named(String)
    /// Its index.
    case index(Int)

    /// The item of a name.
    public init(stringLiteral name: String) { self = .named(name) }

    /// The name in quotes, or the index in words.
    public var description: String {
      switch self {
      case .named(let name): "'\(name)'"
      case .index(let index): "number \(index) (from 0)"
      }
    }
  }

  /// A place in the terms of the model; nil for the levels that the place is not in.
  public struct Place: Sendable, Equatable, CustomStringConvertible {
    /// A channel.
    public var channel: Item?
    /// A sample of the channel.
    public var sample: Item?
    /// A modifier of the sample.
    public var modifier: Item?
    /// The type of the modifier, where it is known.
    public var modifierType: String?
    /// An observation.
    public var observation: Item?
    /// A measurement.
    public var measurement: Item?
    /// The entry of the measurement's `parameters`.
    public var parameter: Item?
    /// The patch of a patch set.
    public var patch: Item?
    /// Keys of the file below the item, such as `data.hi_data` or `bounds[0]`.
    public var key: String?
    /// Bin of the channel, counted from 0 as in parameter names.
    public var bin: Int?

    /// The whole file.
    public init() {}

    /// Such as "channel 'SR', sample 'bkg': data, bin 2"; empty for the whole file.
    public var description: String {
      var parts: [String] = []
      if let patch { parts.append("patch \(patch)") }
      if let channel { parts.append("channel \(channel)") }
      if let sample { parts.append("sample \(sample)") }
      if let modifier {
        parts.append("modifier \(modifier)" + (modifierType.map { " (\($0))" } ?? ""))
      }
      if let observation { parts.append("observation \(observation)") }
      if let measurement { parts.append("measurement \(measurement)") }
      if let parameter { parts.append("parameter \(parameter)") }
      let items = parts.joined(separator: ", ")
      let value = (key ?? "") + (bin.map { (key == nil ? "" : ", ") + "bin \($0)" } ?? "")
      return [items, value].filter { !$0.isEmpty }.joined(separator: ": ")
    }
  }

  /// The file, nil where the text came from elsewhere.
  public var file: URL?
  /// Line of the file, counted from 1, where it is known (it is not after a patch).
  public var line: Int?
  /// Place in the terms of the model.
  public let place: Place
  /// Place in the terms of JSON, where there is one.
  public let pointer: JSONPointer?
  /// What the place must hold.
  public let expected: String
  /// What it holds.
  public let found: String

  /// An error at a place.
  public init(
    file: URL? = nil, line: Int? = nil, place: Place = Place(), pointer: JSONPointer? = nil,
    expected: String, found: String
  ) {
    self.file = file
    self.line = line
    self.place = place
    self.pointer = pointer
    self.expected = expected
    self.found = found
  }

  /// Such as "ws.json, line 12: channel 'SR', sample 'bkg', modifier 'stat' (staterror): data:
  /// expected 3 uncertainties, found 2".
  public var description: String {
    let source = [file?.relativePath, line.map { "line \($0)" }].compactMap { $0 }
    return [
      source.joined(separator: ", "), place.description, "expected \(expected), found \(found)",
    ]
    .filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

extension HistFactoryError {
  /// The error with the file and the line of its place in `document`.
  func located(in document: JSONDocument) -> HistFactoryError {
    var error = self
    error.file = document.file
    error.line = pointer.flatMap { document.line(of: $0) }
    return error
  }

  /// The error with the file of the workspace that a model is compiled of; its line is not known
  /// any more.
  func located(in workspace: HistFactoryWorkspace) -> HistFactoryError {
    var error = self
    error.file = error.file ?? workspace.file
    return error
  }

  /// A text that is not JSON.
  init(_ error: JSONSyntaxError, file: URL?) {
    self.init(
      file: file, line: error.line, expected: "\(error.expected) at column \(error.column)",
      found: error.found)
  }

  /// An operation that is not valid or cannot be done.
  init(_ error: JSONPatchError, file: URL?, patch: Item?) {
    var place = Place()
    place.patch = patch
    place.key = error.place
    self.init(file: file, place: place, expected: error.expected, found: error.found)
  }
}
