internal import NumericalCore
internal import Statistics

/// What can be said of the draws of one parameter beyond ``ParameterConvergence``: errors of
/// quantiles, the autocorrelation time of Goodman and Weare, Geweke's z, and the scale reduction of
/// Brooks and Gelman against the number of steps, as in arXiv:1911.03305.
public struct ParameterDetails: Codable, Hashable, Sendable {
  /// A quantile of all draws with its Monte Carlo standard error.
  public struct Quantile: Codable, Hashable, Sendable {
    /// The probability below it.
    public let probability: Double
    /// The quantile.
    public let value: Double
    /// Its error; `nil` if the parameter is stuck.
    public let error: Double?
  }

  /// The scale reduction after some steps.
  public struct ScaleReduction: Codable, Hashable, Sendable {
    /// Steps from the first on.
    public let steps: Int
    /// R̂_c.
    public let factor: Double
    /// √V̂, the width by all chains together.
    public let pooledWidth: Double
    /// √W, the mean width inside the chains.
    public let withinWidth: Double
  }

  /// The name of the parameter.
  public let name: String
  /// The 5 %, 50 % and 95 % quantiles.
  public let quantiles: [Quantile]
  /// The autocorrelation time of the mean over the walkers, itself a mean over the ensembles; of
  /// independent chains, of the mean over all of them. `nil` if that does not move.
  public let goodmanWeareTime: IntegratedAutocorrelationTime?
  /// Geweke's z of the mean over the walkers of each ensemble, or over all independent chains;
  /// empty below 40 steps, `nil` where a part of it does not move.
  public let gewekeScores: [Double?]
  /// R̂_c, √V̂ and √W after more and more steps. Chains are independent ones or whole ensembles,
  /// never walkers of one; empty for a single one.
  public let scaleReduction: [ScaleReduction]

  /// Examines one parameter.
  ///
  /// - Parameter ensembles: the number of independent ensembles, in consecutive blocks of chains;
  ///   `nil` if every chain is independent.
  public init(_ name: String, _ draws: ChainDraws, ensembles: Int?) {
    self.name = name
    let sorted = SortedOrder.sorted(draws.values)
    quantiles = [0.05, 0.5, 0.95].map { p in
      let size = draws.moves ? try? EffectiveSampleSize.quantile(draws, p) : nil
      return Quantile(
        probability: p, value: OrderStatistics.quantile(sorted, p),
        error: size.map { MonteCarloStandardError.quantile(sorted: sorted, p, size: $0) })
    }
    let means = Self.means(draws, groups: ensembles ?? 1)
    goodmanWeareTime = IntegratedAutocorrelationTime(means)
    gewekeScores = (try? Geweke.scores(means)) ?? []
    scaleReduction = IntegratedAutocorrelationTime.logarithmicLengths(upTo: draws.draws)
      .compactMap { Self.reduction(draws, steps: $0, ensembles: ensembles) }
  }

  /// The means over the chains of every group, step by step.
  private static func means(_ draws: ChainDraws, groups: Int) -> ChainDraws {
    let (size, steps) = (draws.chains / groups, draws.draws)
    var means = [Double](repeating: 0, count: groups * steps)
    for chain in 0..<size * groups {
      let group = chain / size * steps
      for t in 0..<steps { means[group + t] += draws.values[chain * steps + t] }
    }
    for k in means.indices { means[k] /= Double(size) }
    return ChainDraws(unchecked: means, chains: groups, draws: steps)
  }

  private static func reduction(
    _ draws: ChainDraws, steps: Int, ensembles: Int?
  ) -> ScaleReduction? {
    var values: [Double] = []
    values.reserveCapacity(draws.chains * steps)
    for chain in 0..<draws.chains {
      values += draws.values[chain * draws.draws..<chain * draws.draws + steps]
    }
    // The draws of the walkers of an ensemble, one after the other, are its chain.
    let chains = ensembles ?? draws.chains
    let kept = ChainDraws(unchecked: values, chains: chains, draws: values.count / chains)
    guard chains > 1, let found = try? BrooksGelman(kept) else { return nil }
    return ScaleReduction(
      steps: steps, factor: found.corrected, pooledWidth: found.pooledVariance.squareRoot(),
      withinWidth: found.withinVariance.squareRoot())
  }
}
