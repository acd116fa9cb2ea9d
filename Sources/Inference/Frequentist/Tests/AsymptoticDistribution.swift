internal import Foundation
internal import NumericalCore

/// The distributions of a test statistic for large samples (arXiv:1007.1727, sections 3 and 4),
/// with one number that depends on the experiment: the statistic of the Asimov data set.
public struct AsymptoticDistribution: Sendable {
  /// The statistic.
  public let statistic: TestStatistic
  /// The statistic on the Asimov data set, (μ - μ')²/σ².
  public let asimov: Double
  /// Whether the parameter is bounded below by zero, which makes t_μ the t̃_μ.
  public let isBounded: Bool

  /// The distributions.
  ///
  /// - Precondition: `asimov` is not negative.
  public init(_ statistic: TestStatistic, asimov: Double, isBounded: Bool = true) {
    precondition(asimov >= 0, "a statistic of \(asimov) on the Asimov data set")
    self.statistic = statistic
    self.asimov = asimov
    self.isBounded = isBounded
  }

  /// Numbers of standard deviations at which expected values are given, smallest p values first.
  public static let bands: [Double] = [2, 1, 0, -1, -2]

  /// The number of standard deviations between the median of the background and the data: Φ(-T) is
  /// CLb.
  private func deviation(_ q: Double) -> Double {
    let (s, expected) = (q.squareRoot(), asimov.squareRoot())
    return statistic == .qtilde && s > expected && expected > 0
      ? (q - asimov) / (2 * expected) : s - expected
  }

  /// The p value of the tested value: the probability of a statistic at least as large as `q`
  /// (CL_{s+b}; p_0 for discovery).
  public func testedPValue(_ q: Double) -> Double {
    statistic == .t
      ? twoSided(q, shift: 0) : tail(deviation(q) + asimov.squareRoot())
  }

  /// The same probability under the alternative (CL_b for upper limits).
  public func alternativePValue(_ q: Double) -> Double {
    statistic == .t ? twoSided(q, shift: asimov.squareRoot()) : tail(deviation(q))
  }

  /// CLs = CL_{s+b} / CL_b, from the logarithms of both, so that it is defined in the far tail.
  public func confidenceRatio(_ q: Double) -> Double {
    let deviation = deviation(q)
    return ratio(deviation + asimov.squareRoot(), deviation)
  }

  /// The expected CLs at ``bands``.
  public var expectedConfidenceRatios: [Double] {
    Self.bands.map { ratio($0 + asimov.squareRoot(), $0) }
  }

  /// The p values of the tested value that are expected under the alternative, at ``bands``: of
  /// data whose estimate of the parameter deviates by that many standard deviations.
  public var expectedPValues: [Double] {
    let expected = asimov.squareRoot()
    return Self.bands.map { n in
      guard statistic == .t else { return tail(n + expected) }
      // The estimate lies n standard deviations below zero.
      let isBelow = isBounded && n > 0
      return testedPValue(isBelow ? asimov + 2 * expected * n : (expected + n) * (expected + n))
    }
  }

  /// 1 - F(t | μ'), with `shift` = (μ - μ')/σ (eqs. 35 and 43).
  private func twoSided(_ t: Double, shift: Double) -> Double {
    let (s, expected) = (t.squareRoot(), asimov.squareRoot())
    let upper = tail(s + shift)
    guard isBounded, t > asimov, expected > 0 else { return upper + tail(s - shift) }
    // μ̂ below zero: t̃ is linear in μ̂.
    return upper + tail((t + asimov) / (2 * expected) - shift)
  }

  private func tail(_ x: Double) -> Double { SpecialFunctions.normalSurvival(x) }

  private func ratio(_ numerator: Double, _ denominator: Double) -> Double {
    exp(Self.logTail(numerator) - Self.logTail(denominator))
  }

  /// ln Φ(-x); by the asymptotic series where Φ underflows.
  static func logTail(_ x: Double) -> Double {
    guard x > 30 else { return log(SpecialFunctions.normalSurvival(x)) }
    let r = 1 / (x * x)
    return -0.5 * x * x - log(x * (2 * Double.pi).squareRoot())
      + log1p(-r * (1 - 3 * r * (1 - 5 * r)))
  }
}
