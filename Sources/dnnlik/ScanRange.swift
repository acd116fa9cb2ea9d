import ArgumentParser
import DNNLikelihood

/// The values along which a likelihood is profiled.
struct ScanRange: ParsableArguments {
  @Option(parsing: .unconditional, help: "First value.") var from = 0.0
  @Option(parsing: .unconditional, help: "Last value.") var to = 1.0
  @Option(help: "Number of values.") var points = 11

  func validate() throws {
    guard points >= 2, from < to, from.isFinite, to.isFinite else {
      throw ValidationError("--points must be at least 2 and --from below --to")
    }
  }

  /// Equally spaced values from the first to the last.
  var values: [Double] {
    (0..<points).map { from + (to - from) * Double($0) / Double(points - 1) }
  }
}

extension ParameterSpace {
  /// The given name, or that of the parameter of interest.
  func name(orInterest name: String?) throws -> String {
    if let name { return name }
    guard let index = parameterOfInterest else {
      throw InputError.value(
        "--parameter", expected: "a name, because there is no parameter of interest",
        found: "none")
    }
    return names[index]
  }
}
