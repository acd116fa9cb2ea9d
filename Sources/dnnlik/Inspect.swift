import ArgumentParser
import DNNLikelihood
import Foundation

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the parameters of a likelihood, and its bins and data if it has any.")

  @Argument(help: "The likelihood.") var likelihood: String
  @OptionGroup var model: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let report = InspectReport(try model.load(likelihood))
    if common.json { try printJSON(report) } else { print(report.table) }
  }
}

/// What `inspect` prints.
struct InspectReport: Encodable {
  /// A parameter; every key is there in JSON, an absent bound as null.
  struct Entry: Encodable {
    let parameter: Parameter

    private enum CodingKeys: String, CodingKey {
      case name, label, role, initial, lower, upper, fixed, scale
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(parameter.name, forKey: .name)
      try values.encode(parameter.label, forKey: .label)
      try values.encode(parameter.role, forKey: .role)
      try values.encode(parameter.initial, forKey: .initial)
      try values.encode(parameter.lower.isFinite ? parameter.lower : nil, forKey: .lower)
      try values.encode(parameter.upper.isFinite ? parameter.upper : nil, forKey: .upper)
      try values.encode(parameter.fixed, forKey: .fixed)
      try values.encode(parameter.scale, forKey: .scale)
    }
  }

  /// A bin of a model of counts.
  struct Bin: Encodable {
    let name: String
    let observed: Double
    /// The expected count at the initial values.
    let expected: Double
  }

  let parameters: [Entry]
  let parameterOfInterest: String?
  /// Absent for likelihoods that are not made of counts.
  let bins: [Bin]?

  init(_ density: some LogDensity) {
    let space = density.parameters
    parameters = space.parameters.map(Entry.init)
    parameterOfInterest = space.parameterOfInterest.map { space.names[$0] }
    if let model = density as? any BinnedModel { bins = Self.bins(model) } else { bins = nil }
  }

  private static func bins(_ model: some BinnedModel) -> [Bin] {
    let start = model.parameters.initialValues
    let expected = model.expectedCounts(
      at: Matrix(rows: 1, columns: start.count, elements: start))
    return zip(zip(model.binNames, model.observedCounts), expected.elements).map {
      Bin(name: $0.0, observed: $0.1, expected: $1)
    }
  }

  var table: String {
    let rows =
      [["name", "label", "role", "initial", "bounds", ""]]
      + parameters.map(\.parameter).map { p in
        [
          p.name, p.label, p.role == .nuisance ? "nuisance" : "interest", "\(p.initial)",
          p.lower.isFinite || p.upper.isFinite ? "[\(p.lower), \(p.upper)]" : "none",
          p.fixed ? "fixed" : "",
        ]
      }
    var lines = [
      "\(parameters.count) parameters, parameter of interest: \(parameterOfInterest ?? "none")"
    ]
    lines += Self.aligned(rows)
    if let bins {
      lines += ["", "\(bins.count) bins, expected at the initial values"]
      lines += Self.aligned(
        [["name", "observed", "expected"]]
          + bins.map { [$0.name, "\($0.observed)", String(format: "%.6g", $0.expected)] })
    }
    return lines.joined(separator: "\n")
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { k in (rows.map { $0[k].count }.max() ?? 0) + 2 }
    return rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined()
        .trimmingSuffix(" ")
    }
  }
}

extension String {
  /// Without the given character at the end.
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self[...]
    while text.last == character { text.removeLast() }
    return String(text)
  }
}
