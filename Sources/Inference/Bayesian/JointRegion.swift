internal import NumericalCore
internal import Statistics

/// The region of highest density of two parameters that encloses a given probability.
public struct JointRegion: Codable, Sendable {
  /// The two parameters: horizontal, vertical.
  public let names: [String]
  /// The probability asked for.
  public let probability: Double
  /// The probability inside the contours, measured on the draws themselves.
  public let enclosed: Estimate
  /// The closed contours, as lists of (x, y); empty where the probability cannot be reached on
  /// the grid.
  public let contours: [[SIMD2<Double>]]

  /// Regions of two parameters.
  ///
  /// A histogram of `bins` × `bins`, smoothed as the corner figure smooths it
  /// (`CredibleContours/smoothingWidth(effectiveDraws:bins:)`), over the range of the draws without
  /// the outermost 0.01 % on either side, widened by a tenth, and never beyond the draws.
  ///
  /// - Parameter probabilities: in (0, 1).
  /// - Throws: `ParameterError`, `StatisticsError` if a parameter does not vary.
  public static func regions(
    of draws: PosteriorDraws, _ first: String, _ second: String, probabilities: [Double],
    bins: Int = 80
  ) throws -> [JointRegion] {
    let (x, y) = (try draws.values(of: first), try draws.values(of: second))
    let (rangeX, rangeY) = (try range(draws, x, first), try range(draws, y, second))
    let grid = DensityGrid(x, y, weights: draws.weights, x: rangeX, y: rangeY, bins: bins)
    let middle = try draws.sample(x).median
    let size = draws.equivalentCount(draws.probability(of: x.map { $0 <= middle }))
    let contours = CredibleContours(
      histogram: grid, total: draws.weights?.reduce(0, +) ?? Double(draws.count),
      fractions: probabilities,
      smoothing: CredibleContours.smoothingWidth(effectiveDraws: size, bins: bins))
    return try mapColumns(probabilities.count) { k in
      let inside = x.indices.map { contours.contains(SIMD2(x[$0], y[$0]), fraction: k) }
      return JointRegion(
        names: [first, second], probability: probabilities[k],
        enclosed: draws.probability(of: inside), contours: contours.polygons[k].map(\.points))
    }
  }

  private static func range(
    _ draws: PosteriorDraws, _ values: [Double], _ name: String
  ) throws -> ClosedRange<Double> {
    let sample = try draws.sample(values)
    let (least, largest) = (sample.values[0], sample.values[sample.count - 1])
    guard least < largest else {
      throw StatisticsError.invalidArgument(
        name: "range of '\(name)'", value: "[\(least), \(largest)]",
        expected: "draws that are not all equal")
    }
    let (low, high) = (try sample.quantile(1e-4), try sample.quantile(1 - 1e-4))
    guard low < high else { return least...largest }
    let margin = 0.1 * (high - low)
    return max(least, low - margin)...min(largest, high + margin)
  }
}
