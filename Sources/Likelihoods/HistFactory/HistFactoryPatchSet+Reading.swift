public import Foundation

extension HistFactoryPatchSet {
  /// Reads a patch set from a file.
  ///
  /// - Throws: ``HistFactoryError``.
  public init(reading file: URL) throws(HistFactoryError) {
    try self.init(document: try JSONDocument(reading: file))
  }

  /// Reads a patch set from a JSON value. Keys beyond those of the schema are allowed in the
  /// metadata of the set and of the patches, nowhere else.
  ///
  /// - Throws: ``HistFactoryError`` with the first violation, in the order of the file.
  public init(document: JSONDocument) throws(HistFactoryError) {
    do throws(HistFactoryError) {
      try self.init(HistFactoryCursor(document.root), file: document.file)
    } catch {
      throw error.located(in: document)
    }
  }

  private init(_ cursor: HistFactoryCursor, file: URL?) throws(HistFactoryError) {
    try cursor.object(required: ["metadata", "patches", "version"])
    try cursor.member("version").version()
    let metadata = cursor.member("metadata")
    try metadata.object(
      required: ["references", "digests", "labels", "description"], open: true)
    self.file = file
    description = try metadata.member("description").string()
    hepdata = try Self.hepdata(metadata.member("references"))
    digests = try Self.digests(metadata.member("digests"))
    var labels: [String] = []
    for element in try metadata.member("labels").elements(of: "labels") {
      labels.append(try element.identifier())
    }
    self.labels = labels
    var patches: [Patch] = []
    var names: Set<String> = []
    var tuples: [[Value]: String] = [:]
    for (index, element) in try cursor.member("patches").elements(of: "patches").enumerated() {
      let patch = try Patch(element, index: index, labels: labels)
      var place = element.member("metadata")
      place.place.key = "metadata"
      place.place.patch = .named(patch.name)
      guard names.insert(patch.name).inserted else {
        throw place.member("name").failure(
          expected: "every patch to have a name of its own", found: "'\(patch.name)' twice")
      }
      if let other = tuples.updateValue(patch.name, forKey: patch.values) {
        throw place.member("values").failure(
          expected: "every patch to have values of its own",
          found: "\(Self.text(of: patch.values)) in the patch '\(other)' too")
      }
      patches.append(patch)
    }
    self.patches = patches
  }

  private static func hepdata(_ cursor: HistFactoryCursor) throws(HistFactoryError) -> String {
    try cursor.object(required: ["hepdata"])
    let text = try cursor.member("hepdata").string()
    let digits = text.utf8.dropFirst(3)
    guard text.hasPrefix("ins"), digits.count == 7, digits.allSatisfy(\.isDigit) else {
      throw cursor.member("hepdata").failure(
        expected: "'ins' and seven digits", found: "'\(text)'")
    }
    return text
  }

  private static func digests(
    _ cursor: HistFactoryCursor
  ) throws(HistFactoryError) -> [DigestAlgorithm: String] {
    let object = try cursor.object(
      required: [], optional: DigestAlgorithm.allCases.map(\.rawValue))
    guard !object.isEmpty else {
      throw cursor.failure(expected: "the key 'md5' or 'sha256'", found: "an empty object")
    }
    var digests: [DigestAlgorithm: String] = [:]
    for algorithm in DigestAlgorithm.allCases {
      guard let cursor = cursor.optionalMember(algorithm.rawValue) else { continue }
      let text = try cursor.string()
      guard text.utf8.count == algorithm.digitCount, text.utf8.allSatisfy(\.isHexadecimal) else {
        throw cursor.failure(
          expected: "\(algorithm.digitCount) hexadecimal digits", found: "'\(text)'")
      }
      digests[algorithm] = text
    }
    return digests
  }
}

extension HistFactoryPatchSet.Patch {
  fileprivate init(
    _ element: HistFactoryCursor, index: Int, labels: [String]
  ) throws(HistFactoryError) {
    var cursor = element
    cursor.place.key = nil
    cursor.place.patch = .index(index)
    if case .string(let name)? = element.value[JSONPointer(tokens: ["metadata", "name"])] {
      cursor.place.patch = .named(name)
    }
    try cursor.object(required: ["metadata", "patch"])
    let metadata = cursor.member("metadata")
    try metadata.object(required: ["name", "values"], open: true)
    name = try metadata.member("name").identifier()
    let list = metadata.member("values")
    var values: [HistFactoryPatchSet.Value] = []
    for element in try list.elements(of: "numbers or strings", minimum: 0) {
      guard let value = HistFactoryPatchSet.Value(element.value) else {
        throw element.failure(expected: "a number or a string", found: element.value.summary)
      }
      values.append(value)
    }
    guard values.count == labels.count else {
      throw list.failure(
        expected: "\(labels.count) values, one for every label "
          + "(\(labels.joined(separator: ", ")))", found: String(values.count))
    }
    self.values = values
    let patch = cursor.member("patch")
    do throws(JSONPatchError) {
      changes = try JSONPatch(patch.value)
    } catch {
      var place = patch
      if let index = error.operation { place = place.member(at: index) }
      place.place.key = error.place
      throw place.failure(expected: error.expected, found: error.found)
    }
  }
}

extension HistFactoryPatchSet.Value {
  /// A number or a string, nil for anything else.
  init?(_ value: JSONValue) {
    switch value {
    case .number(let number): self = .number(number.doubleValue)
    case .string(let text): self = .string(text)
    default: return nil
    }
  }
}

extension HistFactoryCursor {
  /// A name of letters, digits and underscores.
  fileprivate func identifier() throws(HistFactoryError) -> String {
    let text = try string()
    guard !text.isEmpty, text.utf8.allSatisfy(\.isIdentifier) else {
      throw failure(expected: "letters, digits and underscores", found: "'\(text)'")
    }
    return text
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  private func isLetter(upTo last: Unicode.Scalar) -> Bool {
    let lowerCase = self | 0x20
    return lowerCase >= UInt8(ascii: "a") && lowerCase <= UInt8(ascii: last)
  }

  fileprivate var isHexadecimal: Bool { isDigit || isLetter(upTo: "f") }

  fileprivate var isIdentifier: Bool {
    isDigit || isLetter(upTo: "z") || self == UInt8(ascii: "_")
  }
}
