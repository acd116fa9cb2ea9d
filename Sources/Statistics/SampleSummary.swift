public import NumericalCore

/// Location, spread and quantiles of one quantity.
public struct SampleSummary: Codable, Hashable, Sendable {
  /// The number of points.
  public let count: Int
  /// The effective number of points (Σ w)² / Σ w².
  public let effectiveCount: Double
  /// The (weighted) mean.
  public let mean: Double
  /// The standard deviation (unbiased variance); 0 for a single point.
  public let standardDeviation: Double
  /// The least value.
  public let minimum: Double
  /// The largest value.
  public let maximum: Double
  /// The probabilities of `quantiles`.
  public let probabilities: [Double]
  /// The quantiles at `probabilities`.
  public let quantiles: [Double]

  /// The probabilities reported unless others are asked for: median, 68.27 % and 95.45 %.
  public static let defaultProbabilities: [Double] = {
    let one = ConfidenceLevel.oneSigma.outside / 2
    let two = ConfidenceLevel.twoSigma.outside / 2
    return [two, one, 0.5, 1 - one, 1 - two]
  }()

  /// Summarises a sample.
  public init(
    of sample: WeightedSample, probabilities: [Double] = SampleSummary.defaultProbabilities
  ) throws {
    count = sample.count
    effectiveCount = sample.effectiveCount
    mean = sample.mean
    standardDeviation = (sample.variance ?? 0).squareRoot()
    minimum = sample.values[0]
    maximum = sample.values[sample.count - 1]
    self.probabilities = probabilities
    quantiles = try sample.quantiles(probabilities)
  }

  /// Summarises every column of a matrix (rows = points) on all threads.
  public static func ofColumns(
    _ points: Matrix<Double>, weights: [Double]? = nil,
    probabilities: [Double] = SampleSummary.defaultProbabilities
  ) throws -> [SampleSummary] {
    try mapColumns(points.columns) { column in
      let sample = try WeightedSample(points.gatheredColumn(column), weights: weights)
      return try SampleSummary(of: sample, probabilities: probabilities)
    }
  }
}
