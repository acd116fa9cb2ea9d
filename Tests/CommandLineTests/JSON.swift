import Foundation

/// A value read from JSON, addressed by keys; a missing or ill-typed value throws with its path.
struct JSON {
  let value: Any
  private let path: String

  struct Missing: Error, CustomStringConvertible {
    let path, expected, found: String
    var description: String { "JSON at '\(path)': expected \(expected), found \(found)" }
  }

  init(text: String) throws {
    self.init(try JSONSerialization.jsonObject(with: Data(text.utf8)), "")
  }

  init(contentsOf url: URL) throws {
    self.init(try JSONSerialization.jsonObject(with: Data(contentsOf: url)), "")
  }

  private init(_ value: Any, _ path: String) {
    self.value = value
    self.path = path
  }

  /// The value at a path of keys.
  func at(_ keys: String...) throws -> JSON {
    try keys.reduce(self) { json, key in
      guard let object = json.value as? [String: Any], let found = object[key] else {
        throw Missing(
          path: json.path, expected: "the key '\(key)'",
          found: "\((json.value as? [String: Any])?.keys.sorted() ?? [])")
      }
      return JSON(found, json.path + "/" + key)
    }
  }

  var keys: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
  var isNull: Bool { value is NSNull }

  var number: Double { get throws { try typed("a number", (value as? NSNumber)?.doubleValue) } }
  var text: String { get throws { try typed("a string", value as? String) } }
  var flag: Bool { get throws { try typed("a truth value", (value as? NSNumber)?.boolValue) } }

  var numbers: [Double] {
    get throws { try typed("numbers", (value as? [NSNumber])?.map(\.doubleValue)) }
  }

  var texts: [String] { get throws { try typed("strings", value as? [String]) } }

  var elements: [JSON] {
    get throws {
      try typed("an array", value as? [Any]).enumerated().map { JSON($1, path + "/\($0)") }
    }
  }

  private func typed<Value>(_ expected: String, _ value: Value?) throws -> Value {
    guard let value else {
      throw Missing(path: path, expected: expected, found: "\(self.value)")
    }
    return value
  }
}
