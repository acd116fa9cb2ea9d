internal import NumericalCore
public import Statistics

/// A line of constant t in the plane of two parameters.
public struct ProfileContour: Sendable {
  /// The probability that the region inside has, by Wilks' theorem for two degrees of freedom.
  public let probability: Double
  /// The height of t.
  public let level: Double
  /// The points of the line.
  public let points: [SIMD2<Double>]
  /// Whether the last point joins the first; else the region goes on beyond the scan.
  public let isClosed: Bool
}

extension ProfilePlane {
  /// The contours at confidence levels for two degrees of freedom.
  ///
  /// Points lie on the lines of the grid, by cubic interpolation of t along them: exact for a
  /// parabola.
  ///
  /// - Throws: `StatisticsError` for a level that is none.
  public func contours(
    at levels: [ConfidenceLevel] = [.oneSigma, .twoSigma]
  ) throws -> [ProfileContour] {
    let t = testStatistic
    return try levels.flatMap { level -> [ProfileContour] in
      let height = try level.deltaChiSquared(degreesOfFreedom: 2)
      return LevelLines.lines(
        of: t.map { -$0 }, width: x.count, height: y.count, at: -height
      ).map { line in
        ProfileContour(
          probability: level.probability, level: height,
          points: line.crossings.map { point($0, t, height) }, isClosed: line.isClosed)
      }
    }
  }

  private func point(
    _ crossing: LevelLines.Crossing, _ t: [Double], _ height: Double
  ) -> SIMD2<Double> {
    if crossing.isHorizontal {
      let row = (0..<x.count).map { t[crossing.j * x.count + $0] }
      return SIMD2(Self.crossing(x, row, crossing.i, height), y[crossing.j])
    }
    let column = (0..<y.count).map { t[$0 * x.count + crossing.i] }
    return SIMD2(x[crossing.i], Self.crossing(y, column, crossing.j, height))
  }

  /// Where t passes through a height between the points `i` and `i + 1`: on the polynomial through
  /// the nearest four points that are finite.
  private static func crossing(
    _ x: [Double], _ t: [Double], _ i: Int, _ height: Double
  ) -> Double {
    let nodes = (i - 1...i + 2).filter { x.indices.contains($0) && t[$0].isFinite }
    guard t[i].isFinite, t[i + 1].isFinite else { return t[i].isFinite ? x[i] : x[i + 1] }
    func value(_ at: Double) -> Double {
      nodes.reduce(-height) { sum, a in
        sum + nodes.reduce(t[a]) { $1 == a ? $0 : $0 * (at - x[$1]) / (x[a] - x[$1]) }
      }
    }
    var (low, high) = (x[i], x[i + 1])
    let sign = t[i] < height
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      if (value(middle) < 0) == sign { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
