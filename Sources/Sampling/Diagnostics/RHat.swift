internal import NumericalCore

/// The potential scale reduction factor R-hat: 1 for chains that have forgotten where they began.
///
/// With W the mean of the chain variances and B/N the variance of the chain means (both divided
/// by count - 1), V = (N-1)/N W + B/N and R = √(V / W). All variants are `nil` where no chain
/// moves (W = 0), and where fewer than two chains remain after a split.
///
/// Vehtari, Gelman, Simpson, Carpenter, Bürkner, Bayesian Analysis 16 (2021) 667
/// (arXiv:1903.08008). Quote ``quoted(_:)``; below 1.01 is good.
public enum RHat {
  /// R of the chains as they are (Gelman and Rubin 1992).
  public static func identity(_ chains: ChainDraws) -> Double? { factor(chains) }

  /// R of the halves of the chains.
  public static func split(_ chains: ChainDraws) -> Double? { factor(chains.split()) }

  /// R of the normal scores of the split chains: sensitive to differences in location.
  public static func rank(_ chains: ChainDraws) -> Double? { pair(chains).rank }

  /// R of the normal scores of |x - median|: sensitive to differences in scale.
  public static func folded(_ chains: ChainDraws) -> Double? { pair(chains).folded }

  /// The value to quote: the larger of ``rank(_:)`` and ``folded(_:)``.
  public static func quoted(_ chains: ChainDraws) -> Double? {
    let (rank, folded) = pair(chains)
    return larger(rank, folded)
  }

  static func larger(_ rank: Double?, _ folded: Double?) -> Double? {
    guard let rank else { return nil }
    // Two values symmetric about the median fold to one: the ranks decide alone.
    return max(rank, folded ?? rank)
  }

  static func factor(_ chains: ChainDraws) -> Double? {
    guard chains.chains >= 2 else { return nil }
    let (means, variances) = chains.chainMoments()
    return factor(means: means, variances: variances, draws: chains.draws)
  }

  /// From the means and variances of chains of `draws` draws.
  static func factor(means: [Double], variances: [Double], draws: Int) -> Double? {
    guard means.count >= 2 else { return nil }
    let within = variances.reduce(0, +) / Double(means.count)
    guard within > 0 else { return nil }
    let n = Double(draws)
    let between = Moments.variance(means)
    return (((n - 1) / n * within + between) / within).squareRoot()
  }

  private static func pair(_ chains: ChainDraws) -> (rank: Double?, folded: Double?) {
    let half = chains.draws / 2
    let scores = RankScores.of(chains)
    let moments = scores.autocovariances(AutocovarianceTables(length: half)).chainMoments
    let folded = scores.foldedMoments
    return (
      factor(means: moments.means, variances: moments.variances, draws: half),
      factor(means: folded.means, variances: folded.variances, draws: half)
    )
  }
}

/// Sums over few numbers.
enum Moments {
  /// The mean, with the rounding of the first sum removed by a second pass.
  static func mean(_ x: [Double]) -> Double {
    let n = Double(x.count)
    let first = x.reduce(0, +) / n
    return first + x.reduce(0) { $0 + ($1 - first) } / n
  }

  /// The variance divided by count - 1; 0 for fewer than two numbers.
  static func variance(_ x: [Double]) -> Double { covariance(x, x) }

  /// The covariance divided by count - 1.
  static func covariance(_ x: [Double], _ y: [Double]) -> Double {
    guard x.count > 1 else { return 0 }
    let mx = mean(x)
    let my = mean(y)
    var sum = 0.0
    for i in x.indices { sum += (x[i] - mx) * (y[i] - my) }
    return sum / Double(x.count - 1)
  }
}
