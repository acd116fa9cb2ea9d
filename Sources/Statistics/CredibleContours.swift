internal import Foundation

/// Regions of a two-dimensional sample that enclose given fractions of its mass.
public struct CredibleContours: Sendable {
  /// The fractions, as given.
  public let fractions: [Double]
  /// Density level of each fraction, in weight per bin; nil where it cannot be reached.
  public let levels: [Double?]
  /// Closed borders for each fraction; empty where it cannot be reached.
  public let polygons: [[ContourPolygon]]

  /// Regions of a histogram.
  ///
  /// - Parameters:
  ///   - histogram: the sum of weights in each bin.
  ///   - total: the whole mass, including what lies outside the axes.
  ///   - fractions: fractions of `total` in (0, 1).
  ///   - smoothing: standard deviation in bins of the Gaussian that smooths the histogram; see
  ///     ``smoothingWidth(effectiveDraws:bins:)``.
  public init(
    histogram: DensityGrid, total: Double, fractions: [Double] = MassLevels.sigma123,
    smoothing: Double
  ) {
    let density = histogram.smoothed(width: smoothing)
    let levels = MassLevels.levels(
      density: density.values, mass: histogram.values, total: total, fractions: fractions)
    self.fractions = fractions
    self.levels = levels
    polygons = levels.map { $0.map { MarchingSquares.contours(of: density, at: $0) } ?? [] }
  }

  /// A width of smoothing in bins: Scott's rule in the plane, n^(-1/6) standard deviations
  /// (Scott, Multivariate Density Estimation, 1992), for a density that spans eight standard
  /// deviations of the axis, and 1.3 times that so that the outermost contour keeps few islands.
  public static func smoothingWidth(effectiveDraws: Double, bins: Int) -> Double {
    let scott = Double(bins) / 8 * pow(max(1, effectiveDraws), -1.0 / 6)
    return min(Double(bins) / 12, max(1, 1.3 * scott))
  }

  /// Whether a point belongs to the region of a fraction; holes do not.
  public func contains(_ point: SIMD2<Double>, fraction index: Int) -> Bool {
    polygons[index].reduce(false) { $0 != $1.contains(point) }
  }
}
