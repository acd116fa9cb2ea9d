internal import Foundation

/// Importance weights whose largest ones are replaced by quantiles of a generalised Pareto
/// distribution fitted to them (PSIS: Vehtari, Simpson, Gelman, Yao, Gabry, J. Mach. Learn. Res.
/// 25 (2024) 72, arXiv:1507.02646).
///
/// The shape k̂ of that distribution tells whether the weights can be trusted: above 0.7 the
/// number of draws that would be needed grows beyond all bounds.
public struct ParetoSmoothedWeights: Sendable {
  /// The smoothed weights, normalised to a sum equal to their number; 0 for a log ratio of -∞.
  public let weights: [Double]
  /// The shape k̂; infinite where there are too few different large weights to fit, `nil` where no
  /// tail is to be fitted because at least as many weights as the tail would have are equal to the
  /// largest.
  public let shape: Double?
  /// How many weights were replaced.
  public let tailCount: Int
  /// The effective number of points (Σ w)² / Σ w² of the smoothed weights.
  public let effectiveCount: Double
  /// The largest smoothed weight over the sum of all.
  public let largestShare: Double

  /// The largest k̂ for which the weights are good.
  public static let largestReliableShape = 0.7

  /// Whether k̂ is at most 0.7.
  public var isReliable: Bool { (shape ?? 0) <= Self.largestReliableShape }

  /// Smooths the weights exp(log ratio).
  ///
  /// The tail has M = min(S/5, 3 √(S/r)) weights, rounded up, S their number; smoothed weights are
  /// cut at the largest raw one.
  ///
  /// - Parameters:
  ///   - logRatios: ln target density less ln source density at draws of the source; -∞ where
  ///     the target vanishes.
  ///   - relativeEfficiency: r, effective size over number of draws: less than 1 for correlated
  ///     draws.
  /// - Throws: ``StatisticsError`` for no points, for values that are NaN or +∞, where all are
  ///   -∞, and unless r > 0.
  public init(logRatios: [Double], relativeEfficiency: Double = 1) throws {
    guard !logRatios.isEmpty else { throw StatisticsError.emptySample }
    guard relativeEfficiency > 0, relativeEfficiency.isFinite else {
      throw StatisticsError.invalidArgument(
        name: "relative efficiency", value: "\(relativeEfficiency)", expected: "a number > 0")
    }
    if let bad = logRatios.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      throw StatisticsError.invalidArgument(
        name: "log ratio \(bad)", value: "\(logRatios[bad])",
        expected: "a finite number or minus infinity")
    }
    let largest = logRatios.max() ?? -.infinity
    guard largest.isFinite else { throw StatisticsError.zeroTotalWeight }
    var logs = logRatios.map { $0 - largest }
    (shape, tailCount) = Self.smooth(&logs, relativeEfficiency)
    let relative = logs.map { exp($0) }
    let sum = relative.reduce(0, +)
    let scale = Double(relative.count) / sum
    weights = relative.map { $0 * scale }
    effectiveCount = EffectiveCount.of(relative)
    largestShare = (relative.max() ?? 0) / sum
  }

  /// Replaces the tail of log weights whose largest is 0.
  private static func smooth(_ logs: inout [Double], _ efficiency: Double) -> (Double?, Int) {
    let n = Double(logs.count)
    let size = Int(min(n / 5, 3 * (n / efficiency).squareRoot()).rounded(.up))
    let order = logs.indices.sorted { (logs[$0], $0) < (logs[$1], $1) }
    guard size < logs.count else { return (.infinity, 0) }
    let threshold = max(logs[order[logs.count - size - 1]], log(Double.leastNormalMagnitude))
    // The largest weight is a common one: the weights are bounded, there is no tail.
    if threshold == 0 { return (nil, 0) }
    let tail = order.filter { logs[$0] > threshold }
    let floor = exp(threshold)
    guard let fit = GeneralizedParetoFit(sorted: tail.map { exp(logs[$0]) - floor }) else {
      return (.infinity, 0)
    }
    for (j, index) in tail.enumerated() {
      let p = (Double(j) + 0.5) / Double(tail.count)
      logs[index] = min(0, log(fit.quantile(p) + floor))
    }
    return (fit.shape, tail.count)
  }
}
