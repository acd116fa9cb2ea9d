internal import Yams

/// Lists and mappings; every item knows its own line and keys.
extension YAMLValue {
  /// Whether it is a list.
  var isList: Bool {
    if case .sequence(_) = node { return true }
    return false
  }

  /// The items of a list.
  func list(of what: String) throws(InputError) -> [YAMLValue] {
    guard case .sequence(let items) = node else { throw error(expected: "a list of \(what)") }
    return items.enumerated().map { index, item in
      YAMLValue(
        file: file, path: "\(path)[\(index)]", node: item, line: item.mark?.line ?? line)
    }
  }

  /// A list of finite numbers.
  func numbers() throws(InputError) -> [Double] {
    try list(of: "numbers").map { value throws(InputError) in try value.number() }
  }

  /// A list of texts.
  func texts(_ what: String) throws(InputError) -> [String] {
    try list(of: what).map { value throws(InputError) in try value.text() }
  }

  /// The keys and values of a mapping, in the order of the file.
  func mapping(of what: String) throws(InputError) -> [(key: String, value: YAMLValue)] {
    guard case .mapping(let pairs) = node else { throw error(expected: "a mapping of \(what)") }
    var result: [(key: String, value: YAMLValue)] = []
    for (key, value) in pairs {
      let line = key.mark?.line ?? self.line
      guard case .scalar(let scalar) = key, !scalar.string.isEmpty else {
        throw .malformed(
          file, place: "line \(line)" + (path.isEmpty ? "" : ", \(path)"),
          expected: "a text as key", found: "another value")
      }
      let name = scalar.string
      result.append(
        (
          name,
          YAMLValue(
            file: file, path: path.isEmpty ? name : "\(path).\(name)", node: value, line: line)
        ))
    }
    return result
  }

  /// The values of a mapping with known keys; those that are not required may be absent.
  ///
  /// - Throws: ``InputError`` naming an unknown or a missing key.
  func fields(
    _ what: String, known: [String], required: [String] = []
  ) throws(InputError) -> [String: YAMLValue] {
    var result: [String: YAMLValue] = [:]
    for (key, value) in try mapping(of: what) {
      guard known.contains(key) else {
        throw value.error(
          expected: "one of the keys of \(what) (\(known.joined(separator: ", ")))",
          found: "the key '\(key)'")
      }
      result[key] = value
    }
    for key in required where result[key] == nil {
      throw error(expected: "\(what) with the key '\(key)'", found: "none")
    }
    return result
  }
}
