/// The profile likelihood ratio estimated from samples (arXiv:1911.03305 section 2.2): the largest
/// log density of the draws in a bin of the parameter, against the largest of all.
///
/// It is never below the exact t by more than the draws miss the maximum; with few draws in a bin
/// it is too large.
public struct SampledTestStatistic: Codable, Sendable, Equatable {
  /// The values of the parameter, the centres of the bins.
  public let values: [Double]
  /// t at every value; `nil` where no draw lies in the bin.
  public let t: [Double?]
  /// Draws in every bin.
  public let draws: [Int]
  /// Width of the bins.
  public let width: Double

  /// The estimate from draws.
  ///
  /// - Parameters:
  ///   - parameter: the parameter's value of every draw.
  ///   - logDensities: the log density of every draw.
  ///   - values: where t is wanted.
  ///   - width: draws with |parameter - value| < width / 2 count; the paper takes 0.01 to 0.1.
  /// - Precondition: one log density for every value of the parameter; a positive width.
  public init(
    parameter: [Double], logDensities: [Double], at values: [Double], width: Double
  ) {
    precondition(parameter.count == logDensities.count, "one log density a draw")
    precondition(width > 0, "bins of positive width")
    var highest = [Double](repeating: -.infinity, count: values.count)
    var draws = [Int](repeating: 0, count: values.count)
    var best = -Double.infinity
    for (x, density) in zip(parameter, logDensities) {
      best = max(best, density)
      for (i, value) in values.enumerated() where abs(x - value) < 0.5 * width {
        highest[i] = max(highest[i], density)
        draws[i] += 1
      }
    }
    self.values = values
    self.draws = draws
    self.width = width
    t = highest.map { $0 > -.infinity ? 2 * (best - $0) : nil }
  }
}
