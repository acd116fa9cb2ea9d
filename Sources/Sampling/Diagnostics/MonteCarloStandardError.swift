internal import Foundation
internal import NumericalCore
internal import Statistics

/// Monte Carlo standard errors: how far a summary of correlated draws may be from the exact one
/// (arXiv:1903.08008, section 4). `nil` where no chain moves.
public enum MonteCarloStandardError {
  /// Of the mean: sd / √ESS.
  public static func mean(_ chains: ChainDraws) -> Double? {
    guard chains.moves else { return nil }
    let moments = chains.moments
    let variance = moments.squares / Double(moments.count - 1)
    return (variance / EffectiveSampleSize.mean(chains)).squareRoot()
  }

  /// Of the standard deviation, with the effective sample size of (x - mean)².
  ///
  /// Var(sd) = (E c⁴ - (E c²)²) / ESS / (4 E c²), c = x - mean.
  public static func standardDeviation(_ chains: ChainDraws) -> Double? {
    guard chains.moves else { return nil }
    return standardDeviation(chains, size: EffectiveSampleSize.standardDeviation(chains))
  }

  static func standardDeviation(_ chains: ChainDraws, size: Double) -> Double {
    chains.withAutocovariances(map: .squaredDistance(from: chains.moments.mean)) {
      standardDeviation($0, size: size)
    }
  }

  /// From the moments of (x - mean)².
  static func standardDeviation(
    _ distances: LaggedAutocovariances, size: Double
  ) -> Double {
    let moments = distances.overallMoments
    return (max(0, moments.squares / Double(moments.count)) / size / moments.mean / 4).squareRoot()
  }

  /// Of a quantile: half the distance of the order statistics at the 15.87 % and 84.13 % points
  /// of Beta(E p + 1, E (1 - p) + 1), E the effective sample size for that quantile.
  ///
  /// - Throws: ``ChainDiagnosticsError/invalidProbability(_:)`` unless 0 < p < 1.
  public static func quantile(_ chains: ChainDraws, _ p: Double) throws -> Double? {
    let size = try EffectiveSampleSize.quantile(chains, p)
    guard chains.moves else { return nil }
    return quantile(sorted: SortedOrder.sorted(chains.values), p, size: size)
  }

  /// From all draws in order and the effective sample size of the quantile.
  static func quantile(sorted: [Double], _ p: Double, size: Double) -> Double {
    let count = Double(sorted.count)
    let a = size * p + 1
    let b = size * (1 - p) + 1
    let low = SpecialFunctions.inverseRegularizedBeta(0.1586553, a, b) * count - 1
    let high = SpecialFunctions.inverseRegularizedBeta(0.8413447, a, b) * count - 1
    let first = Int(max(0, low).rounded(.down))
    let last = Int(min(count - 1, high).rounded(.up))
    return 0.5 * (sorted[last] - sorted[first])
  }

  /// Of the median.
  public static func median(_ chains: ChainDraws) -> Double? {
    (try? quantile(chains, 0.5)) ?? nil
  }
}

extension ChainDraws {
  /// Whether at least one chain holds two different draws.
  var moves: Bool { stuckChains.count < chains }
}
