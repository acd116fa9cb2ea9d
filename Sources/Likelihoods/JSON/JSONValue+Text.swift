extension JSONValue {
  /// The value as a text to read and edit: keys in their order, two spaces of indentation, arrays
  /// of numbers on one line. Parsing it gives the same value, integers as integers.
  public var text: String {
    var bytes: [UInt8] = []
    appendText(to: &bytes, indentation: 0)
    bytes.append(0x0A)
    return String(decoding: bytes, as: UTF8.self)
  }

  private var isShort: Bool {
    switch self {
    case .array(let elements): elements.isEmpty
    case .object(let object): object.isEmpty
    default: true
    }
  }

  private func appendText(to text: inout [UInt8], indentation: Int) {
    switch self {
    case .null: text.append(contentsOf: "null".utf8)
    case .boolean(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value): text.append(contentsOf: value.description.utf8)
    case .string(let value): value.appendQuoted(to: &text)
    case .array(let elements):
      let onOneLine = elements.allSatisfy(\.isShort)
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        if !onOneLine {
          appendLine(to: &text, indentation: indentation + 2)
        } else if index > 0 {
          text.append(UInt8(ascii: " "))
        }
        element.appendText(to: &text, indentation: indentation + 2)
      }
      if !onOneLine { appendLine(to: &text, indentation: indentation) }
      text.append(UInt8(ascii: "]"))
    case .object(let object):
      text.append(UInt8(ascii: "{"))
      for (index, (key, value)) in zip(object.keys, object.values).enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        appendLine(to: &text, indentation: indentation + 2)
        key.appendQuoted(to: &text)
        text.append(contentsOf: ": ".utf8)
        value.appendText(to: &text, indentation: indentation + 2)
      }
      if !object.isEmpty { appendLine(to: &text, indentation: indentation) }
      text.append(UInt8(ascii: "}"))
    }
  }

  private func appendLine(to text: inout [UInt8], indentation: Int) {
    text.append(0x0A)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation))
  }
}
