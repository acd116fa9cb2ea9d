/// One pseudo-experiment: the maxima of the log density of one random data set.
public struct PseudoExperiment: Sendable, Equatable {
  /// Its number. The data depend on it, on the seed and on the generating value alone.
  public let toy: Int
  /// The value of the parameter at the free maximum.
  public let best: Double
  /// The log density at the free maximum; -∞ if the density was nowhere defined.
  public let free: Double
  /// The log density at the maximum under the tested value.
  public let tested: Double
  /// The log density at the maximum under the value zero; `nil` where it was not wanted, or where
  /// `best` is not negative, so that q̃ does not need it.
  public let zero: Double?
  /// Whether all fits have valid certificates, or end at an open bound of the parameter with the
  /// density rising towards it, and the conditional maximum lies below the free one.
  public let isCertified: Bool
  /// Whether the fits from the generating point were not certified, so that thorough ones followed.
  public let isRetried: Bool
  /// Draws of the nuisance parameters before this one that were given up because an expected count
  /// was negative there.
  public let rejectedDraws: Int

  /// A pseudo-experiment from its parts.
  public init(
    toy: Int, best: Double, free: Double, tested: Double, zero: Double? = nil,
    isCertified: Bool = true, isRetried: Bool = false, rejectedDraws: Int = 0
  ) {
    self.toy = toy
    self.best = best
    self.free = free
    self.tested = tested
    self.zero = zero
    self.isCertified = isCertified
    self.isRetried = isRetried
    self.rejectedDraws = rejectedDraws
  }

  /// A test statistic of the tested value `mu`; infinite where the density is not defined anywhere
  /// under that value.
  public func value(of statistic: TestStatistic, at mu: Double) -> Double {
    guard free > -.infinity, tested > -.infinity else { return .infinity }
    return statistic.value(
      at: mu, best: best, free: free, tested: tested, zero: zero ?? (mu == 0 ? tested : free))
  }
}
