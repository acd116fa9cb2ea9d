internal import Foundation

/// A value in a JSON file with its place, which takes itself apart and says where it is not as it
/// should be.
struct JSONPlace {
  let file: String
  let path: String
  private let value: Any

  /// The object at the top of a file.
  init(file: String, data: Data) throws(SimplifiedLikelihoodError) {
    do {
      value = try JSONSerialization.jsonObject(with: data)
    } catch {
      throw .unreadable(file: file, reason: "it is not JSON (\(error.localizedDescription))")
    }
    self.file = file
    path = ""
  }

  private init(file: String, path: String, value: Any) {
    (self.file, self.path, self.value) = (file, path, value)
  }

  func failure(_ expected: String, found: String? = nil) -> SimplifiedLikelihoodError {
    .malformed(
      file: file, place: path.isEmpty ? "top level" : path, expected: expected,
      found: found ?? summary)
  }

  /// Checks that the value is an object with no keys but the given ones.
  func requireObject(keys: [String]) throws(SimplifiedLikelihoodError) {
    guard let object = value as? [String: Any] else { throw failure("an object") }
    if let stranger = object.keys.filter({ !keys.contains($0) }).min() {
      throw failure("only the keys \(keys.joined(separator: ", "))", found: "the key '\(stranger)'")
    }
  }

  /// The value of a key, which must be there.
  func member(_ key: String) throws(SimplifiedLikelihoodError) -> JSONPlace {
    guard let found = optional(key) else {
      let keys = (value as? [String: Any] ?? [:]).keys.sorted().joined(separator: ", ")
      throw failure("the key '\(key)'", found: keys.isEmpty ? "no keys" : "the keys \(keys)")
    }
    return found
  }

  /// The value of a key, `nil` where the key is absent.
  func optional(_ key: String) -> JSONPlace? {
    guard let found = (value as? [String: Any])?[key] else { return nil }
    return JSONPlace(file: file, path: path.isEmpty ? key : "\(path).\(key)", value: found)
  }

  var isNull: Bool { value is NSNull }

  func text() throws(SimplifiedLikelihoodError) -> String {
    guard let text = value as? String else { throw failure("a string") }
    return text
  }

  func number() throws(SimplifiedLikelihoodError) -> Double {
    guard let number = value as? NSNumber, !Self.isTruthValue(number) else {
      throw failure("a number")
    }
    return number.doubleValue
  }

  /// The elements of an array, of the given length if there is one.
  func elements(
    _ what: String, count: Int? = nil
  ) throws(SimplifiedLikelihoodError) -> [JSONPlace] {
    guard let array = value as? [Any] else { throw failure("an array of \(what)") }
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

  /// `true` is a number to JSONSerialization: the stored type tells them apart.
  private static func isTruthValue(_ number: NSNumber) -> Bool {
    ["c", "B"].contains(String(cString: number.objCType))
  }

  private var summary: String {
    switch value {
    case is NSNull: return "null"
    case let text as String: return "the string '\(text.prefix(40))'"
    case let number as NSNumber:
      return Self.isTruthValue(number) ? (number.boolValue ? "true" : "false") : "\(number)"
    case let array as [Any]: return "an array of \(array.count)"
    default: return "an object"
    }
  }
}
