/// A value of a document with its place in the terms of JSON and of the model; takes the value
/// apart and says where it is not as it should be.
struct HistFactoryCursor {
  let value: JSONValue
  let pointer: JSONPointer
  var place: HistFactoryError.Place

  init(_ root: JSONValue) {
    value = root
    pointer = JSONPointer(tokens: [])
    place = HistFactoryError.Place()
  }

  private init(_ value: JSONValue, _ pointer: JSONPointer, _ place: HistFactoryError.Place) {
    self.value = value
    self.pointer = pointer
    self.place = place
  }

  func failure(expected: String, found: String) -> HistFactoryError {
    HistFactoryError(place: place, pointer: pointer, expected: expected, found: found)
  }

  /// The same value as an item of the model; keys count from here.
  func labelled(
    _ label: WritableKeyPath<HistFactoryError.Place, HistFactoryError.Item?>, index: Int
  ) -> HistFactoryCursor {
    var cursor = self
    cursor.place.key = nil
    cursor.place[keyPath: label] = .index(index)
    if case .object(let object) = value, case .string(let name)? = object["name"] {
      cursor.place[keyPath: label] = .named(name)
    }
    return cursor
  }

  // MARK: objects

  /// Checks that the value is an object with the required keys, no others than those and the
  /// optional ones (unless `open`), and no key twice.
  @discardableResult
  func object(
    required: [String], optional: [String] = [], open: Bool = false
  ) throws(HistFactoryError) -> JSONObject {
    guard case .object(let object) = value else {
      throw failure(
        expected: "an object with the keys \(required.joined(separator: ", "))",
        found: value.summary)
    }
    if let key = object.repeatedKeys.first {
      throw member(key, of: object).failure(
        expected: "every key once", found: "the key '\(key)' twice")
    }
    if let key = required.first(where: { object[$0] == nil }) {
      throw failure(
        expected: "the key '\(key)'",
        found: object.isEmpty ? "an empty object" : "the keys \(messageList(object.keys))")
    }
    if !open, let key = object.keys.first(where: { !(required + optional).contains($0) }) {
      let allowed = (required + optional).joined(separator: ", ")
      throw member(key, of: object).failure(
        expected: "only the keys \(allowed)", found: "the key '\(key)'")
    }
    return object
  }

  private func member(_ key: String, of object: JSONObject) -> HistFactoryCursor {
    var cursor = HistFactoryCursor(object[key] ?? .null, pointer.appending(key), place)
    cursor.place.key = place.key.map { "\($0).\(key)" } ?? key
    return cursor
  }

  /// The cursor of a member, which must exist (`object(required:)` has seen to it).
  func member(_ key: String) -> HistFactoryCursor {
    guard case .object(let object) = value else { return self }
    return member(key, of: object)
  }

  /// The cursor of a member, nil where the object lacks it.
  func optionalMember(_ key: String) -> HistFactoryCursor? {
    guard case .object(let object) = value, object[key] != nil else { return nil }
    return member(key, of: object)
  }

  // MARK: arrays

  /// The cursors of the elements of an array of at least `minimum` elements.
  func elements(of content: String, minimum: Int = 1) throws(HistFactoryError) -> [Self] {
    guard case .array(let elements) = value, elements.count >= minimum else {
      let least = minimum == 0 ? "" : "at least \(minimum == 1 ? "one" : String(minimum)) of "
      throw failure(expected: "an array of \(least)\(content)", found: value.summary)
    }
    return elements.indices.map { element($0, elements[$0]) }
  }

  /// The cursor of an element, which must exist.
  func member(at index: Int) -> HistFactoryCursor {
    guard case .array(let elements) = value else { return self }
    return element(index, elements[index])
  }

  private func element(_ index: Int, _ value: JSONValue) -> HistFactoryCursor {
    var cursor = HistFactoryCursor(value, pointer.appending(String(index)), place)
    cursor.place.key = "\(place.key ?? "")[\(index)]"
    return cursor
  }

  /// How a list of numbers is counted.
  enum NumberList {
    /// One for every bin; a count other than `expected` is an error, which `unit` words.
    case bins(expected: Int?, unit: String)
    /// One for every component of a parameter.
    case components
  }

  /// A list of at least one finite number.
  func numbers(_ list: NumberList, nonNegative: Bool = false) throws(HistFactoryError) -> [Double] {
    guard case .array(let elements) = value, !elements.isEmpty else {
      throw failure(expected: "an array of at least one number", found: value.summary)
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for (index, value) in elements.enumerated() {
      if case .number(let number) = value, number.doubleValue.isFinite,
        !nonNegative || number.doubleValue >= 0
      {
        numbers.append(number.doubleValue)
        continue
      }
      var cursor = element(index, value)
      if case .bins = list {
        cursor.place.key = place.key
        cursor.place.bin = index
      }
      _ = try cursor.number()
      throw cursor.failure(expected: "a number that is not negative", found: value.summary)
    }
    if case .bins(let expected?, let unit) = list, numbers.count != expected {
      throw failure(expected: "\(expected) \(unit)", found: String(numbers.count))
    }
    return numbers
  }

  // MARK: single values

  /// A finite number.
  func number() throws(HistFactoryError) -> Double {
    guard case .number(let number) = value else {
      throw failure(expected: "a number", found: value.summary)
    }
    guard number.doubleValue.isFinite else {
      throw failure(
        expected: "a number within the range of double precision", found: "a larger one")
    }
    return number.doubleValue
  }

  func string() throws(HistFactoryError) -> String {
    guard case .string(let text) = value else {
      throw failure(expected: "a string", found: value.summary)
    }
    return text
  }

  func boolean() throws(HistFactoryError) -> Bool {
    guard case .boolean(let flag) = value else {
      throw failure(expected: "true or false", found: value.summary)
    }
    return flag
  }

  func null() throws(HistFactoryError) {
    guard case .null = value else { throw failure(expected: "null", found: value.summary) }
  }

  /// The format's version, which is 1.0.0 everywhere.
  func version() throws(HistFactoryError) {
    guard case .string("1.0.0") = value else {
      throw failure(expected: "the string '1.0.0'", found: value.summary)
    }
  }
}
