internal import NumericalCore

extension RHat {
  /// R-hat between groups of chains that are not independent within a group: the walkers of
  /// several independent ensembles (Margossian et al. arXiv:2110.13017).
  ///
  /// With m_k the mean of group k, B = variance of the m_k; W = mean over the groups of (variance
  /// of the chain means inside + mean chain variance inside); R = √(1 + B/W). Chains are split
  /// and rank-normalised over all draws; the larger of the rank and the folded value is given.
  ///
  /// - Parameter groups: one ``ChainDraws`` for each ensemble, all of equal shape.
  /// - Returns: `nil` where no walker moves.
  /// - Throws: ``ChainDiagnosticsError`` for fewer than two groups or different shapes.
  public static func nested(_ groups: [ChainDraws]) throws -> Double? {
    guard groups.count >= 2 else {
      throw ChainDiagnosticsError.tooFewChains(found: groups.count, needed: 2)
    }
    for (k, group) in groups.enumerated() {
      guard group.draws == groups[0].draws, group.chains == groups[0].chains else {
        throw ChainDiagnosticsError.unequalLengths(
          chain: k, expected: groups[0].count, found: group.count)
      }
    }
    let draws = groups[0].draws
    let all = ChainDraws(
      unchecked: groups.flatMap(\.values), chains: groups.count * groups[0].chains, draws: draws)
    let scores = RankScores.of(all)
    let covariances = scores.autocovariances(AutocovarianceTables(length: draws / 2))
    return nested(covariances.chainMoments, scores.foldedMoments, groups: groups.count)
  }

  /// From the means and variances of the rank scores and of the folded ones, by split chain.
  static func nested(
    _ rank: (means: [Double], variances: [Double]),
    _ folded: (means: [Double], variances: [Double]), groups: Int
  ) -> Double? {
    larger(nestedFactor(rank, groups: groups), nestedFactor(folded, groups: groups))
  }

  private static func nestedFactor(
    _ moments: (means: [Double], variances: [Double]), groups: Int
  ) -> Double? {
    let (means, variances) = moments
    let size = means.count / groups
    var groupMeans: [Double] = []
    var within: [Double] = []
    for k in 0..<groups {
      let inside = Array(means[k * size..<(k + 1) * size])
      groupMeans.append(Moments.mean(inside))
      within.append(
        Moments.variance(inside) + Moments.mean(Array(variances[k * size..<(k + 1) * size])))
    }
    guard variances.contains(where: { $0 > 0 }) else { return nil }
    return (1 + Moments.variance(groupMeans) / Moments.mean(within)).squareRoot()
  }
}
