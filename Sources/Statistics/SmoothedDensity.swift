internal import Foundation
internal import NumericalCore

/// The density of one quantity: a fine histogram over the range of a sample, smoothed by a
/// Gaussian kernel that is cut and normalised again at the ends of the range.
///
/// The bandwidth is the improved Sheather-Jones one for the effective number of points, but not
/// above 1.06 standard deviations × n^(-1/5), and not below a tenth of that.
public struct SmoothedDensity: Sendable {
  /// The ends of the range.
  public let lower, upper: Double
  /// The sum of weights in each bin.
  public let contents: [Double]
  /// The smoothed density in each bin, of unit integral.
  public let values: [Double]
  /// Standard deviation of the kernel.
  public let bandwidth: Double
  /// Number of independent points that the sample is worth.
  public let effectiveCount: Double

  /// The width of a bin.
  public var binWidth: Double { (upper - lower) / Double(contents.count) }

  /// The density of a sample.
  ///
  /// - Parameter effectiveCount: for chains their effective sample size; `nil` takes
  ///   (Σ w)² / Σ w².
  /// - Throws: ``StatisticsError`` if all values are equal or some are infinite.
  public init(of sample: WeightedSample, effectiveCount: Double? = nil) throws {
    let n = max(2, effectiveCount ?? sample.effectiveCount)
    let (low, high) = (sample.values[0], sample.values[sample.count - 1])
    guard low < high, low.isFinite, high.isFinite else {
      throw StatisticsError.invalidArgument(
        name: "range of the sample", value: "[\(low), \(high)]",
        expected: "finite values that are not all equal")
    }
    let deviation = (sample.variance ?? 0).squareRoot()
    let quartiles = try sample.quantile(0.75) - sample.quantile(0.25)
    let spread = quartiles > 0 ? min(deviation, quartiles / 1.349) : deviation
    let reference = 1.06 * deviation * pow(n, -0.2)
    let fine = 8 * (high - low) / (0.9 * spread * pow(n, -0.2))
    let bins = Int(min(8192, max(256, fine)).rounded(.up))
    let histogram = try Histogram1D(sample.values, weights: sample.weights, bins: bins)
    let improved = KernelBandwidth.improvedSheatherJones(histogram.contents, count: n)
      .map { $0 * (high - low) }
    self.init(
      lower: low, upper: high, contents: histogram.contents,
      bandwidth: min(reference, max(0.1 * reference, improved ?? reference)), effectiveCount: n)
  }

  private init(
    lower: Double, upper: Double, contents: [Double], bandwidth: Double, effectiveCount: Double
  ) {
    self.lower = lower
    self.upper = upper
    self.contents = contents
    self.bandwidth = bandwidth
    self.effectiveCount = effectiveCount
    let width = (upper - lower) / Double(contents.count)
    let smooth = GaussianKernel.smooth(contents, width: bandwidth / width)
    let norm = 1 / (smooth.reduce(0, +) * width)
    values = smooth.map { $0 * norm }
  }

  /// The same histogram under another bandwidth.
  func smoothed(bandwidth: Double) -> SmoothedDensity {
    SmoothedDensity(
      lower: lower, upper: upper, contents: contents, bandwidth: bandwidth,
      effectiveCount: effectiveCount)
  }

  /// The density for use in finding the maximum: the bandwidth grows by n^(1/5 - 1/7), the rate at
  /// which the location of a maximum is found best (J. P. Romano, Ann. Statist. 16 (1988) 629).
  public var smoothedForMode: SmoothedDensity {
    smoothed(bandwidth: bandwidth * pow(effectiveCount, 1.0 / 5 - 1.0 / 7))
  }

  /// Where the density is highest: the vertex of a parabola through the highest bin and its
  /// neighbours, or the end of the range where the density is highest there.
  public var mode: Double {
    let k = values.indices.max { values[$0] < values[$1] } ?? 0
    if k == 0 { return lower }
    if k == values.count - 1 { return upper }
    let (a, b, c) = (values[k - 1], values[k], values[k + 1])
    let curvature = a - 2 * b + c
    let shift = curvature < 0 ? 0.5 * (a - c) / curvature : 0
    return lower + (Double(k) + 0.5 + shift) * binWidth
  }

  /// Densities of repeated experiments: every bin content is a Poisson number for the effective
  /// number of points; range and bandwidth stay.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: equal seeds give equal numbers.
  public func replicas(_ count: Int, seed: UInt64) -> [SmoothedDensity] {
    let stream = RandomStream(seed: seed, purpose: "density replicas")
    let scale = effectiveCount / contents.reduce(0, +)
    let results = try? mapColumns(count) { replica in
      var random = stream.sequence(step: replica)
      var drawn = contents.map { random.poisson(mean: $0 * scale) }
      // An experiment without points has no density; this happens for tiny samples only.
      if !drawn.contains(where: { $0 > 0 }) { drawn = contents }
      return SmoothedDensity(
        lower: lower, upper: upper, contents: drawn, bandwidth: bandwidth,
        effectiveCount: effectiveCount)
    }
    return results ?? []
  }
}
