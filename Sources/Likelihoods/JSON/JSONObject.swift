/// The members of a JSON object in the order of the text.
///
/// A key that comes twice keeps its first place and its last value, as in Python, and is listed
/// in ``repeatedKeys``.
public struct JSONObject: Sendable {
  /// The keys, each once.
  public private(set) var keys: [String] = []
  /// The values, in the order of ``keys``.
  public private(set) var values: [JSONValue] = []
  /// Keys that the text had more than once.
  public private(set) var repeatedKeys: [String] = []
  /// Places of the keys; only kept for large objects, where a walk through them would be slow.
  private var places: [CodePoints: Int] = [:]

  private static let largestWalk = 16

  /// An object without members.
  public init() {}

  /// The number of members.
  public var count: Int { keys.count }
  /// Whether there are no members.
  public var isEmpty: Bool { keys.isEmpty }

  /// The value of a key, nil where the object lacks it. Setting nil removes the member; a new
  /// key goes to the end.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { values[$0] } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): values[place] = value
      case (let place?, nil): removeMember(at: place)
      case (nil, let value?): addMember(key, value)
      case (nil, nil): break
      }
    }
  }

  /// Adds a member as it comes in a text.
  mutating func append(_ key: String, _ value: JSONValue) {
    if let place = place(of: key) {
      values[place] = value
      repeatedKeys.append(key)
    } else {
      addMember(key, value)
    }
  }

  /// Changes the value of a key in place; nil where the object lacks the key.
  mutating func withValue<Result, Failure: Error>(
    of key: String, _ body: (inout JSONValue) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let place = place(of: key) else { return nil }
    return try body(&values[place])
  }

  func place(of key: String) -> Int? {
    if keys.count > Self.largestWalk { return places[CodePoints(key)] }
    return keys.firstIndex { $0.hasSameCodePoints(as: key) }
  }

  private mutating func addMember(_ key: String, _ value: JSONValue) {
    keys.append(key)
    values.append(value)
    if keys.count == Self.largestWalk + 1 {
      indexKeys()
    } else if keys.count > Self.largestWalk {
      places[CodePoints(key)] = keys.count - 1
    }
  }

  private mutating func removeMember(at place: Int) {
    keys.remove(at: place)
    values.remove(at: place)
    places = [:]
    if keys.count > Self.largestWalk { indexKeys() }
  }

  private mutating func indexKeys() {
    for (place, key) in keys.enumerated() { places[CodePoints(key)] = place }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object with the given members; a repeated key keeps the last value.
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    for (key, value) in members { append(key, value) }
  }
}

extension JSONObject: Equatable {
  /// Equal members in any order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count
      && zip(left.keys, left.values).allSatisfy { key, value in right[key] == value }
  }
}

/// A string that is hashed and compared by code points.
private struct CodePoints: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: CodePoints, right: CodePoints) -> Bool {
    left.text.hasSameCodePoints(as: right.text)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
