internal import Foundation

/// Splits a line of a table into its fields.
struct FieldSplitter: Sendable {
  let separator: DelimitedText.Separator

  /// The fields without the blanks around them; quotes hold a field together and are taken away.
  ///
  /// - Throws: ``InputError`` for bytes that are not UTF-8.
  func fields(_ line: some Collection<UInt8>, _ url: URL) throws(InputError) -> [String] {
    guard let text = String(validating: line, as: UTF8.self) else {
      throw InputError.unreadable(url, reason: "it is not UTF-8 text")
    }
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    for character in text.unicodeScalars {
      if character == "\"" {
        isQuoted.toggle()
      } else if isEnd(character), !isQuoted {
        append(field, to: &fields)
        field = ""
      } else {
        field.unicodeScalars.append(character)
      }
    }
    append(field, to: &fields)
    return fields
  }

  private func isEnd(_ character: Unicode.Scalar) -> Bool {
    switch separator {
    case .character(let byte): character.value == UInt32(byte)
    case .blanks: character == " " || character == "\t"
    }
  }

  /// Several blanks are one separator.
  private func append(_ field: String, to fields: inout [String]) {
    if case .blanks = separator, field.isEmpty { return }
    fields.append(field.trimmingCharacters(in: .whitespaces))
  }
}

/// The number in a field of a table.
enum FieldNumber {
  /// The number that the whole text stands for, rounded correctly; `nil` if it is none. Fortran's
  /// exponents (`1.5D+02`) are understood.
  static func parse(_ text: String) -> Double? {
    if let value = Double(text) { return value }
    let parts = text.split(separator: /[dD]/, omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.last?.isNumber == true || $0.last == "." }) else {
      return nil
    }
    return Double(parts[0] + "e" + parts[1])
  }
}
