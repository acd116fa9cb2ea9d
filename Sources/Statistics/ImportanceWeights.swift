internal import Foundation

/// Weights exp(a - b) that turn draws of a density exp(b) into a sample of exp(a), formed in log
/// space: no overflow or underflow whatever the size of the log densities.
public struct ImportanceWeights: Sendable {
  /// The weights, normalised to a sum equal to their number; 0 where a = -∞.
  public let weights: [Double]
  /// ln of the mean of exp(a - b): the log ratio of the two normalisations.
  public let logMeanWeight: Double
  /// The effective number of points (Σ w)² / Σ w².
  public let effectiveCount: Double
  /// The largest weight over the sum of all: near 1 where one point carries the sample.
  public let largestShare: Double

  /// Weights from two log densities at the same points.
  ///
  /// - Parameters:
  ///   - target: log density a of the wanted distribution; -∞ is allowed.
  ///   - source: log density b of the distribution that the points were drawn from; finite.
  /// - Throws: ``StatisticsError`` for empty or unequal arrays, values that are not numbers, or
  ///   where every target density vanishes.
  public init(target: [Double], source: [Double]) throws {
    guard !target.isEmpty else { throw StatisticsError.emptySample }
    guard target.count == source.count else {
      throw StatisticsError.lengthMismatch(
        what: "number of source log densities", expected: target.count, found: source.count)
    }
    var logs = [Double](repeating: 0, count: target.count)
    for i in target.indices {
      guard source[i].isFinite else {
        throw StatisticsError.invalidArgument(
          name: "source log density \(i)", value: "\(source[i])", expected: "a finite number")
      }
      guard target[i] < .infinity else {
        throw StatisticsError.invalidArgument(
          name: "target log density \(i)", value: "\(target[i])",
          expected: "a finite number or minus infinity")
      }
      logs[i] = target[i] - source[i]
    }
    let largest = logs.max() ?? -.infinity
    guard largest.isFinite else { throw StatisticsError.zeroTotalWeight }
    let relative = logs.map { exp($0 - largest) }
    let sum = relative.reduce(0, +)
    let count = Double(relative.count)
    weights = relative.map { $0 * (count / sum) }
    logMeanWeight = largest + log(sum / count)
    effectiveCount = EffectiveCount.of(relative)
    largestShare = 1 / sum
  }
}
