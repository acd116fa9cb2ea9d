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
    let split = chains.split()
    let sorted = SortedSplitDraws(SortedOrder(chains.values), draws: chains.draws)
    let scores = NormalScores(count: split.count)
      .scores(sorted: sorted.values, indices: sorted.indices)
    return estimate(split.replacing(scores))
  }

  /// For the tails: the lesser of the sizes for the 5 % and the 95 % quantile.
  public static func tail(_ chains: ChainDraws) -> Double {
    let sorted = SortedOrder.sorted(chains.values)
    return min(
      below(linearQuantile(sorted, 0.05), chains), below(linearQuantile(sorted, 0.95), chains))
  }

  /// For the mean: the split chains.
  public static func mean(_ chains: ChainDraws) -> Double { estimate(chains.split()) }

  /// For the standard deviation: the split chains of (x - mean)².
  public static func standardDeviation(_ chains: ChainDraws) -> Double {
    let mean = Moments.mean(chains.values)
    return estimate(chains.replacing(chains.values.map { ($0 - mean) * ($0 - mean) }).split())
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
    let split = chains.replacing(distances.map { $0 <= limit ? 1 : 0 }).split()
    let order = SortedOrder(split.values)
    let scores = NormalScores(count: split.count)
      .scores(sorted: order.values, indices: order.indices)
    return estimate(split.replacing(scores))
  }

  /// Of the chains as they are, not split.
  public static func identity(_ chains: ChainDraws) -> Double { estimate(chains) }

  /// Numpy's linear quantile of sorted numbers, exact where it falls on a draw.
  static func linearQuantile(_ sorted: [Double], _ p: Double) -> Double {
    let n = sorted.count
    let position = Double(n) * p + (1 - p)  // from 1, as in scipy's mquantiles
    let k = max(1, min(n - 1, Int(position)))
    let fraction = max(0, min(1, position - Double(k)))
    if fraction == 1 { return sorted[k] }
    return sorted[k - 1] + fraction * (sorted[k] - sorted[k - 1])
  }

  private static func below(_ limit: Double, _ chains: ChainDraws) -> Double {
    estimate(chains.replacing(chains.values.map { $0 <= limit ? 1 : 0 }).split())
  }

  private static func estimate(_ chains: ChainDraws) -> Double {
    var sum = AutocovarianceSum(length: chains.draws)
    return estimate(chains, using: &sum)
  }

  /// The estimate with a work space for this chain length.
  static func estimate(_ chains: ChainDraws, using sum: inout AutocovarianceSum) -> Double {
    let m = Double(chains.chains)
    let n = chains.draws
    let total = m * Double(n)
    let first = chains.values[0]
    guard n >= 2, chains.values.contains(where: { $0 != first }) else { return total }
    sum.reset()
    let span = chains.values.span
    for chain in 0..<chains.chains { sum.add(span.extracting(chain * n..<(chain + 1) * n)) }
    let covariances = sum.sums().map { $0 / total }
    let within = covariances[0] * Double(n) / Double(n - 1)
    let between = chains.chains > 1 ? Moments.variance(chains.chainMoments().means) : 0
    let plus = covariances[0] + between
    func correlation(_ t: Int) -> Double { t == 0 ? 1 : 1 - (within - covariances[t]) / plus }
    return total / max(pairedTime(n, correlation), 1 / log10(total))
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
