internal import Likelihoods

/// CLs along values of a parameter, observed and expected with the bands of one and two standard
/// deviations.
public struct BrazilBand: Sendable {
  /// The parameter.
  public let parameter: String
  /// The tests, by increasing value of the parameter.
  public let tests: [HypothesisTest]

  /// The tested values.
  public var values: [Double] { tests.map(\.mu) }
  /// The observed CLs.
  public var observed: [Double] { tests.map { $0.distribution.confidenceRatio($0.q) } }
  /// For each value CLs expected at +2, +1, 0, -1 and -2 standard deviations, ascending.
  public var expected: [[Double]] { tests.map(\.distribution.expectedConfidenceRatios) }
  /// Whether all fits have a valid certificate.
  public var isValid: Bool { tests.allSatisfy(\.isValid) }
}

extension AsymptoticTester {
  /// Tests values of the parameter for a Brazil band.
  ///
  /// - Throws: ``HypothesisTestError``, also for a statistic without upper limits, ``FitError``,
  ///   what the density throws.
  public mutating func brazilBand(at values: [Double]) throws -> BrazilBand {
    guard statistic.isUpper else {
      throw HypothesisTestError.undefinedStatistic(
        statistic, parameter, value: values.first ?? 0,
        expected: "qtilde or q, for which there is a CLs")
    }
    guard !values.isEmpty else { throw FitError.emptyScan("there are no values") }
    return BrazilBand(parameter: parameter, tests: try tests(at: values.sorted()))
  }
}
