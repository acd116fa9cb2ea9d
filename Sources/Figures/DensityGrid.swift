internal import Foundation

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

/// Convolution with a Gaussian, cut at four standard deviations.
enum GaussianKernel {
  /// `values` smoothed by `width` bins; the kernel is normalised within the range.
  static func smooth(_ values: [Double], width: Double) -> [Double] {
    let reach = Int((4 * width).rounded(.up))
    guard width > 0, reach > 0 else { return values }
    let kernel = (0...reach).map { exp(-0.5 * Double($0 * $0) / (width * width)) }
    return values.indices.map { i in
      var sum = 0.0
      var norm = 0.0
      for k in max(0, i - reach)...min(values.count - 1, i + reach) {
        let weight = kernel[abs(k - i)]
        sum += weight * values[k]
        norm += weight
      }
      return sum / norm
    }
  }
}
