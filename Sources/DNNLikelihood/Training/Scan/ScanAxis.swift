internal import Foundation
internal import NumericalCore
internal import Yams

/// A field of a scan with the values it takes.
struct ScanAxis: Sendable {
  /// Where values come from.
  enum Source: Sendable {
    /// These, in their order; draws choose one of them.
    case values([ScanValue])
    /// Draws between two ends, of the number or of its logarithm.
    case range(ClosedRange<Double>, isLogarithmic: Bool)
  }

  let field: ScanField
  let source: Source

  /// A value for a number between 0 and 1.
  func draw(_ u: Double) -> ScanValue {
    switch source {
    case .values(let values): return values[min(values.count - 1, Int(u * Double(values.count)))]
    case .range(let range, let isLogarithmic):
      let (low, high) = (range.lowerBound, range.upperBound)
      let x = isLogarithmic ? low * pow(high / low, u) : low + u * (high - low)
      return field.isWhole ? .whole(Int(x.rounded())) : .real(min(max(x, low), high))
    }
  }

  /// Reads the values of an entry of `grid`, a list or one value.
  static func grid(
    _ field: ScanField, _ yaml: YAMLValue
  ) throws(InputError) -> ScanAxis {
    ScanAxis(field: field, source: .values(try values(field, yaml)))
  }

  /// Reads an entry of `ranges`: a list or one value, `uniform: [a, b]` or `logUniform: [a, b]`.
  static func random(
    _ field: ScanField, _ yaml: YAMLValue
  ) throws(InputError) -> ScanAxis {
    guard case .mapping(_) = yaml.node else { return try grid(field, yaml) }
    let entries = try yaml.fields("a range", known: ["uniform", "logUniform"])
    guard field.isNumber, entries.count == 1, let entry = entries.first else {
      throw yaml.error(
        expected: field.isNumber ? "'uniform' or 'logUniform' with two ends" : "a list of values")
    }
    let ends = try entry.value.list(of: "two ends")
    let isLogarithmic = entry.key == "logUniform"
    var numbers: [Double] = []
    for end in ends {
      switch try field.value(end) {
      case .whole(let n): numbers.append(Double(n))
      case .real(let x): numbers.append(x)
      case .flag, .text, .widths: break
      }
    }
    guard numbers.count == 2, numbers[0] < numbers[1], !isLogarithmic || numbers[0] > 0 else {
      throw entry.value.error(
        expected: "two ends in rising order" + (isLogarithmic ? ", above 0" : ""),
        found: numbers.map { "\($0)" }.joined(separator: ", "))
    }
    return ScanAxis(
      field: field, source: .range(numbers[0]...numbers[1], isLogarithmic: isLogarithmic))
  }

  private static func values(
    _ field: ScanField, _ yaml: YAMLValue
  ) throws(InputError) -> [ScanValue] {
    let isSingle = field == .widths ? !isListOfLists(yaml) : !yaml.isList
    let items = isSingle ? [yaml] : try yaml.list(of: "values")
    guard !items.isEmpty else { throw yaml.error(expected: "at least one value") }
    var result: [ScanValue] = []
    for item in items {
      let value = try field.value(item)
      guard !result.contains(value) else {
        throw item.error(expected: "every value once", found: "\(item.summary) twice")
      }
      result.append(value)
    }
    return result
  }

  private static func isListOfLists(_ yaml: YAMLValue) -> Bool {
    (try? yaml.list(of: "widths"))?.first?.isList ?? false
  }
}
