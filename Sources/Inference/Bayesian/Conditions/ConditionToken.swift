internal import Foundation

/// A word of a condition.
enum ConditionToken: Equatable {
  case number(Double)
  /// A parameter, function or logical word; a parameter only where it was quoted.
  case name(String, quoted: Bool)
  /// An operator or a parenthesis.
  case symbol(String)
  case end

  var description: String {
    switch self {
    case .number(let value): "the number \(value)"
    case .name(let name, _): "'\(name)'"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "the end"
    }
  }

  private static let symbols = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")"]

  /// The words of a text, each with the position of its first character from 1.
  static func scan(_ text: String) throws(ConditionError) -> [(token: Self, position: Int)] {
    let letters = Array(text)
    var result: [(Self, Int)] = []
    var i = 0
    func problem(_ expected: String, _ found: String) -> ConditionError {
      ConditionError(text: text, position: i + 1, expected: expected, found: found)
    }
    while i < letters.count {
      let letter = letters[i]
      if letter.isWhitespace {
        i += 1
      } else if letter.isLetter || letter == "_" {
        let end = letters[i...].firstIndex { !($0.isLetter || $0.isNumber || $0 == "_") }
        result.append((.name(String(letters[i..<(end ?? letters.count)]), quoted: false), i + 1))
        i = end ?? letters.count
      } else if letter == "`" {
        guard let end = letters[(i + 1)...].firstIndex(of: "`"), end > i + 1 else {
          throw problem("a name between two back quotes", "one back quote")
        }
        result.append((.name(String(letters[(i + 1)..<end]), quoted: true), i + 1))
        i = end + 1
      } else if letter.isNumber || letter == "." {
        let end = numberEnd(letters, from: i)
        let word = String(letters[i..<end])
        guard let value = Double(word), value.isFinite else {
          throw problem("a number", "'\(word)'")
        }
        result.append((.number(value), i + 1))
        i = end
      } else if let symbol = symbols.first(where: { letters[i...].starts(with: $0) }) {
        result.append((.symbol(symbol), i + 1))
        i += symbol.count
      } else {
        let advice = ["=": "'=='", "&": "'and'", "|": "'or'", "!": "'not' or '!='"][letter]
        throw problem(advice ?? "a parameter, a number or an operator", "'\(letter)'")
      }
    }
    result.append((.end, letters.count + 1))
    return result
  }

  /// The end of digits with a point and an exponent.
  private static func numberEnd(_ letters: [Character], from start: Int) -> Int {
    var i = start
    while i < letters.count, letters[i].isNumber || letters[i] == "." { i += 1 }
    guard i < letters.count, letters[i] == "e" || letters[i] == "E" else { return i }
    var j = i + 1
    if j < letters.count, letters[j] == "+" || letters[j] == "-" { j += 1 }
    guard j < letters.count, letters[j].isNumber else { return i }
    while j < letters.count, letters[j].isNumber { j += 1 }
    return j
  }
}
