internal import Foundation

/// Any value in a JSON file.
///
/// Numbers come from JSONDecoder: those of JSONSerialization may be off in the last digit on Linux.
private enum JSONNode: Decodable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case array([JSONNode])
  case object([String: JSONNode])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let array = try? value.decode([JSONNode].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONNode].self))
    }
  }
}

/// A value in a JSON file with its place, which takes itself apart and says where it is not as it
/// should be.
struct JSONPlace {
  let file: String
  let path: String
  private let value: JSONNode

  /// The object at the top of a file.
  init(file: String, data: Data) throws(SimplifiedLikelihoodError) {
    do {
      value = try JSONDecoder().decode(JSONNode.self, from: data)
    } catch {
      throw .unreadable(file: file, reason: "it is not JSON (\(error.localizedDescription))")
    }
    self.file = file
    path = ""
  }

  private init(file: String, path: String, value: JSONNode) {
    (self.file, self.path, self.value) = (file, path, value)
  }

  func failure(_ expected: String, found: String? = nil) -> SimplifiedLikelihoodError {
    .malformed(
      file: file, place: path.isEmpty ? "top level" : path, expected: expected,
      found: found ?? summary)
  }

  /// Checks that the value is an object with no keys but the given ones.
  func requireObject(keys: [String]) throws(SimplifiedLikelihoodError) {
    guard case .object(let object) = value else { throw failure("an object") }
    if let stranger = object.keys.filter({ !keys.contains($0) }).min() {
      throw failure("only the keys \(keys.joined(separator: ", "))", found: "the key '\(stranger)'")
    }
  }

  /// The value of a key, which must be there.
  func member(_ key: String) throws(SimplifiedLikelihoodError) -> JSONPlace {
    guard let found = optional(key) else {
      var keys = ""
      if case .object(let object) = value { keys = object.keys.sorted().joined(separator: ", ") }
      throw failure("the key '\(key)'", found: keys.isEmpty ? "no keys" : "the keys \(keys)")
    }
    return found
  }

  /// The value of a key, `nil` where the key is absent.
  func optional(_ key: String) -> JSONPlace? {
    guard case .object(let object) = value, let found = object[key] else { return nil }
    return JSONPlace(file: file, path: path.isEmpty ? key : "\(path).\(key)", value: found)
  }

  var isNull: Bool {
    if case .null = value { return true }
    return false
  }

  func text() throws(SimplifiedLikelihoodError) -> String {
    guard case .text(let text) = value else { throw failure("a string") }
    return text
  }

  func number() throws(SimplifiedLikelihoodError) -> Double {
    guard case .number(let number) = value else { throw failure("a number") }
    return number
  }

  /// The elements of an array, of the given length if there is one.
  func elements(
    _ what: String, count: Int? = nil
  ) throws(SimplifiedLikelihoodError) -> [JSONPlace] {
    guard case .array(let array) = value else { throw failure("an array of \(what)") }
    if let count, array.count != count {
      throw failure("\(count) \(what)", found: "\(array.count)")
    }
    return array.enumerated().map {
      JSONPlace(file: file, path: "\(path)[\($0.offset)]", value: $0.element)
    }
  }

  func numbers(count: Int? = nil) throws(SimplifiedLikelihoodError) -> [Double] {
    var result: [Double] = []
    for element in try elements("numbers", count: count) { result.append(try element.number()) }
    return result
  }

  /// Numbers that must not be negative.
  func widths(count: Int) throws(SimplifiedLikelihoodError) -> [Double] {
    for element in try elements("numbers", count: count) {
      let width = try element.number()
      guard width >= 0, width.isFinite else { throw element.failure("a finite number >= 0") }
    }
    return try numbers(count: count)
  }

  func texts() throws(SimplifiedLikelihoodError) -> [String] {
    var result: [String] = []
    for element in try elements("strings") { result.append(try element.text()) }
    return result
  }

  private var summary: String {
    switch value {
    case .null: return "null"
    case .text(let text): return "the string '\(text.prefix(40))'"
    case .truth(let truth): return "\(truth)"
    case .number(let number): return "\(number)"
    case .array(let array): return "an array of \(array.count)"
    case .object: return "an object"
    }
  }
}
