public import NumericalCore

/// The points among which a network was trained, as a convex region and a range of log densities.
///
/// A point is inside if its distance from the centre in whitened coordinates u = W (x - c) is at
/// most ``radius``, if every parameter lies in its range, and if the surrogate's log density there
/// is one that the training points had. Each limit lies one standard deviation beyond the farthest
/// training point, so that all training points, and practically all draws of the density that they
/// are a sample of, are inside whatever the dimension.
///
/// Outside, the surrogate is continued along each ray from the centre by the parabola through the
/// peak at the centre and the value at the boundary. With s(x) the factor by which x is farther
/// from the centre than the boundary in the same direction, and x_b = c + (x - c) / s,
///
///     f(x) = peak - s² (peak - f(x_b)).
///
/// This is continuous, and falls along every ray: at least by (s² - 1) ``leastDrop``, even where a
/// network has a value above the peak at the boundary.
public struct ValidityRegion: Sendable, Equatable {
  /// The centre c.
  public let center: [Double]
  /// The matrix W; `nil` for the unit matrix.
  public let whitening: Matrix<Double>?
  /// The largest distance |u| from the centre.
  public let radius: Double
  /// The smallest value of each parameter; -∞ where that would be beyond the bound.
  public let lower: [Double]
  /// The largest value of each parameter; ∞ where that would be beyond the bound.
  public let upper: [Double]
  /// The highest log density known: that of the quadratic part or of a training point.
  public let peak: Double
  /// The log densities of points inside.
  public let logDensities: ClosedRange<Double>

  /// 1 / (limit - centre) of each parameter; 0 without a limit.
  let lowerSlopes: [Double]
  let upperSlopes: [Double]

  /// A region from its parts.
  ///
  /// - Precondition: the centre lies between the limits, and the radius is positive.
  public init(
    center: [Double], whitening: Matrix<Double>?, radius: Double, lower: [Double],
    upper: [Double], peak: Double, logDensities: ClosedRange<Double>
  ) {
    precondition(
      radius > 0 && Self.encloses(center, lower: lower, upper: upper),
      "the centre of a region of validity lies inside")
    self.center = center
    self.whitening = whitening
    self.radius = radius
    self.lower = lower
    self.upper = upper
    self.peak = peak
    self.logDensities = logDensities
    lowerSlopes = zip(lower, center).map { $0.isFinite ? 1 / ($0 - $1) : 0 }
    upperSlopes = zip(upper, center).map { $0.isFinite ? 1 / ($0 - $1) : 0 }
  }

  /// Whether limits are those of a region around a centre.
  static func encloses(_ center: [Double], lower: [Double], upper: [Double]) -> Bool {
    center.count == lower.count && center.count == upper.count
      && center.indices.allSatisfy { lower[$0] < center[$0] && center[$0] < upper[$0] }
  }

  /// How much lower than the value at the boundary the continuation is at least, per unit of
  /// s² - 1: a tenth of the range of the training points.
  public var leastDrop: Double { max(0, 0.1 * (peak - logDensities.lowerBound)) }

  /// Number of parameters.
  public var dimension: Int { center.count }

  /// Whether whitened coordinates are those of a preconditioner.
  func sharesCoordinates(with preconditioner: Preconditioner) -> Bool {
    center == preconditioner.center && whitening == preconditioner.whitening
  }

  /// The coordinates u of points x, one a row.
  func whitened(_ points: Matrix<Double>) -> Matrix<Double> {
    Preconditioner(center: center, whitening: whitening, peak: nil).whitened(points)
  }

  /// How many times farther from the centre than the boundary each point is: at most 1 inside. Of
  /// the region in the space of parameters alone, whatever the log density.
  public func distances(of points: Matrix<Double>) -> [Double] {
    let (largest, squares) = rayScales(points, whitened(points))
    return zip(largest, squares).map(scale)
  }
}
