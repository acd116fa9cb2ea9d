public import Likelihoods
internal import NumericalCore
internal import Statistics

/// A posterior predictive check of the main counts: would the model, with parameters as the
/// posterior has them, produce counts like those observed?
///
/// For each of several draws θ a data set is generated. The discrepancy is
/// T(y, θ) = Σ (y - ν(θ))² / ν(θ) over the bins with ν > 0, and the p value the probability that
/// generated counts have one at least as large as the observed counts (A. Gelman, X.-L. Meng,
/// H. Stern, Statistica Sinica 6 (1996) 733). Such p values are conservative: the data were used
/// for the posterior too.
public struct PredictiveCheck: Codable, Sendable {
  /// Probability of a discrepancy at least as large as the observed one.
  public let pValue: Estimate
  /// Mean discrepancy of the observed counts.
  public let observedDiscrepancy: Double
  /// Mean discrepancy of the generated counts.
  public let generatedDiscrepancy: Double
  /// Number of generated data sets.
  public let replications: Int
  /// The bins, in the order of the model.
  public let bins: [Bin]

  /// What is predicted for a bin.
  public struct Bin: Codable, Sendable {
    /// The observed count.
    public let observed: Double
    /// Mean of the generated counts.
    public let mean: Double
    /// Their quantiles at ``PredictiveCheck/probabilities``.
    public let quantiles: [Double]
    /// Probability of a larger count plus half that of the same count.
    public let pValue: Estimate
  }

  /// The probabilities of the quantiles of the bins: median, one and two standard deviations.
  public static let probabilities = SampleSummary.defaultProbabilities

  /// Generates data for draws that are spread evenly over the chain (by weight).
  ///
  /// - Parameters:
  ///   - model: the model with the observed data.
  ///   - draws: draws with all parameters of the model, in any order.
  ///   - replications: number of generated data sets, at least 10.
  ///   - seed: seed of the generated data.
  /// - Throws: `ParameterError` for a parameter of the model that the draws do not have,
  ///   ``PosteriorError`` for fewer than ten replications.
  public init<Model: GenerativeModel>(
    of model: Model, _ draws: PosteriorDraws, replications: Int = 2000, seed: UInt64 = 1
  ) throws {
    guard replications >= 10 else {
      throw PosteriorError.count(
        what: "replications (at least)", expected: 10, found: replications)
    }
    let columns = try model.parameters.names.map { try draws.names.position(of: $0) }
    let observed = model.data.main
    let rows = draws.spread(replications)
    let stream = RandomStream(seed: seed, purpose: "posterior predictive")
    let replicas = try mapColumns(replications) { k in
      let point = columns.map { draws.points[rows[k], $0] }
      var random = stream.sequence(step: k)
      guard
        let counts = model.drawData(at: point, fluctuatingAuxiliary: true, random: &random)?.main
      else { throw PosteriorError.noData(draw: rows[k]) }
      let expected = model.expectedData(at: point).main
      return Replica(
        counts: counts, own: Self.discrepancy(observed, expected),
        generated: Self.discrepancy(counts, expected))
    }
    let n = Double(replications)
    // The draws of a chain know less than as many independent ones.
    let size = min(n, try Self.effectiveSize(model, columns, draws))
    func estimate(_ scores: [Double]) -> Estimate {
      let mean = scores.reduce(0, +) / n
      let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      // Where all agree, the rule of succession keeps the error above zero.
      let floor = 1 / ((size + 2) * (size + 2))
      return Estimate(value: mean, error: max(floor, variance / size).squareRoot())
    }
    pValue = estimate(replicas.map { $0.generated >= $0.own ? 1 : 0 })
    observedDiscrepancy = replicas.reduce(0) { $0 + $1.own } / n
    generatedDiscrepancy = replicas.reduce(0) { $0 + $1.generated } / n
    self.replications = replications
    bins = try observed.indices.map { i in
      let counts = try WeightedSample(replicas.map { $0.counts[i] })
      return Bin(
        observed: observed[i], mean: counts.mean,
        quantiles: try counts.quantiles(Self.probabilities),
        pValue: estimate(
          replicas.map {
            $0.counts[i] > observed[i] ? 1 : ($0.counts[i] == observed[i] ? 0.5 : 0)
          }))
    }
  }

  /// A generated data set with its discrepancy and that of the observed counts.
  private struct Replica: Sendable {
    let counts: [Double]
    let own, generated: Double
  }

  private static func discrepancy(_ counts: [Double], _ expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { sum, pair in
      let (y, nu) = pair
      return nu > 0 ? sum + (y - nu) * (y - nu) / nu : sum
    }
  }

  /// How many independent draws the chain is worth for the discrepancy of the observed counts.
  private static func effectiveSize(
    _ model: some GenerativeModel, _ columns: [Int], _ draws: PosteriorDraws
  ) throws -> Double {
    let observed = model.data.main
    let values = try mapColumns(draws.count) { row in
      discrepancy(
        observed, model.expectedData(at: columns.map { draws.points[row, $0] }).main)
    }
    let sample = try draws.sample(values)
    let (mean, variance) = (sample.mean, sample.variance ?? 0)
    let error = draws.standardError { values[$0] - mean }
    return error > 0 ? max(1, variance / (error * error)) : Double(draws.count)
  }
}

extension PosteriorDraws {
  /// `count` rows in ascending order, spread evenly over the weights (systematic resampling).
  func spread(_ count: Int) -> [Int] {
    let total = weights?.reduce(0, +) ?? Double(self.count)
    var rows: [Int] = []
    rows.reserveCapacity(count)
    var row = 0
    var sum = weights?[0] ?? 1
    for k in 0..<count {
      let position = (Double(k) + 0.5) / Double(count) * total
      while sum < position, row < self.count - 1 {
        row += 1
        sum += weights?[row] ?? 1
      }
      rows.append(row)
    }
    return rows
  }
}
