import ArgumentParser
import DNNLikelihood

/// The values along which one or two parameters are profiled.
struct ScanRanges: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: "First value (default: 0; in a plane three errors below the maximum).")
  var from: [Double] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: "Last value (default: 1; in a plane three errors above the maximum).")
  var to: [Double] = []
  @Option(help: "Number of values (default: 11; in a plane 21 of each).") var points: [Int] = []

  /// Checks the options for one parameter or two, in the order of the parameters.
  func check(parameters: Int) throws {
    guard from.count <= parameters, to.count <= parameters, points.count <= parameters,
      from.count == to.count || parameters == 1
    else {
      throw ValidationError(
        "give --from, --to and --points once for each --parameter, in their order")
    }
    guard points.allSatisfy({ $0 >= 2 }), (from + to).allSatisfy(\.isFinite),
      (0..<max(from.count, to.count, 1)).allSatisfy({ ends($0).from < ends($0).to })
    else { throw ValidationError("--points must be at least 2 and --from below --to") }
  }

  private func ends(_ i: Int) -> (from: Double, to: Double) {
    (i < from.count ? from[i] : 0, i < to.count ? to[i] : 1)
  }

  /// Equally spaced values of the parameter at a position.
  func values(_ i: Int) -> [Double] {
    Self.grid(ends(i).from, ends(i).to, i < points.count ? points[i] : 11)
  }

  /// Values of a parameter of a plane: as given, else three errors around a maximum.
  func values(_ i: Int, around fit: FitResult, _ name: String) throws -> [Double] {
    let k = try fit.parameters.index(of: name)
    let parameter = fit.parameters.parameters[k]
    let reach = 3 * (fit.errors[k] ?? fit.widths[k])
    let low = i < from.count ? from[i] : max(parameter.lower, fit.values[k] - reach)
    let high = i < to.count ? to[i] : min(parameter.upper, fit.values[k] + reach)
    return Self.grid(low, high, i < points.count ? points[i] : points.first ?? 21)
  }

  private static func grid(_ low: Double, _ high: Double, _ count: Int) -> [Double] {
    (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
  }
}
