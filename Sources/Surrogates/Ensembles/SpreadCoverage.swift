internal import Foundation

/// How well the calibrated errors of an ensemble describe its residuals on points that had no part
/// in the calibration.
public struct SpreadCoverage: Sendable, Codable, Equatable {
  /// Number of points.
  public let points: Int
  /// Root mean square of residual / error: 1 if calibrated, above 1 if errors are too small.
  public let standardizedRMS: Double
  /// The fraction of points with a residual of at most one error; 0.683 for normal residuals.
  public let within68: Double
  /// The fraction within 1.96 errors; 0.95 for normal residuals.
  public let within95: Double
  /// Rank correlation of error and absolute residual: whether the ensemble knows where it is wrong.
  public let rankCorrelation: Double

  /// The coverage of errors.
  ///
  /// - Precondition: equal, positive numbers of both.
  public init(residuals: [Double], errors: [Double]) {
    precondition(!residuals.isEmpty && residuals.count == errors.count, "one error per residual")
    let n = Double(residuals.count)
    // An error of zero covers a residual of zero.
    let ratios = zip(residuals, errors).map { $0 == 0 ? 0 : abs($0) / $1 }
    points = residuals.count
    standardizedRMS = (ratios.reduce(0) { $0 + $1 * $1 } / n).squareRoot()
    within68 = Double(ratios.count { $0 <= 1 }) / n
    within95 = Double(ratios.count { $0 <= 1.959963984540054 }) / n
    rankCorrelation = Self.correlation(
      Self.ranks(residuals.map { abs($0) }), Self.ranks(errors))
  }

  /// The numbers in one line.
  public var text: String {
    String(
      format: "errors on %d test points: rms of residual/error %.2f, %.1f %% within 1, %.1f %% "
        + "within 1.96, rank correlation with |residual| %.2f", points, standardizedRMS,
      100 * within68, 100 * within95, rankCorrelation)
  }

  /// Ranks, equal values sharing their mean.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var result = [Double](repeating: 0, count: values.count)
    var i = 0
    while i < order.count {
      var j = i
      while j + 1 < order.count, values[order[j + 1]] == values[order[i]] { j += 1 }
      for k in i...j { result[order[k]] = Double(i + j) / 2 }
      i = j + 1
    }
    return result
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (x - ma) * (y - mb)
      aa += (x - ma) * (x - ma)
      bb += (y - mb) * (y - mb)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
