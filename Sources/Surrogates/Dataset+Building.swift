public import Likelihoods
public import NumericalCore

extension Dataset {
  /// Points of one sample, to be evaluated and joined to a data set.
  public struct Sample: Sendable {
    /// The name of the sample, e.g. `S1`.
    public var name: String
    /// One point a row.
    public var points: Matrix<Double>
    /// The log densities of the points, if they are known; else they are computed.
    public var logDensities: [Double]?

    /// A named sample.
    ///
    /// - Precondition: one log density a point, if there are any.
    public init(_ name: String, _ points: Matrix<Double>, logDensities: [Double]? = nil) {
      precondition(logDensities?.count ?? points.rows == points.rows, "one log density a point")
      self.name = name
      self.points = points
      self.logDensities = logDensities
    }
  }

  /// Evaluates the points of several samples and joins them in a random order; points where the
  /// density is -∞ are left out and counted in the provenance (`outside_support`).
  ///
  /// - Parameters:
  ///   - samples: the samples.
  ///   - posterior: the density.
  ///   - withGradients: whether gradients are kept.
  ///   - validation: fraction of the points for validation.
  ///   - test: fraction of the points for the final test.
  ///   - seed: seed of the order and of the split.
  ///
  /// Equal points (a rejected step repeats a draw) get the same role, so that no test point is
  /// seen in training.
  /// - Throws: ``DatasetError``.
  public init<Density: DifferentiableLogDensity & LogPosterior>(
    samples: [Sample], of posterior: Density, withGradients: Bool = false,
    validation: Double, test: Double, seed: UInt64, provenance: [String: String] = [:]
  ) throws {
    let d = posterior.parameters.count
    for sample in samples where sample.points.columns != d {
      throw DatasetError.length(
        "columns of sample '\(sample.name)'", expected: d, found: sample.points.columns)
    }
    let all = Matrix(
      rows: samples.reduce(0) { $0 + $1.points.rows }, columns: d,
      elements: samples.flatMap(\.points.elements))
    let labels = samples.indices.flatMap {
      Array(repeating: $0, count: samples[$0].points.rows)
    }
    let values = try samples.flatMap {
      try $0.logDensities ?? posterior.logDensities(at: $0.points)
    }
    var random = RandomStream(seed: seed, purpose: "order of points").sequence()
    let order = random.permutation(all.rows).filter { values[$0].isFinite }
    let points = all.selectingRows(order)
    var provenance = provenance
    provenance["outside_support"] = "\(all.rows - order.count)"
    provenance["seed"] = "\(seed)"
    // Every value may cost a call of another program: the likelihood is not asked again.
    let logPriors = posterior.logPriors(at: points)
    try self.init(
      parameters: posterior.parameters, points: points, logPosteriors: order.map { values[$0] },
      logLikelihoods: zip(order, logPriors).map { values[$0] - $1 }, logPriors: logPriors,
      gradients: withGradients
        ? try posterior.logDensitiesAndGradients(at: points).gradients : nil,
      sampleNames: samples.map(\.name), sampleOfPoint: order.map { labels[$0] },
      split: Split(
        groups: PointGroups(of: points).groups, validation: validation, test: test, seed: seed),
      prior: posterior.factorizedPrior, provenance: provenance)
  }
}
