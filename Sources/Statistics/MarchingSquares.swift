internal import NumericalCore

/// Closed contours of a gridded density.
///
/// The grid of bin centres is padded with a ring of zeros, so that every contour of a positive
/// level closes.
enum MarchingSquares {
  /// The contours of `grid` at `level`; none where the grid does not reach it.
  ///
  /// - Precondition: `level > 0`.
  static func contours(of grid: DensityGrid, at level: Double) -> [ContourPolygon] {
    precondition(level > 0, "only contours of positive levels close")
    let (width, height) = (grid.nx + 2, grid.ny + 2)
    var padded = [Double](repeating: 0, count: width * height)
    for j in 0..<grid.ny {
      for i in 0..<grid.nx { padded[(j + 1) * width + i + 1] = grid.values[j * grid.nx + i] }
    }
    return LevelLines.lines(of: padded, width: width, height: height, at: level).compactMap {
      var points: [SIMD2<Double>] = []
      for crossing in $0.crossings {
        let point = SIMD2(grid.xCentre(crossing.column - 1), grid.yCentre(crossing.row - 1))
        if points.last != point { points.append(point) }
      }
      return points.count > 2 ? ContourPolygon(points: points) : nil
    }
  }
}
