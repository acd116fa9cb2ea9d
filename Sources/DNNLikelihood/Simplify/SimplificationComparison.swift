public import Inference
public import Likelihoods
internal import NumericalCore

/// Measures the error of a simplified likelihood: profiles the full model and the simplified one
/// along the signal strength, over the same values.
public struct SimplificationComparison: Sendable, Codable {
  /// The profiled values; where `nil`, ``points`` values that reach ``reach`` errors to either side
  /// of the maximum of the full model, inside the bounds and its support.
  public var values: [Double]?
  /// Number of values that are chosen.
  public var points: Int
  /// Range of the chosen values in standard errors.
  public var reach: Double
  /// The fits.
  public var fitter: MaximumLikelihood

  /// A comparison.
  public init(
    values: [Double]? = nil, points: Int = 13, reach: Double = 3,
    fitter: MaximumLikelihood = .init()
  ) {
    self.values = values
    self.points = points
    self.reach = reach
    self.fitter = fitter
  }

  /// Levels of t at which the upper ends are compared: 95 % one-sided and two-sided.
  public static let levels = [2.71, 3.84]

  /// Compares two densities along a parameter that both have.
  ///
  /// Values at which either has no density, such as those of negative counts, are left out and
  /// listed.
  ///
  /// - Throws: `ParameterError` for an unknown name, `FitError`, ``InputError`` also if no value is
  ///   left.
  public func run(
    full: some DifferentiableLogDensity, simplified: SimplifiedLikelihood,
    along parameter: String
  ) throws -> SimplificationAccuracy {
    let best = try fitter.fit(full)
    let asked = try (self.values ?? chosenValues(best, parameter)).sorted()
    let values = try self.values == nil ? supported(asked, full, best, parameter) : asked
    guard !values.isEmpty else { throw Self.nothingLeft(parameter, asked) }
    let one = try ProfileScan(of: full, along: parameter, at: values, with: fitter, best: best)
    let other = try ProfileScan(of: simplified, along: parameter, at: values, with: fitter)
    // Where no fit finds a density above zero there is no t.
    let (tFull, tSimplified) = (one.testStatistic, other.testStatistic)
    let kept = one.values.indices.filter { tFull[$0].isFinite && tSimplified[$0].isFinite }
    guard !kept.isEmpty else { throw Self.nothingLeft(parameter, asked) }
    let compared = kept.map { one.values[$0] }
    let leftOut = asked.filter { !compared.contains($0) }
    let limits = try Self.levels.map { level in
      SimplificationAccuracy.Limit(
        level: level, full: try one.interval(at: level).upper,
        simplified: try other.interval(at: level).upper)
    }
    return SimplificationAccuracy(
      parameter: parameter, values: compared, full: kept.map { tFull[$0] },
      simplified: kept.map { tSimplified[$0] }, fullMaximum: try Self.estimate(one.best, parameter),
      simplifiedMaximum: try Self.estimate(other.best, parameter), limits: limits,
      isValid: one.isValid && other.isValid, valuesLeftOut: leftOut.isEmpty ? nil : leftOut)
  }

  private static func nothingLeft(_ parameter: String, _ values: [Double]) -> InputError {
    .value(
      "compared values of '\(parameter)'",
      expected: "at least one at which the full and the simplified likelihood are not zero",
      found: values.map { "\($0)" }.joined(separator: ", "))
  }

  private func chosenValues(_ best: FitResult, _ parameter: String) throws -> [Double] {
    let index = try best.parameters.index(of: parameter)
    let bounds = best.parameters.parameters[index]
    // At a bound there is no HESSE error; the scale of the parameter is its usual size.
    let width = reach * (best.errors[index] ?? bounds.scale)
    let lower = max(bounds.lower, best.values[index] - width)
    let upper = min(bounds.upper, best.values[index] + width)
    guard points >= 2, lower < upper else {
      throw InputError.value(
        "values of '\(parameter)'", expected: "at least 2 in an interval", found: "\(points)")
    }
    return (0..<points).map { k in
      k == points - 1 ? upper : lower + (upper - lower) * Double(k) / Double(points - 1)
    }
  }

  /// The values at which the full model has a density.
  private func supported(
    _ grid: [Double], _ density: some DifferentiableLogDensity, _ best: FitResult,
    _ parameter: String
  ) throws -> [Double] {
    let index = try best.parameters.index(of: parameter)
    // A negative signal may leave nothing to expect in a bin: there is no profile there.
    var rows = Matrix<Double>(rows: grid.count, columns: best.values.count, repeating: 0)
    for (i, value) in grid.enumerated() {
      rows.setRow(i, to: best.values)
      rows[i, index] = value
    }
    let densities = try density.logDensities(at: rows)
    return zip(grid, densities).filter { $0.1.isFinite }.map(\.0)
  }

  private static func estimate(
    _ fit: FitResult, _ parameter: String
  ) throws -> SimplificationAccuracy.Estimate {
    let index = try fit.parameters.index(of: parameter)
    return .init(value: fit.values[index], error: fit.errors[index])
  }
}
