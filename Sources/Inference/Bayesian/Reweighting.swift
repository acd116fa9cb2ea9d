public import Likelihoods
internal import NumericalCore
public import Statistics

/// Draws of a posterior weighted to another prior, with the diagnostic that says whether this is
/// possible.
///
/// The log ratio of a draw is Σ (ln new prior - ln old prior) over the parameters that get a new
/// one; the weights are Pareto smoothed (arXiv:1507.02646).
public struct Reweighting: Sendable {
  /// The draws with their new weights.
  public let draws: PosteriorDraws
  /// The smoothed weights and k̂.
  public let smoothing: ParetoSmoothedWeights
  /// Effective size over number of draws that the length of the tail was chosen for.
  public let relativeEfficiency: Double
  /// (Σ w)² / Σ w² of the new weights, times ``relativeEfficiency``.
  public let effectiveSize: Double
  /// What the diagnostic cannot see: new priors that reach beyond the old ones, where there are no
  /// draws.
  public let notes: [String]

  /// Whether k̂ allows the result to be used.
  public var isReliable: Bool { smoothing.isReliable }

  /// Weights draws to new priors of some parameters.
  ///
  /// - Parameters:
  ///   - draws: draws of the posterior with the old priors.
  ///   - old: prior of each of those parameters in the draws.
  ///   - new: the new priors by parameter.
  /// - Throws: `ParameterError` for an unknown parameter; ``PosteriorError`` for a parameter without
  ///   an old prior, for draws outside the old prior, or a new prior that vanishes at all draws.
  public init(
    _ draws: PosteriorDraws, from old: [String: ParameterPrior], to new: [String: ParameterPrior]
  ) throws {
    var ratios = [Double](repeating: 0, count: draws.count)
    var notes: [String] = []
    let changed = new.keys.sorted()
    for name in changed {
      let values = try draws.values(of: name)
      guard let before = old[name], let after = new[name] else {
        throw PosteriorError.unknownPrior(parameter: name, reason: "it was not given")
      }
      for i in ratios.indices {
        let source = before.logDensity(values[i])
        guard source > -.infinity else {
          throw PosteriorError.unknownPrior(
            parameter: name, reason: "draw \(i), \(values[i]), lies outside the prior given")
        }
        ratios[i] += after.logDensity(values[i]) - source
      }
      let (a, b) = (before.support, after.support)
      if b.lower < a.lower || b.upper > a.upper {
        notes.append(
          "\(name): the draws lie within [\(a.lower), \(a.upper)], the support of the old prior; "
            + "the new prior is cut there")
      }
    }
    if let weights = draws.weights {
      for i in ratios.indices where weights[i] == 0 { ratios[i] = -.infinity }
      for i in ratios.indices where weights[i] > 0 { ratios[i] += Double.logarithm(weights[i]) }
    }
    guard let largest = ratios.max(), largest > -.infinity else {
      throw PosteriorError.disjointPrior(parameters: changed)
    }
    let raw = ratios.map { Double.exponential($0 - largest) }
    let size = draws.effectiveSize(raw)
    relativeEfficiency = min(1, max(1, size) / Double(draws.count))
    smoothing = try ParetoSmoothedWeights(
      logRatios: ratios, relativeEfficiency: relativeEfficiency)
    effectiveSize = smoothing.effectiveCount * relativeEfficiency
    self.notes = notes
    // The ratios hold the weights that the draws had already.
    self.draws = try PosteriorDraws(
      names: draws.names, points: draws.points, weights: smoothing.weights,
      effectiveSize: draws.effectiveSize)
  }
}
