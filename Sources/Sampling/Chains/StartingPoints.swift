public import Likelihoods
public import NumericalCore

/// Over-dispersed starting points of walkers.
public enum StartingPoints {
  /// Points drawn parameter by parameter: uniformly between two bounds that are at most
  /// ``widestUniform`` scales apart, otherwise normally around the initial value with the
  /// parameter's scale, inside the bounds. Points where the density is -∞ are drawn again.
  ///
  /// For the toy search this is the start of arXiv:1911.03305 section 3.1.
  ///
  /// - Throws: ``SamplingError/noFiniteStart(tries:)``; ``SamplingError/notANumber(walker:point:)``
  ///   if the density returns NaN.
  public static func draw(
    _ count: Int, for density: some LogDensity, seed: UInt64
  ) throws -> Matrix<Double> {
    let space = density.parameters
    let stream = RandomStream(seed: seed, purpose: "start")
    var result = Matrix<Double>(rows: count, columns: space.count, repeating: 0)
    var missing = Array(0..<count)
    let rounds = 200
    for round in 0..<rounds {
      for i in missing {
        var random = stream.sequence(step: round, walker: i)
        result.setRow(i, to: space.parameters.map { draw($0, &random) })
      }
      let values = try density.logDensities(at: result.selectingRows(missing))
      if let i = values.firstIndex(where: \.isNaN) {
        throw SamplingError.notANumber(walker: missing[i], point: result.row(missing[i]))
      }
      missing = zip(missing, values).filter { !$0.1.isFinite }.map(\.0)
      if missing.isEmpty { return result }
    }
    throw SamplingError.noFiniteStart(tries: rounds * count)
  }

  /// Whether given starts have the shape that a run needs.
  static func check(
    _ start: Matrix<Double>?, walkers: Int, for density: some LogDensity
  ) throws {
    guard let start else { return }
    let columns = density.parameters.count
    guard start.rows == walkers, start.columns == columns else {
      throw SamplingError.field(
        "starting points", expected: "\(walkers) points of \(columns) parameters",
        found: "\(start.rows) of \(start.columns)")
    }
  }

  /// Bounds further apart than this many scales are only there to keep fits in reach (those of a
  /// HistFactory workspace are up to millions of widths apart): a start anywhere between them would
  /// be far outside of what the data allow.
  static let widestUniform = 8.0

  private static func draw(_ parameter: Parameter, _ random: inout RandomSequence) -> Double {
    if parameter.upper - parameter.lower <= widestUniform * parameter.scale {
      return random.uniform(parameter.lower, parameter.upper)
    }
    for _ in 0..<50 {
      let value = parameter.initial + parameter.scale * random.normal()
      if parameter.allows(value) { return value }
    }
    return parameter.initial
  }
}
