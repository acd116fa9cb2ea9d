internal import Foundation
internal import Yams

/// A value of a YAML file that knows where it stands, so that what is wrong with it can be said.
struct YAMLValue {
  let file: URL
  /// The keys that lead to the value, e.g. `priors.mu.normal`; empty for the whole file.
  let path: String
  let node: Node
  /// The line of the key, or of the value where it has none.
  let line: Int

  /// Reads a file.
  ///
  /// - Throws: ``InputError`` if it cannot be read or is not YAML.
  static func read(_ file: URL) throws(InputError) -> YAMLValue {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw .unreadable(file, reason: error.localizedDescription)
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(file, reason: "it is not UTF-8 text")
    }
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw InputError.malformed(file, place: "line 1", expected: "a mapping", found: "nothing")
      }
      return YAMLValue(file: file, path: "", node: node, line: node.mark?.line ?? 1)
    } catch let error as YamlError {
      throw error.inputError(file)
    } catch let error as InputError {
      throw error
    } catch {
      throw .unreadable(file, reason: "\(error)")
    }
  }

  /// `line 3, priors.mu`.
  var place: String { "line \(line)" + (path.isEmpty ? "" : ", \(path)") }

  /// The error of a value that is not what it should be.
  func error(expected: String, found: String? = nil) -> InputError {
    .malformed(file, place: place, expected: expected, found: found ?? summary)
  }

  /// What stands there, in words.
  var summary: String {
    switch node {
    case .scalar(let scalar): isNull ? "nothing" : "'\(scalar.string)'"
    case .mapping: "a mapping"
    case .sequence(let items): "a list of \(items.count)"
    case .alias: "an alias"
    }
  }

  /// Whether it is a list.
  var isList: Bool {
    if case .sequence(_) = node { return true }
    return false
  }

  private var isNull: Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// The scalar's text where it is not quoted.
  private var plain: String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain, !isNull else { return nil }
    return scalar.string
  }

  // MARK: - Kinds of value

  /// A finite number.
  func number() throws(InputError) -> Double {
    let value = try numberOrInfinity()
    guard value.isFinite else { throw error(expected: "a finite number") }
    return value
  }

  /// A number, `.inf` or `-.inf`.
  func numberOrInfinity() throws(InputError) -> Double {
    guard let plain else { throw error(expected: "a number") }
    switch plain {
    case ".inf", "+.inf": return .infinity
    case "-.inf": return -.infinity
    default: break
    }
    guard plain.allSatisfy({ "0123456789+-.eE".contains($0) }), let value = Double(plain) else {
      throw error(expected: "a number")
    }
    return value
  }

  /// A text; numbers are texts too.
  func text() throws(InputError) -> String {
    guard case .scalar(let scalar) = node, !isNull, !scalar.string.isEmpty else {
      throw error(expected: "a text")
    }
    return scalar.string
  }

  /// `true` or `false`.
  func boolean() throws(InputError) -> Bool {
    switch plain {
    case "true": return true
    case "false": return false
    default: throw error(expected: "true or false")
    }
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

  /// The values of a mapping with known keys.
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

extension YamlError {
  fileprivate func inputError(_ file: URL) -> InputError {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .malformed(
        file, place: "line \(mark.line), column \(mark.column)", expected: "YAML", found: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return .malformed(
        file, place: "line \(context.mark.line)", expected: "every key once",
        found: "twice the key " + duplicates.sorted().map { "'\($0)'" }.joined(separator: ", "))
    default: return .unreadable(file, reason: "it is not YAML: \(self)")
    }
  }
}
