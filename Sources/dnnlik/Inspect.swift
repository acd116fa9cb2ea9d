import ArgumentParser
import DNNLikelihood

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the parameters of a likelihood.")

  @Argument(help: "The likelihood.") var likelihood: String
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.apply()
    let report = InspectReport(try LikelihoodLocator.load(likelihood).parameters)
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

  let parameters: [Entry]
  let parameterOfInterest: String?

  init(_ space: ParameterSpace) {
    parameters = space.parameters.map(Entry.init)
    parameterOfInterest = space.parameterOfInterest.map { space.names[$0] }
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
    let widths = (0..<6).map { k in (rows.map { $0[k].count }.max() ?? 0) + 2 }
    let lines = rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined()
        .trimmingSuffix(" ")
    }
    return "\(parameters.count) parameters, parameter of interest: \(parameterOfInterest ?? "none")"
      + "\n" + lines.joined(separator: "\n")
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
