internal import NumericalCore
internal import Statistics

/// Kolmogorov-Smirnov tests of all parameters between two sets of points of a data set, of which
/// the second may be re-weighted to the surrogate.
public struct MarginalAgreement: Sendable, Codable, Equatable {
  /// The first set: points as they are.
  public let first: String
  /// The second set.
  public let second: String
  /// Whether the second set has the weights exp(surrogate - truth) of its own points.
  public let isReweighted: Bool
  /// Number of points that each set is worth: (Σ w)² / Σ w².
  public let firstCount: Double, secondCount: Double
  /// Median of the p values over the parameters: about 0.5 where the distributions agree.
  public let medianPValue: Double
  /// The least p value, and its parameter.
  public let leastPValue: Double, leastParameter: String

  /// The most points of a set that are compared, evenly spaced.
  static var mostPoints: Int { 20_000 }

  /// All pairs of the sets of a data set: each against each, as they are, and with the second
  /// re-weighted.
  ///
  /// - Throws: `StatisticsError`.
  static func all(
    _ sets: [(Split.Role, Evaluation.Predictions)], names: [String]
  ) throws -> [MarginalAgreement] {
    let sets = sets.map { ($0.0, $0.1.thinned(to: mostPoints)) }
    var result: [MarginalAgreement] = []
    for (i, first) in sets.enumerated() {
      for (j, second) in sets.enumerated() where i != j {
        for isReweighted in i < j ? [false, true] : [true] {
          let weights = isReweighted ? try second.1.weights() : nil
          let tests = try MarginalComparison(
            first.1.points, weights: nil, with: second.1.points, weights: weights?.weights)
          let least = tests.tests.indices.min {
            tests.tests[$0].pValue < tests.tests[$1].pValue
          }
          result.append(
            MarginalAgreement(
              first: "\(first.0)", second: "\(second.0)", isReweighted: isReweighted,
              firstCount: Double(first.1.count),
              secondCount: weights?.effectiveCount ?? Double(second.1.count),
              medianPValue: tests.medianPValue, leastPValue: tests.minimumPValue,
              leastParameter: names[least ?? 0]))
        }
      }
    }
    return result
  }
}
