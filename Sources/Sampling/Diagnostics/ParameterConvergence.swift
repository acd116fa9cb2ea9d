internal import NumericalCore

/// Mean, spread and convergence diagnostics of one parameter.
public struct ParameterConvergence: Codable, Hashable, Sendable {
  /// The name of the parameter.
  public let name: String
  /// The mean of all draws.
  public let mean: Double
  /// The standard deviation of all draws (divided by count - 1).
  public let standardDeviation: Double
  /// The 5 %, 50 % and 95 % quantiles of all draws.
  public let quantiles: [Double]
  /// The larger of rank and folded R-hat; `nil` if the parameter is stuck.
  public let rHat: Double?
  /// The effective sample size of the centre; `nil` if the parameter is stuck.
  public let bulkEffectiveSampleSize: Double?
  /// The effective sample size of the tails; `nil` if the parameter is stuck.
  public let tailEffectiveSampleSize: Double?
  /// The Monte Carlo standard error of the mean; `nil` if the parameter is stuck.
  public let meanError: Double?
  /// The Monte Carlo standard error of the standard deviation; `nil` if the parameter is stuck.
  public let standardDeviationError: Double?
  /// The integrated autocorrelation time (mean over the chains); `nil` if the parameter is stuck.
  public let autocorrelationTime: IntegratedAutocorrelationTime?
  /// The chains that do not move in this parameter.
  public let stuckChains: [Int]
  /// Number of chains.
  public let chains: Int

  /// Whether no chain moves in this parameter.
  public var isStuck: Bool { stuckChains.count == chains }

  /// Diagnoses one parameter.
  public init(_ name: String, _ draws: ChainDraws) {
    let workspace = DiagnosticsWorkspace(chains: draws.chains, draws: draws.draws)
    self = draws.values.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { preconditionFailure("chains have draws") }
      return ParameterConvergence(name, x, using: workspace)
    }
  }

  /// Diagnoses draws in memory, chain after chain, all of them finite.
  init(
    _ name: String, _ x: UnsafePointer<Double>, ensembles: Int? = nil,
    using workspace: DiagnosticsWorkspace
  ) {
    self.name = name
    chains = workspace.chains
    var whole = workspace.wholeChains(x, scaling: .unitVariance)
    stuckChains = whole.stuckSeries
    quantiles = workspace.scores.rank(x, quantiles: [0.05, 0.5, 0.95])
    let constant = whole.extent.lowerBound == whole.extent.upperBound
    let moments = whole.overallMoments
    mean = constant ? whole.extent.lowerBound : moments.mean
    standardDeviation =
      constant ? 0 : (moments.squares / Double(max(1, moments.count - 1))).squareRoot()
    guard stuckChains.count < chains else {
      (rHat, bulkEffectiveSampleSize, tailEffectiveSampleSize) = (nil, nil, nil)
      (meanError, standardDeviationError, autocorrelationTime) = (nil, nil, nil)
      return
    }
    var scores = workspace.scores.autocovariances(workspace.tables.half)
    let (rank, folded) = (scores.chainMoments, workspace.scores.foldedMoments)
    if let ensembles {
      // Walkers of one ensemble are not independent chains: compare ensembles instead.
      rHat = ensembles < 2 ? nil : RHat.nested(rank, folded, groups: ensembles)
    } else {
      let half = workspace.draws / 2
      rHat = RHat.larger(
        RHat.factor(means: rank.means, variances: rank.variances, draws: half),
        RHat.factor(means: folded.means, variances: folded.variances, draws: half))
    }
    bulkEffectiveSampleSize = EffectiveSampleSize.estimate(&scores)
    func size(_ map: SeriesMap) -> Double {
      var halves = workspace.halves(x, map)
      return EffectiveSampleSize.estimate(&halves)
    }
    tailEffectiveSampleSize = min(size(.notAbove(quantiles[0])), size(.notAbove(quantiles[2])))
    meanError = standardDeviation / size(.identity).squareRoot()
    let square = SeriesMap.squaredDistance(from: mean)
    standardDeviationError = MonteCarloStandardError.standardDeviation(
      workspace.wholeChains(x, square), size: size(square))
    autocorrelationTime = IntegratedAutocorrelationTime(
      &whole, method: .foremanMackey, windowFactor: 5, chains: chains, stuckChains: stuckChains)
  }

  /// What does not meet the limits, one sentence each; empty if all is well.
  public func warnings(_ criteria: ConvergenceCriteria = .init()) -> [String] {
    if isStuck { return ["stuck: no chain moves"] }
    var found: [String] = []
    if !stuckChains.isEmpty {
      let shown = stuckChains.prefix(8).map(String.init).joined(separator: ", ")
      let more = stuckChains.count > 8 ? ", ..." : ""
      found.append("stuck in \(stuckChains.count) of \(chains) chains (\(shown)\(more))")
    }
    if let rHat, !(rHat <= criteria.maximumRHat) {
      found.append("R-hat \(Self.text(rHat)) > \(criteria.maximumRHat)")
    }
    let sizes = [("bulk", bulkEffectiveSampleSize), ("tail", tailEffectiveSampleSize)]
    for case (let part, let size?) in sizes where !(size >= criteria.minimumEffectiveSampleSize) {
      found.append(
        "\(part) effective sample size \(Int(size)) < \(Int(criteria.minimumEffectiveSampleSize))")
    }
    if let tau = autocorrelationTime,
      Double(tau.draws) < criteria.minimumLengthInTau * tau.time
    {
      found.append(
        "chains of \(tau.draws) draws are shorter than "
          + "\(Int(criteria.minimumLengthInTau)) tau, tau = \(Self.text(tau.time))")
    }
    return found
  }

  private static func text(_ x: Double) -> String { "\((x * 1000).rounded() / 1000)" }
}
