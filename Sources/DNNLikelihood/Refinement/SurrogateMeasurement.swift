internal import Foundation
public import Inference
internal import Likelihoods
internal import NumericalCore
internal import Sampling
internal import Statistics
internal import Surrogates

/// A surrogate compared with its truth on fresh draws of the surrogate, none of which it was
/// trained on.
///
/// Draws of the surrogate are where its user will be. If it is wrong, they lie where the truth has
/// little probability, which the re-weighting to the truth shows: the effective fraction of the
/// weights exp(truth − surrogate) falls and their Pareto shape k̂ rises. Where the truth vanishes the
/// weight is 0; there is no error in nats there, so that such draws are counted beside the errors.
public struct SurrogateMeasurement: Codable, Sendable {
  /// Number of draws.
  public var points = 0
  /// Whether the chains had forgotten their starts, so that the draws are those of the surrogate;
  /// chains on a surrogate that the likelihood contradicts are kept short.
  public var isEquilibrium = true
  /// Root mean squared error over the draws where the truth does not vanish, in nats.
  public var rmse = Estimate(value: .infinity, error: nil)
  /// Mean of surrogate − truth over the same draws, in nats.
  public var bias = Estimate(value: .infinity, error: nil)
  /// The root mean squared error under the truth, by re-weighting the draws.
  public var rmseUnderTruth = Double.infinity
  /// Effective fraction of the draws under weights truth/surrogate.
  public var effectiveFraction = 0.0
  /// Pareto shape k̂ of those weights; reliable up to 0.7.
  public var paretoShape: Double? = .infinity
  /// Draws where the truth vanishes.
  public var outsideSupport = 0
  /// Highest-density intervals of the parameter of interest.
  public var intervals: [IntervalComparison] = []
  /// The maxima of surrogate and truth; `nil` where none was searched or found, or no evaluation was
  /// left for it.
  public var maximum: MaximumComparison?
  /// The profile of surrogate and truth.
  public var profile: ProfileComparison?

  /// An interval of the surrogate's draws, and of the same draws re-weighted to the truth.
  public struct IntervalComparison: Codable, Sendable {
    /// The enclosed probability.
    public var probability: Double
    /// Ends for the surrogate.
    public var surrogate: [Double]
    /// Ends for the truth.
    public var truth: [Double]
    /// Monte Carlo errors of the ends for as many draws.
    public var errors: [Double]
  }

  /// Where a search for the maximum of the surrogate ends.
  public struct MaximumComparison: Codable, Sendable {
    /// How much higher the surrogate's maximum is than that of the truth, in nats.
    public var difference: Double
    /// How far below its maximum the truth is there, in nats; `nil` where it vanishes.
    public var truthLost: Double?

    init(truth: Double, surrogate: Double, truthThere: Double) {
      difference = surrogate - truth
      truthLost = truthThere.isFinite ? truth - truthThere : nil
    }

    /// Loss from which on a fit of the surrogate is not one of the truth: half a nat is one standard
    /// deviation of one parameter.
    static let largestLoss = 0.5

    /// What to warn of; `nil` where fits can be trusted.
    var defect: String? {
      if let truthLost, truthLost <= Self.largestLoss { return nil }
      let loss = truthLost.map { String(format: "%.3g nats below its maximum", $0) } ?? "zero"
      return
        "the network's maximum lies where the likelihood is \(loss): sample it, but do not fit it"
    }
  }

  /// t of surrogate and truth.
  public struct ProfileComparison: Codable, Sendable {
    /// Values of the parameter of interest.
    public var values: [Double]
    /// t of the truth.
    public var truth: [Double]
    /// t of the surrogate.
    public var surrogate: [Double]
    /// Mean absolute difference.
    public var meanAbsoluteError: Double
    /// Whether all fits of both have valid certificates.
    public var isValid: Bool

