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
}

extension YamlError {
  fileprivate func inputError(_ file: URL) -> InputError {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .malformed(
        file, place: "line \(mark.line), column \(mark.column)", expected: "YAML",
        found: "an error: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return .malformed(
        file, place: "line \(context.mark.line)", expected: "every key once",
        found: "twice the key " + duplicates.sorted().map { "'\($0)'" }.joined(separator: ", "))
    default: return .unreadable(file, reason: "it is not YAML: \(self)")
    }
  }
}
