public import NumericalCore

/// The two-sample Kolmogorov-Smirnov test for weighted samples.
///
/// D = max |F₁ - F₂| over all points of both samples, F the weighted empirical distribution;
/// p = Q_KS(D √(n₁ n₂ / (n₁ + n₂))), the asymptotic two-sided distribution, with the effective
/// counts n = (Σ w)² / Σ w².
public struct KolmogorovSmirnov: Codable, Hashable, Sendable {
  /// The largest distance D between the two distribution functions.
  public let distance: Double
  /// The value at which it occurs first.
  public let location: Double
  /// The number of points that the first sample is worth.
  public let firstCount: Double
  /// The number of points that the second sample is worth.
  public let secondCount: Double
  /// The probability of a distance at least as large for two samples of one distribution.
  public let pValue: Double

  /// Which counts enter the p value.
  public enum Counts: Hashable, Codable, Sendable {
    /// (Σ w)² / Σ w²: right for independent weighted points.
    case effective
    /// The number of points whatever their weights, as in the code of arXiv:1911.03305.
    case raw
    /// Given counts, for example effective sample sizes of correlated draws.
    case given(first: Double, second: Double)
  }

  /// Compares two samples.
  public init(_ first: WeightedSample, _ second: WeightedSample, counts: Counts = .effective) {
    var i = 0
    var j = 0
    var largest = 0.0
    var place = min(first.values[0], second.values[0])
    let scale1 = 1 / first.totalWeight
    let scale2 = 1 / second.totalWeight
    while i < first.count && j < second.count {
      // Both distributions are taken after all points that share a value.
      let x = min(first.values[i], second.values[j])
      while i < first.count && first.values[i] == x { i += 1 }
      while j < second.count && second.values[j] == x { j += 1 }
      let f1 = i == 0 ? 0 : first.cumulativeWeights[i - 1] * scale1
      let f2 = j == 0 ? 0 : second.cumulativeWeights[j - 1] * scale2
      if abs(f1 - f2) > largest {
        largest = abs(f1 - f2)
        place = x
      }
    }
    distance = min(1, largest)
    location = place
    switch counts {
    case .effective: (firstCount, secondCount) = (first.effectiveCount, second.effectiveCount)
    case .raw: (firstCount, secondCount) = (Double(first.count), Double(second.count))
    case .given(let n1, let n2):
      precondition(n1 > 0 && n2 > 0, "counts must be positive")
      (firstCount, secondCount) = (n1, n2)
    }
    let n = firstCount * secondCount / (firstCount + secondCount)
    pValue = SpecialFunctions.kolmogorovSurvival(distance * n.squareRoot())
  }
}

/// Kolmogorov-Smirnov tests of all marginals of two samples of many parameters.
public struct MarginalComparison: Codable, Sendable {
  /// One test for each column.
  public let tests: [KolmogorovSmirnov]
  /// The median of the p values: 0.5 on average for equal distributions and independent columns.
  public let medianPValue: Double
  /// The mean of the p values.
  public let meanPValue: Double
  /// The least p value.
  public let minimumPValue: Double
  /// The median of the distances D.
  public let medianDistance: Double
  /// The mean of the distances D.
  public let meanDistance: Double

  /// Compares column by column, on all threads.
  ///
  /// - Parameters:
  ///   - first: points of the first sample, one per row.
  ///   - firstWeights: a weight for each row, or `nil`.
  ///   - second: points of the second sample, of the same number of columns.
  ///   - secondWeights: a weight for each row, or `nil`.
  ///   - counts: which counts enter the p values.
  public init(
    _ first: Matrix<Double>, weights firstWeights: [Double]? = nil,
    with second: Matrix<Double>, weights secondWeights: [Double]? = nil,
    counts: KolmogorovSmirnov.Counts = .effective
  ) throws {
    guard first.columns == second.columns else {
      throw StatisticsError.lengthMismatch(
        what: "columns of the second sample", expected: first.columns, found: second.columns)
    }
    guard first.columns > 0 else {
      throw StatisticsError.invalidArgument(
        name: "number of columns", value: "0", expected: "at least 1")
    }
    tests = try mapColumns(first.columns) { column in
      KolmogorovSmirnov(
        try WeightedSample(first.gatheredColumn(column), weights: firstWeights),
        try WeightedSample(second.gatheredColumn(column), weights: secondWeights), counts: counts)
    }
    let pValues = WeightedSample(sorted: tests.map(\.pValue).sorted())
    let distances = WeightedSample(sorted: tests.map(\.distance).sorted())
    medianPValue = pValues.median
    meanPValue = pValues.mean
    minimumPValue = pValues.values[0]
    medianDistance = distances.median
    meanDistance = distances.mean
  }
}