    init(truth: ProfileScan, surrogate: ProfileScan) {
      values = truth.values
      self.truth = truth.testStatistic
      self.surrogate = surrogate.testStatistic
      let differences = zip(self.truth, self.surrogate).map { abs($0 - $1) }
      meanAbsoluteError = differences.reduce(0, +) / Double(differences.count)
      isValid = truth.isValid && surrogate.isValid
    }
  }

  /// The fraction of the draws where the truth vanishes.
  public var fractionOutside: Double { Double(outsideSupport) / Double(max(1, points)) }

  /// Whether the draws represent the truth: k̂ of their weights is at most 0.7.
  public var isReliable: Bool { (paretoShape ?? 0) <= ParetoSmoothedWeights.largestReliableShape }

  /// How much the error says: draws near known points are easier than those of the equilibrium, and
  /// draws that do not represent the truth easier than those that do.
  var standing: Int { isEquilibrium ? (isReliable ? 2 : 1) : 0 }

  /// Compares values at the draws of independent chains. Where the truth vanishes at all draws, no
  /// error can be stated.
  ///
  /// - Parameters:
  ///   - chains: draws of the surrogate, with its log densities.
  ///   - truth: the log densities of the likelihood at the same points.
  ///   - interest: position of the parameter of interest.
  /// - Throws: `StatisticsError` for draws from which no interval can be made.
  init(_ chains: Chains, truth: [Double], interest: Int?) throws {
    let known = truth.indices.filter { truth[$0].isFinite && chains.logDensities[$0].isFinite }
    let errors = known.map { chains.logDensities[$0] - truth[$0] }
    points = truth.count
    outsideSupport = truth.count - known.count
    guard !known.isEmpty else { return }
    // The draws of a chain are correlated, the chains are not.
    let owner = known.map { $0 % chains.walkers }
    let squares = Self.mean(errors.map { $0 * $0 }, of: owner, chains.walkers)
    let root = squares.value.squareRoot()
    rmse = Estimate(value: root, error: squares.error.map { $0 / (2 * max(root, 1e-300)) })
    bias = Self.mean(errors, of: owner, chains.walkers)
    var logRatios = truth.map { _ in -Double.infinity }
    for (row, error) in zip(known, errors) { logRatios[row] = -error }
    let smoothed = try ParetoSmoothedWeights(logRatios: logRatios)
    effectiveFraction = smoothed.effectiveCount / Double(truth.count)
    paretoShape = smoothed.shape
    let sum = zip(known, errors).reduce(0) { $0 + smoothed.weights[$1.0] * $1.1 * $1.1 }
    rmseUnderTruth = (sum / smoothed.weights.reduce(0, +)).squareRoot()
    if let interest {
      intervals = try Self.intervals(chains.positions.column(interest), smoothed.weights)
    }
  }

  private static func intervals(
    _ values: [Double], _ weights: [Double]
  ) throws -> [IntervalComparison] {
    let plain = try WeightedSample(values)
    let weighted = try WeightedSample(values, weights: weights)
    return try MarginalIntervals.levels.map { level in
      let surrogate = try HighestDensityInterval.shortest(of: plain, probability: level)
        .withBootstrapErrors(from: plain, seed: 1)
      let truth = try HighestDensityInterval.shortest(of: weighted, probability: level)
      let ends = surrogate.intervals[0]
      return IntervalComparison(
        probability: level, surrogate: [ends.lower, ends.upper],
        truth: [truth.intervals[0].lower, truth.intervals[0].upper],
        errors: [ends.lowerError ?? .nan, ends.upperError ?? .nan])
    }
  }

  /// The mean over points, with the standard error from the scatter between their owners.
  private static func mean(_ values: [Double], of owner: [Int], _ owners: Int) -> Estimate {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    var sums = [Double](repeating: 0, count: owners)
    for (value, owner) in zip(values, owner) { sums[owner] += value - mean }
    guard owners > 1 else { return Estimate(value: mean, error: nil) }
    let variance = sums.reduce(0) { $0 + $1 * $1 } * Double(owners) / Double(owners - 1)
    return Estimate(value: mean, error: variance.squareRoot() / Double(max(1, values.count)))
  }
}
