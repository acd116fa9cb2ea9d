internal import Foundation
internal import NumericalCore
internal import Statistics

/// The number of independent draws that correlated chains are worth, for a given quantity.
///
/// Multi-chain estimate with Geyer's initial monotone sequence (arXiv:1903.08008, section 3; the
/// variants as in ArviZ). Above 100 per chain and 400 in total is good. Chains that do not move
/// give the number of draws: see ``ChainDraws/stuckChains`` first.
public enum EffectiveSampleSize {
  /// For the centre of the distribution: normal scores of the split chains.
  public static func bulk(_ chains: ChainDraws) -> Double {
    let scores = RankScores.of(chains)
    var covariances = scores.autocovariances(AutocovarianceTables(length: chains.draws / 2))
    defer { withExtendedLifetime(scores) {} }
    return estimate(&covariances)
  }

  /// For the tails: the lesser of the sizes for the 5 % and the 95 % quantile.
  public static func tail(_ chains: ChainDraws) -> Double {
    let sorted = SortedOrder.sorted(chains.values)
    return min(
      below(linearQuantile(sorted, 0.05), chains), below(linearQuantile(sorted, 0.95), chains))
  }

  /// For the mean: the split chains.
  public static func mean(_ chains: ChainDraws) -> Double { estimate(chains) }

  /// For the standard deviation: the split chains of (x - mean)².
  public static func standardDeviation(_ chains: ChainDraws) -> Double {
    estimate(chains, .squaredDistance(from: chains.moments.mean))
  }

  /// For a quantile: the split indicator x <= Q, Q over all draws.
  ///
  /// - Throws: ``ChainDiagnosticsError/invalidProbability(_:)`` unless 0 < p < 1.
  public static func quantile(_ chains: ChainDraws, _ p: Double) throws -> Double {
    guard p > 0, p < 1 else { throw ChainDiagnosticsError.invalidProbability(p) }
    return below(linearQuantile(SortedOrder.sorted(chains.values), p), chains)
  }

  /// For the median.
  public static func median(_ chains: ChainDraws) -> Double {
    below(linearQuantile(SortedOrder.sorted(chains.values), 0.5), chains)
  }

  /// For the median absolute deviation: normal scores of the split indicator of |x - median| not
  /// above its median.
  public static func medianAbsoluteDeviation(_ chains: ChainDraws) -> Double {
    let centre = linearQuantile(SortedOrder.sorted(chains.values), 0.5)
    let distances = chains.values.map { abs($0 - centre) }
    let limit = linearQuantile(SortedOrder.sorted(distances), 0.5)
    return bulk(chains.replacing(distances.map { $0 <= limit ? 1 : 0 }))
  }

  /// Of the chains as they are, not split.
  public static func identity(_ chains: ChainDraws) -> Double {
    chains.withAutocovariances { estimate(&$0) }
  }

  /// Numpy's linear quantile of sorted numbers, exact where it falls on a draw.
  static func linearQuantile(_ sorted: [Double], _ p: Double) -> Double {
    linearQuantile(count: sorted.count, p) { sorted[$0] }
  }

  /// The same of `n` numbers, `sorted(k)` being the `k`-th in ascending order.
  static func linearQuantile(count n: Int, _ p: Double, _ sorted: (Int) -> Double) -> Double {
    let position = Double(n) * p + (1 - p)  // from 1, as in scipy's mquantiles
    let k = max(1, min(n - 1, Int(position)))
    let fraction = max(0, min(1, position - Double(k)))
    if fraction == 1 { return sorted(k) }
    return sorted(k - 1) + fraction * (sorted(k) - sorted(k - 1))
  }

  private static func below(_ limit: Double, _ chains: ChainDraws) -> Double {
    estimate(chains, .notAbove(limit))
  }

  /// Of the split chains.
  private static func estimate(_ chains: ChainDraws, _ map: SeriesMap = .identity) -> Double {
    chains.withAutocovariances(split: true, map: map) { estimate(&$0) }
  }

  /// The estimate from the autocovariances of the chains.
  static func estimate(_ chains: inout LaggedAutocovariances) -> Double {
    let n = chains.length
    let total = Double(chains.count) * Double(n)
    guard n >= 2, chains.extent.lowerBound < chains.extent.upperBound else { return total }
    let variance = chains.sum(at: 0) / total
    let within = variance * Double(n) / Double(n - 1)
    let between = chains.count > 1 ? Moments.variance(chains.means) : 0
    let plus = variance + between
    let time = pairedTime(n) { t in
      t == 0 ? 1 : 1 - (within - chains.sum(at: t) / total) / plus
    }
    return total / max(time, 1 / log10(total))
  }

  /// -1 + 2 Σ ρ by Geyer's initial positive and monotone sequence of pairs ρ(2k) + ρ(2k + 1).
  private static func pairedTime(_ n: Int, _ correlation: (Int) -> Double) -> Double {
    var even = 1.0
    var odd = correlation(1)
    var pairs: [Double] = []  // of those before the last one examined
    var k = 0
    while even + odd > 0 && 2 * k + 1 < n - 3 {
      pairs.append(even + odd)
      k += 1
      even = correlation(2 * k)
      odd = correlation(2 * k + 1)
    }
    for k in pairs.indices.dropFirst() { pairs[k] = min(pairs[k], pairs[k - 1]) }
    return -1 + 2 * pairs.reduce(0, +) + max(even, 0)
  }
}
