public import Foundation
internal import Inference
internal import Likelihoods
internal import Statistics
public import Surrogates

/// What `evaluate` prints: how a surrogate agrees with its truth in values, posterior, profile and
/// maximum. The keys of its JSON form are stable.
public struct EvaluationReport: Encodable, Sendable {
  /// Metrics by `training`, `validation`, `test`.
  public let metrics: [String: RegressionMetrics]
  /// Root mean squared error on test points in nats.
  public let testRMSE: Double
  /// Mean squared error on test points in standardised units.
  public let testStandardizedMSE: Double?
  /// Median K-S p values of the paper's comparisons.
  public let kolmogorovSmirnov: Evaluation.KolmogorovSmirnovMedians?
  /// Effective fraction of the test points under the weights surrogate/truth.
  public let effectiveFraction: Double?
  /// The fraction of the points in the region of validity, by role; `nil` without a region.
  public let insideFraction: [String: Double]?
  /// Errors of the test points against the depth below the maximum.
  public let depth: [DepthBin]
  /// Agreement of the posteriors; `nil` with too few test points.
  public let posterior: PosteriorAgreement?
  /// Agreement of the profiles, where the truth is given.
  public let profile: ProfileAgreement?
  /// Agreement of the maxima, where the truth is given.
  public let maximum: MaximumAgreement?
  /// Members and calibration of an ensemble.
  public let ensemble: EnsembleAgreement?
  /// Why a part is absent that the data would allow, by its name: a poor surrogate leaves the
  /// weights surrogate/truth of few points above zero.
  public let unavailable: [String: String]
  /// Test points: truth and surrogate, for figures.
  let test: Evaluation.Predictions?

  private enum CodingKeys: String, CodingKey {
    case metrics, testRMSE, testStandardizedMSE, kolmogorovSmirnov, effectiveFraction
    case insideFraction, depth, posterior, profile, maximum, ensemble, unavailable
  }

  /// Members and calibration of an ensemble on the test points.
  public struct EnsembleAgreement: Encodable, Sendable {
    /// Root mean squared error of each member in nats.
    public let memberRMSE: [Double]
    /// The weight of each member in the mean.
    public let weights: [Double]
    /// Root mean squared error of the best member, by hindsight.
    public let bestRMSE: Double
    /// Root mean squared error of the mean.
    public let meanRMSE: Double
    /// What makes of the spread an error.
    public let calibration: SpreadCalibration
    /// How well these errors describe the residuals.
    public let coverage: SpreadCoverage
  }

  /// Evaluates a surrogate.
  ///
  /// - Parameters:
  ///   - model: an `.onnx` file or a model folder.
  ///   - dataset: a data set with test points.
  ///   - sample: one sample of the data set only.
  ///   - truth: the likelihood behind the data set, for profile and maximum.
  ///   - likelihood: what errors call the truth.
  ///   - values: where the parameter of interest is profiled.
  /// - Throws: ``InputError``, ``DatasetFileError``, errors of the files, of the fits.
  public init(
    model: String, dataset: URL, sample: String?, truth: (any Posterior)?,
    likelihood: String = "the likelihood", profiledAt values: [Double]
  ) throws {
    let surrogate = try LikelihoodLocator.surrogate(model)
    let data = try DatasetFileError.naming(dataset) { try Dataset(reading: dataset) }
    for (parameters, name) in [(surrogate.parameters, model)]
      + (truth.map { [($0.parameters, likelihood)] } ?? [])
    {
      try DatasetFileError.requireParameters(
        parameters, in: data, of: dataset, comparedWith: name)
    }
    if let sample, !data.sampleNames.contains(sample) {
      throw InputError.value(
        "--sample", expected: "one of \(data.sampleNames.joined(separator: ", "))", found: sample)
    }
    let evaluation = try DatasetFileError.naming(dataset) {
      try Evaluation(of: surrogate, on: data, sample: sample)
    }
    let test = evaluation.predictions[.test]
    metrics = Dictionary(
      uniqueKeysWithValues: evaluation.metrics.map { ("\($0.key)", $0.value) })
    testRMSE = evaluation.metrics[.test]?.rmse ?? .nan
    testStandardizedMSE = evaluation.metrics[.test]?.standardizedMSE
    kolmogorovSmirnov = evaluation.kolmogorovSmirnov
    effectiveFraction = evaluation.effectiveFraction
    insideFraction =
      surrogate.region == nil
      ? nil
      : Dictionary(
        uniqueKeysWithValues: evaluation.predictions.map { ("\($0.key)", $0.value.fractionInside) })
    var unavailable: [String: String] = [:]
    unavailable["effectiveFraction"] = evaluation.reweightingProblem
    do {
      posterior = try Self.posterior(of: surrogate, on: data, evaluation, sample: sample)
    } catch let error as StatisticsError {
      posterior = nil
      unavailable["posterior"] = "\(error)"
    }
    unavailable["intervals"] = posterior?.intervalsProblem
    self.unavailable = unavailable
    let comparison = try truth.map { try ProfileComparison($0, surrogate, at: values) }
    profile = comparison?.profile
    maximum = comparison?.maximum
    let highest = comparison?.maximum.truth
    depth =
      test.map { test in
        let known = test.truth + (surrogate.region.map { [$0.peak] } ?? [])
        return DepthBin.bins(
          truth: test.truth, predicted: test.predicted,
          highest: highest ?? known.max() ?? 0)
      } ?? []
    ensemble = test.flatMap { Self.agreement(surrogate, $0) }
    self.test = test
  }

  /// Posteriors are compared on a sample of the truth: the one asked for, else the unbiased one of
  /// the data set, else all points.
  private static func posterior(
    of surrogate: any Surrogate, on data: Dataset, _ evaluation: Evaluation, sample: String?
  ) throws -> PosteriorAgreement? {
    let unbiased = data.sampleNames.count > 1 && data.sampleNames.contains("S1") ? "S1" : nil
    guard sample == nil, let unbiased else {
      return try PosteriorAgreement(
        evaluation.predictions, sample: sample, parameters: data.parameters)
    }
    var parts: [Split.Role: Evaluation.Predictions] = [:]
    for role in Split.Role.allCases {
      parts[role] = Evaluation.Predictions(of: surrogate, on: data, role, sample: unbiased)
    }
    return try PosteriorAgreement(parts, sample: unbiased, parameters: data.parameters)
  }

  private static func agreement(
    _ surrogate: any Surrogate, _ test: Evaluation.Predictions
  ) -> EnsembleAgreement? {
    guard let ensemble = surrogate as? SurrogateEnsemble, let members = test.memberErrors,
      let coverage = test.coverage
    else { return nil }
    return EnsembleAgreement(
      memberRMSE: members, weights: ensemble.weights, bestRMSE: members.min() ?? .nan,
      meanRMSE: test.metrics().rmse, calibration: ensemble.calibration, coverage: coverage)
  }
}
