internal import Foundation
internal import Likelihoods
internal import Yams

/// A node of a YAML file that knows its place, so that errors name the line and the key.
struct YAMLReader {
  let file: URL
  /// Keys and positions from the root, e.g. `parameters[2].prior`.
  let path: String
  let node: Node

  private init(file: URL, path: String, node: Node) {
    self.file = file
    self.path = path
    self.node = node
  }

  /// The root of a file.
  ///
  /// - Throws: ``InputError`` if it cannot be read or is no mapping.
  init(reading file: URL) throws {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw InputError.unreadable(file, reason: "there is no such file, or it is not UTF-8")
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw InputError.unreadable(file, reason: "it is not YAML: \(reason)")
    }
    guard let root, root.mapping != nil else {
      throw InputError.malformed(file, place: "root", expected: "keys and values", found: "none")
    }
    self.init(file: file, path: "", node: root)
  }

  /// An error at this node.
  func problem(_ expected: String) -> InputError {
    let line = node.mark.map { "line \($0.line)" }
    let place = [line, path.isEmpty ? nil : path].compactMap { $0 }.joined(separator: ", ")
    return .malformed(file, place: place, expected: expected, found: found)
  }

  private var found: String {
    switch node {
    case .scalar(let scalar): return "'\(scalar.string)'"
    case .mapping(let mapping):
      return "keys \(mapping.keys.compactMap(\.string).joined(separator: ", "))"
    case .sequence(let items): return "a list of \(items.count)"
    case .alias: return "an alias"
    }
  }

  /// Refuses keys other than these, and keys that appear twice.
  func allow(_ keys: [String]) throws {
    guard let mapping = node.mapping else {
      throw problem("the keys \(keys.joined(separator: ", "))")
    }
    for key in mapping.keys {
      guard let name = key.string, keys.contains(name) else {
        throw YAMLReader(file: file, path: path, node: key)
          .problem("one of the keys \(keys.joined(separator: ", "))")
      }
    }
  }

  /// The value of a key; `nil` if the key is not there.
  func optional(_ key: String) throws -> YAMLReader? {
    guard let mapping = node.mapping else { throw problem("keys and values") }
    return mapping[Node(key)].map {
      YAMLReader(file: file, path: path.isEmpty ? key : "\(path).\(key)", node: $0)
    }
  }

  /// The value of a key.
  func required(_ key: String) throws -> YAMLReader {
    guard let value = try optional(key) else { throw problem("the key '\(key)'") }
    return value
  }

  /// The elements of a list.
  func items() throws -> [YAMLReader] {
    guard let sequence = node.sequence else { throw problem("a list") }
    return sequence.enumerated().map {
      YAMLReader(file: file, path: "\(path)[\($0)]", node: $1)
    }
  }

  /// A text that is not empty.
  func text() throws -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw problem("a text") }
    return text
  }

  /// A number; infinities are written `.inf` and `-.inf`.
  func number() throws -> Double {
    guard let value = node.float, !value.isNaN else { throw problem("a number") }
    return value
  }

  /// A finite number above zero.
  func positive() throws -> Double {
    guard let value = node.float, value > 0, value.isFinite else {
      throw problem("a number above 0")
    }
    return value
  }

  /// A whole number.
  func integer(atLeast least: Int) throws -> Int {
    guard let value = node.int, value >= least else {
      throw problem("a whole number of at least \(least)")
    }
    return value
  }

  /// True or false.
  func flag() throws -> Bool {
    guard let value = node.bool else { throw problem("true or false") }
    return value
  }

  /// One of the cases of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws -> Choice
  where Choice.RawValue == String {
    guard let text = node.scalar?.string, let value = Choice(rawValue: text) else {
      throw problem(Choice.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return value
  }

  /// Any values, for a program that knows what they mean.
  func members() throws -> [String: UMBridgeValue] {
    guard case .object(let members) = try value() else { throw problem("keys and values") }
    return members
  }

  private func value() throws -> UMBridgeValue {
    switch node {
    case .mapping(let mapping):
      var result: [String: UMBridgeValue] = [:]
      for (key, child) in mapping {
        guard let name = key.string else { throw problem("texts as keys") }
        result[name] = try YAMLReader(file: file, path: "\(path).\(name)", node: child).value()
      }
      return .object(result)
    case .sequence: return .array(try items().map { try $0.value() })
    default:
      switch node.any {
      case let value as Bool: return .bool(value)
      case let value as Int: return .integer(value)
      case let value as Double: return .number(value)
      case is NSNull: return .null
      default: return .string(node.scalar?.string ?? "")
      }
    }
  }
}
