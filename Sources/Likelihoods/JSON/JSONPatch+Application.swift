extension JSONPatch {
  /// The value after all changes; `value` itself stays.
  ///
  /// - Throws: ``JSONPatchError`` for the first operation that cannot be done.
  public func applied(to value: JSONValue) throws(JSONPatchError) -> JSONValue {
    var result = value
    for (index, operation) in operations.enumerated() {
      do throws(PatchObstacle) {
        try operation.apply(to: &result)
      } catch {
        throw JSONPatchError(
          operation: index, name: operation.name, path: operation.path,
          expected: error.expected, found: error.found)
      }
    }
    return result
  }

  /// The document after all changes.
  ///
  /// - Throws: ``JSONPatchError`` for the first operation that cannot be done.
  public func applied(to document: JSONDocument) throws(JSONPatchError) -> JSONDocument {
    document.replacingRoot(with: try applied(to: document.root))
  }
}

private struct PatchObstacle: Error {
  let expected: String
  let found: String
}

extension JSONPatch.Operation {
  fileprivate func apply(to root: inout JSONValue) throws(PatchObstacle) {
    switch self {
    case .add(let path, let value): try root.add(value, at: path)
    case .remove(let path): _ = try root.remove(at: path)
    case .replace(let path, let value):
      try root.change(at: path) { (old: inout JSONValue) throws(PatchObstacle) in
        try value.checkDepth(at: path)
        old = value
      }
    case .move(let source, let path):
      if source.contains(path) {
        throw PatchObstacle(
          expected: "a value to be moved out of itself", found: "a move from '\(source)'")
      }
      try root.add(try root.remove(at: source), at: path)
    case .copy(let source, let path): try root.add(try root.value(at: source), at: path)
    case .test(let path, let value):
      let found = try root.value(at: path)
      if found != value {
        throw PatchObstacle(expected: value.summary, found: "a different value, \(found.summary)")
      }
    }
  }
}

extension JSONValue {
  fileprivate func value(at path: JSONPointer) throws(PatchObstacle) -> JSONValue {
    var copy = self
    return try copy.change(at: path) { (value: inout JSONValue) throws(PatchObstacle) in value }
  }

  /// Changes the value at a place, which must exist.
  fileprivate mutating func change<Result>(
    at path: JSONPointer, _ body: (inout JSONValue) throws(PatchObstacle) -> Result
  ) throws(PatchObstacle) -> Result {
    try change(path.tokens[...], of: path, body)
  }

  private mutating func change<Result>(
    _ tokens: ArraySlice<String>, of path: JSONPointer,
    _ body: (inout JSONValue) throws(PatchObstacle) -> Result
  ) throws(PatchObstacle) -> Result {
    guard let token = tokens.first else { return try body(&self) }
    let here = JSONPointer(tokens: Array(path.tokens.dropLast(tokens.count)))
    let rest = tokens.dropFirst()
    // The payload leaves the enumeration while it changes, so that it is not copied.
    switch self {
    case .object(var object):
      self = .null
      defer { self = .object(object) }
      let result = try object.withValue(of: token) { (value) throws(PatchObstacle) in
        try value.change(rest, of: path, body)
      }
      guard let result else {
        throw PatchObstacle(
          expected: "the key '\(token)' in \(Self.name(of: here))",
          found: "the keys \(messageList(object.keys))")
      }
      return result
    case .array(var elements):
      self = .null
      defer { self = .array(elements) }
      let index = try Self.index(token, below: elements.count, in: here)
      return try elements[index].change(rest, of: path, body)
    default:
      throw PatchObstacle(
        expected: "an object or an array at \(Self.name(of: here))", found: summary)
    }
  }

  fileprivate mutating func add(_ value: JSONValue, at path: JSONPointer) throws(PatchObstacle) {
    try value.checkDepth(at: path)
    guard let token = path.tokens.last else {
      self = value
      return
    }
    let parent = JSONPointer(tokens: path.tokens.dropLast())
    try change(at: parent) { (container: inout JSONValue) throws(PatchObstacle) in
      switch container {
      case .object(var object):
        container = .null
        object[token] = value
        container = .object(object)
      case .array(var elements):
        let index =
          token == "-"
          ? elements.count : try Self.index(token, below: elements.count + 1, in: parent)
        container = .null
        elements.insert(value, at: index)
        container = .array(elements)
      default:
        throw PatchObstacle(
          expected: "an object or an array at \(Self.name(of: parent))", found: container.summary)
      }
    }
  }

  fileprivate mutating func remove(at path: JSONPointer) throws(PatchObstacle) -> JSONValue {
    guard let token = path.tokens.last else {
      throw PatchObstacle(expected: "a part of the document", found: "the whole document")
    }
    let removed = try value(at: path)
    let parent = JSONPointer(tokens: path.tokens.dropLast())
    try change(at: parent) { (container: inout JSONValue) throws(PatchObstacle) in
      switch container {
      case .object(var object):
        object[token] = nil
        container = .object(object)
      case .array(var elements):
        elements.remove(at: try Self.index(token, below: elements.count, in: parent))
        container = .array(elements)
      default: break
      }
    }
    return removed
  }

  private static func index(
    _ token: String, below end: Int, in place: JSONPointer
  ) throws(PatchObstacle) -> Int {
    if let index = JSONPointer.index(token), index < end { return index }
    throw PatchObstacle(
      expected: end == 0
        ? "an element in \(name(of: place))"
        : "an index from 0 to \(end - 1) in \(name(of: place))",
      found: end == 0 ? "an empty array" : "'\(token)'")
  }

  private static func name(of place: JSONPointer) -> String {
    place.tokens.isEmpty ? "the document" : "'\(place)'"
  }

  /// Copies of copies must not nest without end, nor grow without end.
  fileprivate func checkDepth(at path: JSONPointer) throws(PatchObstacle) {
    var budget = 10_000_000
    let limit = JSONParser.deepestNesting - path.tokens.count
    if limit < 0 || !fits(depth: limit, budget: &budget) {
      throw PatchObstacle(
        expected: "a document of at most \(JSONParser.deepestNesting) nested arrays and objects "
          + "and 10 million values", found: "a larger one")
    }
  }

  private func fits(depth: Int, budget: inout Int) -> Bool {
    budget -= 1
    guard budget >= 0 else { return false }
    switch self {
    case .array(let elements):
      return depth > 0 && elements.allSatisfy { $0.fits(depth: depth - 1, budget: &budget) }
    case .object(let object):
      return depth > 0 && object.values.allSatisfy { $0.fits(depth: depth - 1, budget: &budget) }
    default: return true
    }
  }
}
