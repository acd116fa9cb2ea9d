/// A list of changes of a JSON value (RFC 6902), made one after the other.
public struct JSONPatch: Sendable, Equatable {
  /// One change.
  public enum Operation: Sendable, Equatable {
    /// Puts a value at a key (over an older one) or before an element; `-` is behind the last.
    case add(at: JSONPointer, JSONValue)
    /// Takes a value away, which must exist.
    case remove(at: JSONPointer)
    /// Puts a value in the place of one that must exist.
    case replace(at: JSONPointer, JSONValue)
    /// Takes a value away and adds it elsewhere.
    case move(from: JSONPointer, to: JSONPointer)
    /// Adds a value that stands elsewhere too.
    case copy(from: JSONPointer, to: JSONPointer)
    /// Goes on only if the value is equal, see ``JSONValue``.
    case test(at: JSONPointer, JSONValue)

    /// The operation's name in JSON.
    public var name: String {
      switch self {
      case .add: "add"
      case .remove: "remove"
      case .replace: "replace"
      case .move: "move"
      case .copy: "copy"
      case .test: "test"
      }
    }

    /// The place that changes or is looked at.
    public var path: JSONPointer {
      switch self {
      case .add(let path, _), .remove(let path), .replace(let path, _), .test(let path, _),
        .move(_, let path), .copy(_, let path):
        path
      }
    }
  }

  /// The changes in their order.
  public let operations: [Operation]

  /// The patch with the given changes.
  public init(_ operations: [Operation]) {
    self.operations = operations
  }

  /// Reads a patch: an array of objects with `op`, `path` and, as the operation needs it, `value`
  /// or `from`. Other keys are ignored, as the RFC says.
  ///
  /// - Throws: ``JSONPatchError`` with the number of the operation.
  public init(_ value: JSONValue) throws(JSONPatchError) {
    guard case .array(let elements) = value else {
      throw JSONPatchError(
        operation: nil, name: nil, path: nil, expected: "an array of operations",
        found: value.summary)
    }
    var operations: [Operation] = []
    for (index, element) in elements.enumerated() {
      operations.append(try Operation(element, index: index))
    }
    self.operations = operations
  }
}

extension JSONPatch.Operation {
  static let names = ["add", "remove", "replace", "move", "copy", "test"]

  fileprivate init(_ value: JSONValue, index: Int) throws(JSONPatchError) {
    guard case .object(let object) = value else {
      throw JSONPatchError(
        operation: index, name: nil, path: nil, expected: "an object with the keys op and path",
        found: value.summary)
    }
    var reader = OperationReader(object: object, index: index)
    if let key = object.repeatedKeys.first {
      throw reader.failure(expected: "every key once", found: "the key '\(key)' twice")
    }
    let name = try reader.string("op")
    guard Self.names.contains(name) else {
      throw reader.failure(
        expected: "op to be one of \(Self.names.joined(separator: ", "))", found: "'\(name)'")
    }
    reader.name = name
    let path = try reader.pointer("path")
    reader.path = path
    switch name {
    case "add": self = .add(at: path, try reader.value("value"))
    case "remove": self = .remove(at: path)
    case "replace": self = .replace(at: path, try reader.value("value"))
    case "move": self = .move(from: try reader.pointer("from"), to: path)
    case "copy": self = .copy(from: try reader.pointer("from"), to: path)
    default: self = .test(at: path, try reader.value("value"))
    }
  }
}

/// Takes the members of an operation apart.
private struct OperationReader {
  let object: JSONObject
  let index: Int
  var name: String?
  var path: JSONPointer?

  func failure(expected: String, found: String) -> JSONPatchError {
    JSONPatchError(operation: index, name: name, path: path, expected: expected, found: found)
  }

  func value(_ key: String) throws(JSONPatchError) -> JSONValue {
    guard let value = object[key] else {
      throw failure(
        expected: "the key '\(key)'", found: "the keys \(messageList(object.keys))")
    }
    return value
  }

  func string(_ key: String) throws(JSONPatchError) -> String {
    let value = try value(key)
    guard case .string(let text) = value else {
      throw failure(expected: "\(key) to be a string", found: value.summary)
    }
    return text
  }

  func pointer(_ key: String) throws(JSONPatchError) -> JSONPointer {
    let text = try string(key)
    guard let pointer = JSONPointer(text) else {
      throw failure(
        expected: "\(key) to be empty or to start with '/', with '~' only in ~0 and ~1",
        found: "'\(text)'")
    }
    return pointer
  }
}
