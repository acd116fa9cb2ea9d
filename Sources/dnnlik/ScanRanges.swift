import ArgumentParser
import DNNLikelihood

/// The values along which one or two parameters are profiled.
struct ScanRanges: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: "First value (default: three errors below the maximum, or the lower bound).")
  var from: [Double] = []
  @Option(
    parsing: .unconditionalSingleValue,
    help: "Last value (default: three errors above the maximum, or the upper bound).")
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
      zip(from, to).allSatisfy({ $0 < $1 })
    else { throw ValidationError("--points must be at least 2 and --from below --to") }
  }

  /// Equally spaced values of the parameter at a position of the options: as given, else three
  /// errors around a maximum, within the bounds.
  ///
  /// - Parameter count: number of values unless given.
  func values(_ i: Int, around fit: FitResult, _ name: String, count: Int) throws -> [Double] {
    let k = try fit.parameters.index(of: name)
    let parameter = fit.parameters.parameters[k]
    let reach = 3 * (fit.errors[k] ?? fit.widths[k])
    let low = i < from.count ? from[i] : max(parameter.lower, fit.values[k] - reach)
    let high = i < to.count ? to[i] : min(parameter.upper, fit.values[k] + reach)
    guard low < high else {
      throw ValidationError(
        "the range of '\(name)' from \(low) to \(high) is empty: give both --from and --to")
    }
    let points = i < self.points.count ? self.points[i] : self.points.first ?? count
    // The last value is the end itself, which may be a bound.
    return (0..<points).map { j in
      j == points - 1 ? high : low + (high - low) * Double(j) / Double(points - 1)
    }
  }
}
