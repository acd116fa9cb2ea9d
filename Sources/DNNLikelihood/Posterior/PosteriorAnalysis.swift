public import Inference
internal import Likelihoods
public import NumericalCore
public import Sampling
internal import Statistics

/// The posterior in chains, summarised as requested.
public struct PosteriorAnalysis: Sendable {
  /// Number of draws, those that conditions exclude included.
  public let draws: Int
  /// Number of chains.
  public let chains: Int
  /// Convergence of the parameters and of the log density.
  public let convergence: ConvergenceSummary
  /// The requested parameters; empty where the weights are refused.
  public let summaries: [ParameterSummary]
  /// Linear correlations of the requested parameters; `nil` for a single one.
  public let correlation: Matrix<Double>?
  /// The conditions, if there are any.
  public let condition: ConditionedDraws?
  /// The change of priors, if there is one.
  public let reweighting: Reweighting?
  /// Joint regions of the requested pairs, at one and two standard deviations.
  public let regions: [JointRegion]
  /// The predictive check, if one is requested.
  public let predictive: PredictiveCheck?
  /// Why the numbers should not be used; empty if all is well.
  public let warnings: [String]
  /// What to know about the numbers.
  public let notes: [String]

  /// Whether there are no results because k̂ forbids them.
  public var isRefused: Bool { summaries.isEmpty }

  /// Analyses chains of one or several runs of the same posterior.
  ///
  /// - Throws: `InputError`, `ParameterError`, `PosteriorError`, `ConditionError`,
  ///   `ChainDiagnosticsError`, `SamplingError`, `StatisticsError`, errors of the likelihood's
  ///   file.
  public init(of runs: [Chains], _ request: PosteriorRequest) throws {
    let (chains, weights) = try Chains.joined(runs).separatingWeights(request.weightColumn)
    convergence = try chains.convergence()
    self.chains = chains.walkers
    draws = chains.positions.rows
    var warnings = chains.warnings(convergence)
    var notes: [String] = []
    if let longest = runs.map(\.steps).max(), longest > chains.steps {
      notes.append("runs of different lengths: the last \(chains.steps) steps of each are used")
    }
    let names = try request.names(in: chains.names)
    for pair in request.pairs { for name in pair { _ = try chains.names.checked(name) } }
    let conditions = try request.conditions.map { try Condition($0, names: chains.names) }
    let model = try request.likelihood.map {
      try LikelihoodLocator.load($0, options: request.likelihoodOptions).holdingFixedParameters()
    }
    if let outside = try model.flatMap({ try Self.region($0, chains) }),
      let text = outside.text("draws")
    {
      if outside.isHarmful { warnings.append(text) } else { notes.append(text) }
    }
    var posterior = try PosteriorDraws(
      names: chains.names, points: chains.positions, weights: weights,
      effectiveSize: chains.effectiveSize)
    reweighting =
      request.priors.isEmpty
      ? nil
      : try Reweighting(
        posterior, from: request.oldPriors(chains, model), to: request.priors)
    if let reweighting {
      posterior = reweighting.draws
      notes += reweighting.notes
      if !reweighting.isReliable {
        warnings.append(
          "Pareto k-hat \(Self.text(reweighting.smoothing.shape)) > 0.7: the draws do not cover "
            + "the posterior with the new prior; sample again with the new prior")
        guard request.allowsUnreliableWeights else {
          (summaries, correlation, condition, regions, predictive) = ([], nil, nil, [], nil)
          self.warnings = warnings
          self.notes = notes
          return
        }
      }
    }
    condition = conditions.isEmpty ? nil : try posterior.satisfying(conditions)
    let used = condition?.draws ?? posterior
    summaries = try mapColumns(names.count) {
      try ParameterSummary(of: used, names[$0], seed: request.seed)
    }
    correlation =
      names.count < 2
      ? nil
      : try Correlation(of: used.points(of: names), weights: used.weights).correlation
    regions = try request.pairs.flatMap {
      try JointRegion.regions(
        of: used, $0[0], $0[1], probabilities: Array(MarginalIntervals.levels.prefix(2)))
    }
    predictive = try request.replications.map {
      try Self.check(model, used, name: request.likelihood, replications: $0, seed: request.seed)
    }
    self.warnings = warnings
    self.notes = notes
  }

  /// How many draws lie where a network does not hold; `nil` where the likelihood holds everywhere
  /// or has other parameters than the chains.
  private static func region(_ model: some Posterior, _ chains: Chains) throws -> RegionCheck? {
    let columns = model.parameters.names.compactMap(chains.names.firstIndex)
    guard columns.count == model.parameters.count else { return nil }
    return try RegionCheck(model) { chains.selecting(columns).positions }
  }

  private static func text(_ shape: Double?) -> String {
    shape.map { "\(($0 * 100).rounded() / 100)" } ?? "-"
  }

  private static func check(
    _ model: (any Posterior)?, _ draws: PosteriorDraws, name: String?, replications: Int,
    seed: UInt64
  ) throws -> PredictiveCheck {
    guard let model else {
      throw InputError.value(
        "--likelihood", expected: "the likelihood that generates data", found: "nothing")
    }
    guard let generative = model as? any GenerativeModel else {
      throw InputError.value(
        "--likelihood", expected: "a model that generates data",
        found: "'\(name ?? "")', which has a density only")
    }
    return try PredictiveCheck(of: generative, draws, replications: replications, seed: seed)
  }
}

extension PosteriorRequest {
  fileprivate func names(in all: [String]) throws -> [String] {
    if allParameters { return all }
    if parameters.isEmpty { return [all[0]] }
    return try parameters.map { try all.checked($0) }
  }

  /// The prior of each parameter that gets a new one: of the likelihood if given, else as recorded
  /// with the chains.
  fileprivate func oldPriors(
    _ chains: Chains, _ model: (any Posterior)?
  ) throws -> [String: ParameterPrior] {
    var known: [String: ParameterPrior] = [:]
    let reason: String
    if let model {
      known = model.factorizedPrior?.singleFactors(model.parameters.names) ?? [:]
      reason = "'\(likelihood ?? "")' has no separate prior of it"
    } else {
      known = chains.recordedPriors ?? [:]
      reason =
        chains.recordedPriors == nil
        ? "the chain file does not record it; give the likelihood with --likelihood"
        : "the chain file records none for it"
    }
    for name in priors.keys.sorted() {
      _ = try chains.names.checked(name)
      guard known[name] != nil else {
        throw PosteriorError.unknownPrior(parameter: name, reason: reason)
      }
    }
    return known
  }
}

extension Chains {
  /// The chains without the column that holds weights, and the weights.
  fileprivate func separatingWeights(_ name: String?) throws -> (Chains, [Double]?) {
    guard let name else { return (self, nil) }
    let column = names.firstIndex(of: try names.checked(name))
    let others = names.indices.filter { $0 != column }
    guard !others.isEmpty else {
      throw InputError.value(
        "--weights", expected: "a column beside the parameters", found: "the only column")
    }
    return (selecting(others), selecting([column ?? 0]).positions.elements)
  }
}

extension PosteriorDraws {
  fileprivate func points(of names: [String]) throws -> Matrix<Double> {
    let columns = try names.map { try values(of: $0) }
    var result = Matrix<Double>(rows: count, columns: names.count, repeating: 0)
    for (j, column) in columns.enumerated() { for i in 0..<count { result[i, j] = column[i] } }
    return result
  }
}

extension [String] {
  /// The name, if it is among these.
  fileprivate func checked(_ name: String) throws -> String {
    guard contains(name) else { throw ParameterError.unknownName(name, self) }
    return name
  }
}
