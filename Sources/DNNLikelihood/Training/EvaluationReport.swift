public import Foundation
internal import Inference
public import Surrogates

/// What `evaluate` prints: the metric table, and the profile if the truth is given.
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
  /// The profile of truth and surrogate.
  public let profile: Profile?

  /// t at values of the parameter of interest.
  public struct Profile: Encodable, Sendable {
    /// Values of the parameter of interest.
    public let values: [Double]
    /// t of the truth.
    public let truth: [Double]
    /// t of the surrogate.
    public let surrogate: [Double]
    /// Mean absolute difference.
    public let meanAbsoluteError: Double
    /// Whether all fits have valid certificates.
    public let isValid: Bool
  }

  /// Evaluates a surrogate.
  ///
  /// - Parameters:
  ///   - model: an `.onnx` file or a model folder.
  ///   - dataset: a data set with test points.
  ///   - sample: one sample of the data set only.
  ///   - truth: the likelihood behind the data set, for the profile of its parameter of interest.
  ///   - values: where the parameter of interest is profiled.
  /// - Throws: ``InputError``, errors of the files, of the fits.
  public init(
    model: String, dataset: URL, sample: String?, truth: (any Posterior)?,
    profiledAt values: [Double]
  ) throws {
    let surrogate = try LikelihoodLocator.surrogate(model)
    let data = try Dataset(reading: dataset)
    if let sample, !data.sampleNames.contains(sample) {
      throw InputError.value(
        "--sample", expected: "one of \(data.sampleNames.joined(separator: ", "))", found: sample)
    }
    let evaluation = try Evaluation(of: surrogate, on: data, sample: sample)
    metrics = Dictionary(
      uniqueKeysWithValues: evaluation.metrics.map { ("\($0.key)", $0.value) })
    testRMSE = evaluation.metrics[.test]?.rmse ?? .nan
    testStandardizedMSE = evaluation.metrics[.test]?.standardizedMSE
    kolmogorovSmirnov = evaluation.kolmogorovSmirnov
    effectiveFraction = evaluation.effectiveFraction
    profile = try truth.map { try Self.profile($0, surrogate, at: values) }
  }

  private static func profile(
    _ truth: some Posterior, _ surrogate: any Surrogate, at values: [Double]
  ) throws -> Profile {
    guard let interest = truth.parameters.parameterOfInterest else {
      throw InputError.value(
        "parameter of interest", expected: "one in the likelihood", found: "none")
    }
    let name = truth.parameters.names[interest]
    let exact = try ProfileScan(of: truth, along: name, at: values)
    let network = try ProfileScan(of: surrogate.inDoublePrecision, along: name, at: values)
    let (a, b) = (exact.testStatistic, network.testStatistic)
    return Profile(
      values: values, truth: a, surrogate: b,
      meanAbsoluteError: zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(values.count),
      isValid: exact.isValid && network.isValid)
  }

  /// The report as text.
  public var table: String {
    var lines = ["              points   RMSE/nats    MSE/s²   mean err.   ME(batch)   max err."]
    for role in ["training", "validation", "test"] {
      guard let m = metrics[role] else { continue }
      lines.append(
        role.padding(toLength: 12, withPad: " ", startingAt: 0)
          + String(
            format: "%8d  %10.4f  %8.2e  %+10.5f  %10.5f  %9.3f", m.count, m.rmse,
            m.standardizedMSE, m.meanError, m.batchMeanError, m.maximumError))
    }
    if let ks = kolmogorovSmirnov {
      lines.append(
        String(
          format: "K-S medians: test/pred. train %.2f, test/pred. val %.2f, val/pred. test %.2f, "
            + "train/test %.2f", ks.testPredictedTraining, ks.testPredictedValidation,
          ks.validationPredictedTest, ks.trainingTest))
    }
    if let fraction = effectiveFraction {
      lines.append(String(format: "effective fraction of re-weighted test points %.3f", fraction))
    }
    if let profile {
      lines.append("parameter  t(truth)  t(surrogate)")
      for (i, value) in profile.values.enumerated() {
        lines.append(
          String(format: "%9.3f %9.5f %9.5f", value, profile.truth[i], profile.surrogate[i]))
      }
      lines.append(String(format: "mean |difference| %.5f", profile.meanAbsoluteError))
    }
    return lines.joined(separator: "\n")
  }
}
