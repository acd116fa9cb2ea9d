internal import Foundation

/// The type of the elements of a NumPy array.
struct NumpyType: Sendable, CustomStringConvertible {
  /// A number or a text of fixed length.
  struct Element: Sendable {
    /// NumPy's letter: f, i, u, b (truth), S (bytes), U (text in UTF-32).
    let kind: Character
    let isBigEndian: Bool
    /// Bytes.
    let size: Int
  }

  /// A named part of a record.
  struct Field: Sendable {
    let name: String
    let element: Element
    /// Bytes before it in the record.
    let offset: Int
    /// Elements in it; more than one for a small array.
    let count: Int
  }

  /// The elements, unless they are records.
  let plain: Element?
  /// The fields of records.
  let fields: [Field]
  /// Bytes of one element.
  let size: Int
  /// The type in NumPy's words.
  let description: String

  /// Reads the value of `descr`; `nil` for types that are not understood.
  init?(_ literal: PythonLiteral) {
    if let text = literal.text {
      guard let element = Element(text), element.size > 0 else { return nil }
      (plain, fields, size, description) = (element, [], element.size, text)
      return
    }
    guard let parts = literal.sequence, !parts.isEmpty else { return nil }
    var fields: [Field] = []
    var offset = 0
    for part in parts {
      guard let items = part.sequence, items.count == 2 || items.count == 3,
        let name = items[0].text ?? items[0].sequence?.last?.text, let type = items[1].text
      else { return nil }
      let shape = items.count == 3 ? items[2].integers : []
      guard let shape, let count = Self.product(shape), count < 1 << 24 else { return nil }
      // Padding is a field without a name.
      if type.hasPrefix("|V"), name.isEmpty, let padding = Int(type.dropFirst(2)),
        (0..<1 << 24).contains(padding)
      {
        offset += padding
        continue
      }
      guard let element = Element(type) else { return nil }
      fields.append(Field(name: name, element: element, offset: offset, count: count))
      offset += count * element.size
      guard offset < 1 << 32 else { return nil }
    }
    guard offset > 0 else { return nil }
    (plain, self.fields, size) = (nil, fields, offset)
    description = "records of \(fields.map(\.name).joined(separator: ", "))"
  }

  private static func product(_ shape: [Int]) -> Int? {
    shape.reduce(1) { (result: Int?, length) in
      guard let result, length >= 0 else { return nil }
      let (value, overflow) = result.multipliedReportingOverflow(by: length)
      return overflow ? nil : value
    }
  }
}

extension NumpyType.Element {
  /// Reads a name such as `<f8`.
  init?(_ text: String) {
    let letters = Array(text)
    guard letters.count >= 3, "<>|=".contains(letters[0]), let length = Int(text.dropFirst(2)),
      (0..<1 << 20).contains(length)
    else { return nil }
    kind = letters[1]
    isBigEndian = letters[0] == ">"
    switch (kind, length) {
    case ("f", 4), ("f", 8), ("i", 1), ("i", 2), ("i", 4), ("i", 8), ("u", 1), ("u", 2), ("u", 4),
      ("u", 8), ("b", 1), ("S", _):
      size = length
    case ("U", _): size = 4 * length
    default: return nil
    }
  }

  typealias Reader<Value> = (UnsafeRawBufferPointer, Int) -> Value

  /// Reads a number at an offset; `nil` for text.
  var reader: Reader<Double>? {
    switch (kind, size) {
    case ("f", 8): word(UInt64.self) { Double(bitPattern: $0) }
    case ("f", 4): word(UInt32.self) { Double(Float(bitPattern: $0)) }
    case ("i", 8): word(Int64.self) { Double($0) }
    case ("i", 4): word(Int32.self) { Double($0) }
    case ("i", 2): word(Int16.self) { Double($0) }
    case ("i", 1): word(Int8.self) { Double($0) }
    case ("u", 8): word(UInt64.self) { Double($0) }
    case ("u", 4): word(UInt32.self) { Double($0) }
    case ("u", 2): word(UInt16.self) { Double($0) }
    case ("u", 1), ("b", 1): word(UInt8.self) { Double($0) }
    default: nil
    }
  }

  private func word<Word: FixedWidthInteger & BitwiseCopyable>(
    _ type: Word.Type, _ convert: @escaping (Word) -> Double
  ) -> Reader<Double> {
    { [isBigEndian] bytes, offset in
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: type)
      return convert(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
    }
  }

  /// Reads a text at an offset; `nil` for numbers.
  var textReader: Reader<String>? {
    switch kind {
    case "S":
      return { [size] bytes, offset in
        String(decoding: bytes[offset..<offset + size].prefix { $0 != 0 }, as: UTF8.self)
      }
    case "U":
      return { [size, isBigEndian] bytes, offset in
        var text = ""
        for place in stride(from: offset, to: offset + size, by: 4) {
          let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
          let value = isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
          guard value != 0 else { break }
          text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
        return text
      }
    default: return nil
    }
  }
}
