internal import Foundation

/// The log-probability of one Poisson count as a function of its expectation, n ln λ - λ -
/// ln Γ(n + 1), without cancellation at large counts.
///
/// The count may be any real number n >= 0, as in an Asimov data set. Large terms cancel in the
/// naive formula: at n = 2·10¹¹ it is wrong by 10⁻³. From n = 1000 on it is therefore
/// n (ln(1 + x) - x) + c(n), with the relative excess x = (λ - n)/n and c(n) the logarithm of the
/// probability at λ = n by Stirling's series.
public struct PoissonTerm: Sendable, Equatable {
  /// The count n, not negative and finite.
  public let observed: Double
  /// ln Γ(n + 1) below ``stableFrom``, else -c(n): what does not depend on the expectation.
  private let constant: Double
  private let isLarge: Bool

  /// The count from which on the cancellation-free form is used.
  public static let stableFrom = 1000.0

  /// The term of a count.
  ///
  /// - Precondition: `observed` is finite and not negative.
  public init(observed n: Double) {
    precondition(n >= 0 && n.isFinite, "a Poisson count is a finite number >= 0, not \(n)")
    observed = n
    isLarge = n >= Self.stableFrom
    if isLarge {
      let n3 = n * n * n
      constant = 0.5 * log(2 * Double.pi * n) + 1 / (12 * n) - 1 / (360 * n3)
    } else {
      constant = lgamma(n + 1)
    }
  }

  /// The log-probability at an expectation; -∞ where it is negative, NaN or infinite, and where
  /// it is 0 with a count above 0.
  public func logProbability(_ expected: Double) -> Double {
    guard expected > 0 else { return expected == 0 && observed == 0 ? 0 : -.infinity }
    if isLarge { return logProbability(relativeExcess: (expected - observed) / observed) }
    let value = (observed > 0 ? observed * log(expected) : 0) - expected - constant
    return value.isNaN ? -.infinity : value
  }

  /// The log-probability at the expectation n (1 + x); for auxiliary counts, whose expectation is
  /// n γ, x = γ - 1 is exact, and λ - n is not.
  public func logProbability(relativeExcess x: Double) -> Double {
    guard isLarge else { return logProbability(observed * (1 + x)) }
    guard x > -1 else { return -.infinity }
    let value = observed * Self.logOnePlusMinus(x) - constant
    return value.isNaN ? -.infinity : value
  }

  /// The derivative of the log-probability by the expectation, n/λ - 1, for λ > 0; at λ = 0 with
  /// n = 0 it is -1.
  public func slope(_ expected: Double) -> Double {
    observed > 0 ? (observed - expected) / expected : -1
  }

  /// ln(1 + x) - x for x > -1, accurate to rounding near 0.
  ///
  /// With r = x/(2 + x), ln(1 + x) = 2 artanh r, so that the difference is
  /// -r x + 2 (r³/3 + r⁵/5 + …).
  static func logOnePlusMinus(_ x: Double) -> Double {
    guard abs(x) < 0.2 else { return log1p(x) - x }
    let r = x / (2 + x)
    let square = r * r
    var power = 2 * r * square
    var sum = power / 3
    for k in stride(from: 5.0, through: 31, by: 2) {
      power *= square
      let next = sum + power / k
      if next == sum { break }
      sum = next
    }
    return sum - r * x
  }
}
