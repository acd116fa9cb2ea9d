/// The profile likelihood of data that agree with the alternative, from that of the observed data.
///
/// A density that cannot generate data (a surrogate, an external program) is known for the
/// observed data alone. With ℓ the log density, θ̂̂' its maximum under μ' and U = ∂ℓ/∂μ there, the
/// density ℓ - U μ has its maximum at (μ', θ̂̂'), as an Asimov data set would have, and its maxima
/// under other μ are those of ℓ. So
///
///     q_A(μ) ≈ 2 r [ℓ(μ', θ̂̂') - ℓ(μ, θ̂̂) + U (μ - μ')].
///
/// The curvature of ℓ at μ' is that of the counts n and not of their expectation ν, which differs
/// by n/ν; it changes by as much the other way at the maximum μ̂, so that r = √(I(μ̂)/I(μ')), with I
/// the information on μ in the profile, takes the effect away to first order in μ̂, and altogether
/// for one bin with a known background.
struct TiltedProfile: Sendable {
  /// The log density at the maximum under the alternative.
  let height: Double
  /// The value of the alternative.
  let origin: Double
  /// ∂ℓ/∂μ there.
  let slope: Double
  /// The factor r.
  let ratio: Double

  /// The statistic on data that agree with the alternative.
  func statistic(at mu: Double, tested: Double) -> Double {
    max(0, 2 * ratio * (height - tested + slope * (mu - origin)))
  }

  /// The ratio of informations, from the slopes of the profile at distances 0, h and 2h from the
  /// alternative (h may be negative) and the information at the maximum, if that is no bound.
  static func ratio(slopes: [Double], step h: Double, atMaximum: Double?) -> Double {
    let information = -(-3 * slopes[0] + 4 * slopes[1] - slopes[2]) / (2 * h)
    guard information > 0, information.isFinite else { return 1 }
    if let atMaximum { return limited((atMaximum / information).squareRoot()) }
    // The maximum lies beyond a bound: by the change of the information towards it.
    let change = -(slopes[0] - 2 * slopes[1] + slopes[2]) / (h * h)
    return limited(1 + 0.5 * (slopes[0] / information) * change / information)
  }

  private static func limited(_ ratio: Double) -> Double {
    ratio.isFinite ? min(max(ratio, 0.25), 4) : 1
  }
}
