internal import NumericalCore

/// A hypothesis test whose distributions are those of pseudo-experiments.
///
/// p values are the fractions of toys whose statistic is at least the observed one.
public struct ToyHypothesisTest: Codable, Sendable {
  /// The parameter.
  public let parameter: String
  /// The tested value.
  public let mu: Double
  /// The statistic.
  public let statistic: TestStatistic
  /// The statistic of the observed data.
  public let q: Double
  /// The p value of the tested value (CL_{s+b}; p_0 for discovery).
  public let testedPValue: Proportion
  /// The same probability under the alternative (CL_b for upper limits).
  public let alternativePValue: Proportion
  /// CLs = CL_{s+b} / CL_b; `nil` if no toy of the alternative is as extreme as the data.
  public let confidenceRatio: Estimate?
  /// CLs that is expected under the alternative, at 2, 1, 0, -1 and -2 standard deviations of the
  /// background: of the toys of the alternative with these quantiles of the statistic. Smallest
  /// first.
  public let expectedConfidenceRatios: [Estimate?]
  /// The p values of the tested value at the same quantiles.
  public let expectedPValues: [Estimate]
  /// Toys without a valid certificate, which are counted with what was found.
  public let uncertified: Int
  /// Toys that needed thorough fits.
  public let retried: Int
  /// Whether the fits of the data are certified, and the uncertified toys too few to matter.
  public let isValid: Bool

  /// The test of a value from results that have the toys of it and of the alternative
  /// (``PseudoExperiments/init(parameter:testing:with:toys:construction:fluctuatesAuxiliary:seed:)``).
  ///
  /// - Throws: ``PseudoExperimentError/missing(_:)``.
  public init(
    _ results: PseudoExperimentResults, at mu: Double, statistic: TestStatistic
  ) throws {
    func experiments(_ generated: Double) throws -> [PseudoExperiment] {
      let found = results.experiments(
        at: PseudoExperiments.Point(generated: generated, tested: mu))
      guard !found.isEmpty else {
        throw PseudoExperimentError.missing("toys generated at \(generated) and tested with \(mu)")
      }
      return found
    }
    let tested = try experiments(mu)
    let alternative = try experiments(statistic.alternative)
    guard statistic != .qtilde || results.study.fitsZero else {
      throw PseudoExperimentError.missing("fits under the value zero, which qtilde needs")
    }
    guard let q = results.observed.value(of: statistic, at: mu) else {
      throw PseudoExperimentError.missing("maximum of the observed data at the value \(mu)")
    }
    self.init(
      tested: SortedStatistic(tested.map { $0.value(of: statistic, at: mu) }),
      alternative: SortedStatistic(alternative.map { $0.value(of: statistic, at: mu) }),
      observed: q, results: results, mu: mu, statistic: statistic)
  }

  private init(
    tested: SortedStatistic, alternative: SortedStatistic, observed: Double,
    results: PseudoExperimentResults, mu: Double, statistic: TestStatistic
  ) {
    parameter = results.study.parameter
    self.mu = mu
    self.statistic = statistic
    q = observed
    testedPValue = tested.proportion(atLeast: observed)
    alternativePValue = alternative.proportion(atLeast: observed)
    confidenceRatio = Self.ratio(testedPValue, alternativePValue)
    let quantiles = [2.0, 1, 0, -1, -2].map {
      alternative.quantile(SpecialFunctions.normalCDF($0))
    }
    expectedConfidenceRatios = quantiles.map { quantile in
      Self.propagated(quantile) { q in
        Self.ratio(tested.proportion(atLeast: q), alternative.proportion(atLeast: q))
      }
    }
    expectedPValues = quantiles.map { quantile in
      Self.propagated(quantile) { tested.proportion(atLeast: $0).estimate }
        ?? Estimate(value: 0, error: nil)
    }
    uncertified = results.uncertified
    retried = results.retried
    isValid = results.isValid
  }

  /// The ratio of two proportions of independent toys with its error; exactly 1 where both are 1.
  private static func ratio(_ a: Proportion, _ b: Proportion) -> Estimate? {
    guard b.successes > 0 else { return nil }
    if a.successes == a.trials, b.successes == b.trials { return Estimate(value: 1, error: 0) }
    let (x, y) = (a.value / b.value, b.value)
    return Estimate(
      value: x, error: ((a.error * a.error) + x * x * b.error * b.error).squareRoot() / y)
  }

  /// A function of a quantile, with the error of the function and that of the quantile.
  private static func propagated(
    _ quantile: Estimate, _ function: (Double) -> Estimate?
  ) -> Estimate? {
    guard let middle = function(quantile.value) else { return nil }
    guard let spread = quantile.error, let error = middle.error,
      let low = function(quantile.value - spread), let high = function(quantile.value + spread)
    else { return Estimate(value: middle.value, error: nil) }
    let slope = 0.5 * (high.value - low.value)
    return Estimate(value: middle.value, error: (error * error + slope * slope).squareRoot())
  }
}
