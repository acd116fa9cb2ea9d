internal import Foundation

/// Why the text of a prior cannot be understood.
public struct PriorTextError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// What was expected.
  public let expected: String
  /// What was found.
  public let found: String

  public var description: String { "prior '\(text)': expected \(expected), found \(found)" }
}

extension ParameterPrior {
  /// The forms that ``init(text:)`` understands.
  public static let textForms = [
    "normal(mean, sd)", "half-normal(sd)", "log-normal(mean of ln x, sd of ln x)",
    "gamma(shape, rate)", "uniform(lower, upper)", "truncated(distribution, lower, upper)", "flat",
  ]

  /// A prior from text such as `normal(0, 1)` or `truncated(normal(0, 1), 0, inf)`; names with or
  /// without hyphens, in any case.
  ///
  /// - Throws: ``PriorTextError`` for another form, ``PriorError`` for numbers that make no density.
  public init(text: String) throws {
    self = try Self.parse(text, within: text)
  }

  private static func parse(_ part: String, within text: String) throws -> ParameterPrior {
    let trimmed = part.trimmingCharacters(in: .whitespaces)
    func problem(_ expected: String, _ found: String) -> PriorTextError {
      PriorTextError(text: text, expected: expected, found: found)
    }
    let known = textForms.joined(separator: ", ")
    let open = trimmed.firstIndex(of: "(") ?? trimmed.endIndex
    let family = trimmed[..<open].trimmingCharacters(in: .whitespaces).lowercased()
      .filter { $0 != "-" && $0 != "_" }
    var arguments: [String] = []
    if open < trimmed.endIndex {
      guard trimmed.last == ")" else { throw problem("a ')' at the end", "'\(trimmed)'") }
      arguments = split(trimmed[trimmed.index(after: open)...].dropLast())
    }
    func numbers(_ count: Int, from first: Int = 0) throws -> [Double] {
      guard arguments.count == count + first else {
        throw problem("\(count + first) arguments of \(family)", "\(arguments.count)")
      }
      return try arguments[first...].map { argument in
        guard let value = Double(argument), !value.isNaN else {
          throw problem("a number", "'\(argument)'")
        }
        return value
      }
    }
    switch family {
    case "normal", "gaussian":
      let n = try numbers(2)
      return try normal(mean: n[0], standardDeviation: n[1]).validated()
    case "halfnormal": return try halfNormal(standardDeviation: numbers(1)[0])
    case "lognormal":
      let n = try numbers(2)
      return try logNormal(logMean: n[0], logStandardDeviation: n[1]).validated()
    case "gamma":
      let n = try numbers(2)
      return try gamma(shape: n[0], rate: n[1]).validated()
    case "uniform":
      let n = try numbers(2)
      return try normalizedUniform(lower: n[0], upper: n[1])
    case "truncated":
      let n = try numbers(2, from: 1)
      return try parse(arguments[0], within: text).truncated(lower: n[0], upper: n[1])
    case "flat" where arguments.isEmpty: return flat()
    default: throw problem("one of \(known)", "'\(trimmed)'")
    }
  }

  /// Arguments at commas outside inner parentheses.
  private static func split(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for letter in text {
      depth += letter == "(" ? 1 : (letter == ")" ? -1 : 0)
      if letter == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(letter)
      }
    }
    return parts.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
