internal import Statistics

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
    var workspace = DiagnosticsWorkspace(chains: draws.chains, draws: draws.draws)
    self.init(name, draws, using: &workspace)
  }

  init(
    _ name: String, _ draws: ChainDraws, ensembles: Int? = nil,
    using workspace: inout DiagnosticsWorkspace
  ) {
    self.name = name
    chains = draws.chains
    stuckChains = draws.stuckChains
    let order = SortedOrder(draws.values)
    quantiles = [0.05, 0.5, 0.95].map { EffectiveSampleSize.linearQuantile(order.values, $0) }
    let constant = order.values[0] == order.values[draws.count - 1]
    let centre = constant ? order.values[0] : Moments.mean(draws.values)
    mean = centre
    standardDeviation = constant ? 0 : Moments.variance(draws.values).squareRoot()
    guard stuckChains.count < chains else {
      (rHat, bulkEffectiveSampleSize, tailEffectiveSampleSize) = (nil, nil, nil)
      (meanError, standardDeviationError, autocorrelationTime) = (nil, nil, nil)
      return
    }
    let split = draws.split()
    let sorted = SortedSplitDraws(order, draws: draws.draws)
    let scores = split.replacing(
      workspace.scores.scores(sorted: sorted.values, indices: sorted.indices))
    let folded = sorted.folded()
    let foldedScores = workspace.scores.scores(sorted: folded.values, indices: folded.indices)
    if let ensembles {
      // Walkers of one ensemble are not independent chains: compare ensembles instead.
      rHat = ensembles < 2 ? nil : (try? RHat.nested(draws.groups(ensembles))) ?? nil
    } else {
      rHat = RHat.larger(RHat.factor(scores), RHat.factor(split.replacing(foldedScores)))
    }
    func size(_ transformed: ChainDraws) -> Double {
      EffectiveSampleSize.estimate(transformed, using: &workspace.split)
    }
    bulkEffectiveSampleSize = size(scores)
    tailEffectiveSampleSize = [quantiles[0], quantiles[2]].map { limit in
      size(split.replacing(split.values.map { $0 <= limit ? 1 : 0 }))
    }.min()
    meanError = standardDeviation / size(split).squareRoot()
    standardDeviationError = MonteCarloStandardError.standardDeviation(
      draws, size: size(split.replacing(split.values.map { ($0 - centre) * ($0 - centre) })))
    autocorrelationTime = IntegratedAutocorrelationTime(
      draws, method: .foremanMackey, windowFactor: 5, stuckChains: stuckChains,
      using: &workspace.whole)
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
