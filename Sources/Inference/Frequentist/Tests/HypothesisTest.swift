internal import Optimization

/// How the test statistic of the background's expectation was found.
public enum AsimovMethod: String, Codable, Sendable {
  /// From the Asimov data set: the expectation of all data at the conditional maximum.
  case generated
  /// From the density of the observed data, for a density that cannot generate others: its profile
  /// with the slope at the alternative taken away (see ``TiltedProfile``).
  case wald
}

/// A test of one value of a parameter by asymptotic formulas (arXiv:1007.1727).
public struct HypothesisTest: Sendable {
  /// The tested parameter.
  public let parameter: String
  /// The tested value.
  public let mu: Double
  /// The value of the parameter at the free maximum.
  public let best: Double
  /// The statistic and its distributions.
  public let distribution: AsymptoticDistribution
  /// The statistic of the observed data.
  public let q: Double
  /// How the statistic of the Asimov data set was found.
  public let asimovMethod: AsimovMethod
  /// All fits that the numbers come from: `free`, `tested`, `alternative` of the observed data,
  /// `asimovFree`, `asimovTested` where an Asimov data set was generated.
  public let fits: [Role: FitResult]

  /// What a fit was made for.
  public enum Role: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    case free, tested, alternative, asimovFree, asimovTested
  }

  /// The statistic.
  public var statistic: TestStatistic { distribution.statistic }
  /// The statistic on the Asimov data set.
  public var qAsimov: Double { distribution.asimov }
  /// The p value of the tested value: CL_{s+b}, or p_0 for discovery.
  public var pValue: Double { distribution.testedPValue(q) }
  /// The probability of such a statistic under the alternative, CL_b.
  public var alternativePValue: Double { distribution.alternativePValue(q) }
  /// CLs, for the statistics of upper limits.
  public var confidenceRatio: Double? {
    statistic.isUpper ? distribution.confidenceRatio(q) : nil
  }
  /// CLs expected under the alternative at +2, +1, 0, -1 and -2 standard deviations, for the
  /// statistics of upper limits; ascending.
  public var expectedConfidenceRatios: [Double]? {
    statistic.isUpper ? distribution.expectedConfidenceRatios : nil
  }
  /// Significance Z = √q_0 of a discovery.
  public var significance: Double? { statistic == .q0 ? q.squareRoot() : nil }
  /// The median significance of a discovery if the parameter is 1.
  public var expectedSignificance: Double? {
    statistic == .q0 ? qAsimov.squareRoot() : nil
  }
  /// Whether all fits have a valid certificate.
  public var isValid: Bool { fits.values.allSatisfy(\.certificate.isValid) }
}
