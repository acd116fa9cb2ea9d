internal import Foundation

/// The error of a surrogate against how far below the maximum the truth is.
///
/// Bins of depth (highest known log density less truth) are equally wide; one with too few points
/// is joined to the next.
public struct DepthBin: Sendable, Codable, Equatable {
  /// Smallest and largest depth of the bin in nats.
  public let lower: Double, upper: Double
  /// Number of points.
  public let count: Int
  /// Mean of surrogate less truth, and its standard error, in nats.
  public let bias: Double, biasError: Double
  /// Root mean squared error and its standard error, in nats.
  public let rms: Double, rmsError: Double

  /// The bins of predictions.
  ///
  /// - Parameters:
  ///   - truth: log densities.
  ///   - predicted: the surrogate's at the same points.
  ///   - highest: the highest log density known.
  ///   - count: bins before joining.
  ///   - minimumCount: fewest points of a bin.
  /// - Precondition: equal, positive numbers of points, and bins.
  public static func bins(
    truth: [Double], predicted: [Double], highest: Double, count: Int = 12, minimumCount: Int = 30
  ) -> [DepthBin] {
    precondition(!truth.isEmpty && truth.count == predicted.count && count > 0)
    let points = zip(truth, predicted).map { (depth: highest - $0, error: $1 - $0) }
    let low = points.map(\.depth).min() ?? 0
    let high = points.map(\.depth).max() ?? 0
    let width = max((high - low) / Double(count), .leastNormalMagnitude)
    var groups = [[Double]](repeating: [], count: count)
    for point in points {
      groups[min(count - 1, Int((point.depth - low) / width))].append(point.error)
    }
    var bins: [DepthBin] = []
    var first = 0
    var errors: [Double] = []
    for k in 0..<count {
      errors += groups[k]
      // What remains must not be too little for a bin of its own.
      let rest = groups[(k + 1)...].reduce(0) { $0 + $1.count }
      guard errors.count >= minimumCount && rest >= minimumCount || rest == 0 else { continue }
      if !errors.isEmpty {
        bins.append(
          DepthBin(
            errors, low + Double(first) * width, low + Double(k + 1) * width))
      }
      (first, errors) = (k + 1, [])
    }
    return bins
  }

  private init(_ errors: [Double], _ lower: Double, _ upper: Double) {
    let n = Double(errors.count)
    let mean = errors.reduce(0, +) / n
    let square = errors.reduce(0) { $0 + $1 * $1 } / n
    let fourth = errors.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n
    self.lower = lower
    self.upper = upper
    count = errors.count
    bias = mean
    biasError = (max(0, square - mean * mean) / n).squareRoot()
    rms = square.squareRoot()
    rmsError = square > 0 ? (max(0, fourth - square * square) / n / square).squareRoot() / 2 : 0
  }
}
