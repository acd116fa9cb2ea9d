/// Contents of equal bins in the plane; `values[iy * nx + ix]`.
public struct DensityGrid: Sendable {
  /// Range of the horizontal axis, divided into `nx` bins.
  public let x: ClosedRange<Double>
  /// Range of the vertical axis, divided into `ny` bins.
  public let y: ClosedRange<Double>
  /// Bins along the horizontal axis.
  public let nx: Int
  /// Bins along the vertical axis.
  public let ny: Int
  /// Contents, row after row from the bottom.
  public var values: [Double]

  /// A grid over existing contents.
  ///
  /// - Precondition: `values.count == nx * ny`, and neither range is empty.
  public init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, nx: Int, ny: Int, values: [Double]
  ) {
    precondition(values.count == nx * ny, "\(values.count) values for \(nx) x \(ny) bins")
    precondition(x.lowerBound < x.upperBound && y.lowerBound < y.upperBound, "an empty range")
    self.x = x
    self.y = y
    self.nx = nx
    self.ny = ny
    self.values = values
  }

  /// The histogram of points in the plane; those outside the ranges do not count, the upper ends
  /// belong to the last bins.
  ///
  /// - Precondition: as many values and, if given, weights along both axes.
  public init(
    _ xs: [Double], _ ys: [Double], weights: [Double]? = nil, x: ClosedRange<Double>,
    y: ClosedRange<Double>, bins: Int
  ) {
    precondition(xs.count == ys.count && xs.count == weights?.count ?? xs.count)
    self.init(
      x: x, y: y, nx: bins, ny: bins, values: Array(repeating: 0, count: bins * bins))
    func bin(_ value: Double, _ range: ClosedRange<Double>) -> Int {
      let width = range.upperBound - range.lowerBound
      return min(bins - 1, Int((value - range.lowerBound) / width * Double(bins)))
    }
    for i in xs.indices where x.contains(xs[i]) && y.contains(ys[i]) {
      values[bin(ys[i], y) * bins + bin(xs[i], x)] += weights?[i] ?? 1
    }
  }

  /// Centre of column `i`; columns outside the grid continue the pattern.
  func xCentre(_ i: Double) -> Double {
    x.lowerBound + (i + 0.5) * (x.upperBound - x.lowerBound) / Double(nx)
  }

  /// Centre of row `j`.
  func yCentre(_ j: Double) -> Double {
    y.lowerBound + (j + 0.5) * (y.upperBound - y.lowerBound) / Double(ny)
  }

  /// The grid convolved with a Gaussian of standard deviation `width` bins.
  ///
  /// At the border the kernel is cut and normalised again, so that a density that ends at a hard
  /// bound does not fade there.
  public func smoothed(width: Double) -> DensityGrid {
    guard width > 0 else { return self }
    var result = self
    for j in 0..<ny {
      let row = GaussianKernel.smooth(Array(values[j * nx..<(j + 1) * nx]), width: width)
      result.values.replaceSubrange(j * nx..<(j + 1) * nx, with: row)
    }
    for i in 0..<nx {
      let column = (0..<ny).map { result.values[$0 * nx + i] }
      for (j, value) in GaussianKernel.smooth(column, width: width).enumerated() {
        result.values[j * nx + i] = value
      }
    }
    return result
  }
}
