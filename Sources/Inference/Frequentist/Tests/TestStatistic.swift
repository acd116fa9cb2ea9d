/// Test statistics of the profile likelihood ratio (Cowan, Cranmer, Gross and Vitells,
/// arXiv:1007.1727), with t_μ = -2 ln [L(μ, θ̂̂) / L(μ̂, θ̂)].
public enum TestStatistic: String, Codable, Sendable, CaseIterable {
  /// t_μ, two-sided (eq. 8); t̃_μ (eq. 11) where the parameter is bounded below by zero.
  case t
  /// q_μ for upper limits (eq. 14): t_μ, and 0 where μ̂ > μ. The parameter may be negative.
  case q
  /// q̃_μ for upper limits (eq. 16): as q_μ, with L(0, θ̂̂) in place of the maximum where μ̂ < 0.
  case qtilde
  /// q_0 for discovery (eq. 12): t_0, and 0 where μ̂ < 0.
  case q0

  /// The value of the parameter whose expected data are the Asimov data set: 1 for discovery, 0
  /// otherwise.
  public var alternative: Double { self == .q0 ? 1 : 0 }

  /// Whether small p values exclude large values of the parameter, so that upper limits follow.
  public var isUpper: Bool { self == .q || self == .qtilde }

  /// The statistic from maxima of the log density.
  ///
  /// - Parameters:
  ///   - mu: the tested value.
  ///   - best: the value of the parameter at the free maximum.
  ///   - free: the log density at the free maximum.
  ///   - tested: the log density at the maximum under the tested value.
  ///   - zero: the log density at the maximum under the value zero; q̃ asks for it where
  ///     `best` < 0.
  /// - Returns: the statistic, not below 0.
  public func value(
    at mu: Double, best: Double, free: Double, tested: Double, zero: Double
  ) -> Double {
    switch self {
    case .t: break
    case .q: if best > mu { return 0 }
    case .qtilde:
      if best > mu { return 0 }
      if best < 0 { return max(0, 2 * (zero - tested)) }
    case .q0: if best < 0 { return 0 }
    }
    return max(0, 2 * (free - tested))
  }
}
