internal import Likelihoods
internal import NumericalCore
internal import Statistics

/// How well a surrogate agrees with its truth on the points of a data set.
public struct Evaluation: Sendable {
  /// Metrics on training, validation and test points.
  public let metrics: [Split.Role: RegressionMetrics]
  /// Median p values over the parameters of Kolmogorov-Smirnov tests between re-weighted samples.
  public let kolmogorovSmirnov: KolmogorovSmirnovMedians?
  /// Effective fraction of the test points under the weights surrogate/truth.
  public let effectiveFraction: Double?
  /// Why the weights surrogate/truth cannot be formed, so that what needs them is absent; `nil` if
  /// they can.
  public let reweightingProblem: String?
  /// Surrogate and truth at the points of each role.
  public let predictions: [Split.Role: Predictions]
  /// Surrogate's log densities of the test points, with those of the truth.
  public let testPredictions: (truth: [Double], predicted: [Double])

  /// The comparisons of the paper's tables (section 4).
  public struct KolmogorovSmirnovMedians: Sendable, Codable, Equatable {
    /// Test points against training points re-weighted to the surrogate.
    public let testPredictedTraining: Double
    /// Test points against validation points re-weighted to the surrogate.
    public let testPredictedValidation: Double
    /// Validation points against test points re-weighted to the surrogate.
    public let validationPredictedTest: Double
    /// Training against test points, without weights.
    public let trainingTest: Double
  }

  /// Evaluates a surrogate on the points of a sample, or on all of them.
  ///
  /// The Kolmogorov-Smirnov tests use the weights exp(surrogate - truth) of the same points,
  /// normalised, with effective counts.
  ///
  /// - Parameters:
  ///   - surrogate: the surrogate, with the parameters of the data set.
  ///   - dataset: the points with the truth.
  ///   - sample: the name of one sample of the data set, e.g. `S1`.
  ///   - comparesMarginals: whether the Kolmogorov-Smirnov tests are made.
  /// - Throws: ``DatasetError``.
  public init(
    of surrogate: any Surrogate, on dataset: Dataset, sample: String? = nil,
    comparesMarginals: Bool = true
  ) throws {
    guard surrogate.parameters.names == dataset.parameters.names else {
      throw DatasetError.differentParameters(
        expected: surrogate.parameters.names, found: dataset.parameters.names)
    }
    var parts: [Split.Role: Predictions] = [:]
    for role in Split.Role.allCases {
      parts[role] = Predictions(of: surrogate, on: dataset, role, sample: sample)
    }
    guard let test = parts[.test] else {
      throw DatasetError.tooFew(.test, needed: 1, found: 0)
    }
    // Standardised units are those of the training target of the same sample.
    let reference = parts[.training] ?? test
    let mean = reference.truth.reduce(0, +) / Double(reference.truth.count)
    let scale =
      (reference.truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      / Double(reference.truth.count)).squareRoot()
    metrics = parts.mapValues { $0.metrics(scale: scale) }
    predictions = parts
    testPredictions = (test.truth, test.predicted)
    let samples = parts
    let reweighted = Result { () throws -> (Double, KolmogorovSmirnovMedians?) in
      let fraction = try test.weights().effectiveCount / Double(test.truth.count)
      guard comparesMarginals, let training = samples[.training],
        let validation = samples[.validation]
      else { return (fraction, nil) }
      return (fraction, try Self.medians(training, validation, test))
    }
    switch reweighted {
    case .success(let found):
      (effectiveFraction, kolmogorovSmirnov, reweightingProblem) = (found.0, found.1, nil)
    case .failure(let error):
      (effectiveFraction, kolmogorovSmirnov, reweightingProblem) = (nil, nil, "\(error)")
    }
  }

  private static func medians(
    _ training: Predictions, _ validation: Predictions, _ test: Predictions
  ) throws -> KolmogorovSmirnovMedians {
    func median(_ plain: Predictions, _ predicted: Predictions) throws -> Double {
      try MarginalComparison(
        plain.points, weights: nil, with: predicted.points,
        weights: predicted.weights().weights
      ).medianPValue
    }
    return KolmogorovSmirnovMedians(
      testPredictedTraining: try median(test, training),
      testPredictedValidation: try median(test, validation),
      validationPredictedTest: try median(validation, test),
      trainingTest: try MarginalComparison(training.points, with: test.points).medianPValue)
  }
}
