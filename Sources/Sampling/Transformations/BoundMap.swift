internal import Foundation
public import Likelihoods

/// The map between a bounded parameter x and an unbounded coordinate y.
///
/// | bounds | x(y) | ln dx/dy |
/// |---|---|---|
/// | none | y | 0 |
/// | lower a | a + eʸ | y |
/// | upper b | b - eʸ | y |
/// | both | a + (b - a) σ(y) | ln(b - a) + ln σ(y) + ln σ(-y) |
///
/// with σ(y) = 1/(1 + e⁻ʸ), as in Stan. The absolute value of dx/dy is meant.
public enum BoundMap: Sendable, Equatable {
  /// No bound.
  case identity
  /// A lower bound.
  case lower(Double)
  /// An upper bound.
  case upper(Double)
  /// Both.
  case interval(Double, Double)

  /// The map of a parameter with its bounds.
  public init(_ parameter: Parameter) {
    switch (parameter.lower.isFinite, parameter.upper.isFinite) {
    case (false, false): self = .identity
    case (true, false): self = .lower(parameter.lower)
    case (false, true): self = .upper(parameter.upper)
    case (true, true): self = .interval(parameter.lower, parameter.upper)
    }
  }

  /// The parameter, and |dx/dy|, ln |dx/dy|, and d ln |dx/dy| / dy, at a coordinate.
  public func parameter(
    at y: Double
  ) -> (value: Double, slope: Double, logSlope: Double, logSlopeDerivative: Double) {
    switch self {
    case .identity: return (y, 1, 0, 0)
    case .lower(let a):
      let e = exp(y)
      return (a + e, e, y, 1)
    case .upper(let b):
      let e = exp(y)
      return (b - e, -e, y, 1)
    case .interval(let a, let b):
      // From the nearer end, so that nothing cancels there.
      let e = exp(-abs(y))
      let near = e / (1 + e)
      let width = b - a
      let value = y < 0 ? a + width * near : b - width * near
      return (
        value, width * near / (1 + e), log(width) - abs(y) - 2 * log1p(e),
        y < 0 ? 1 - 2 * near : 2 * near - 1
      )
    }
  }

  /// The coordinate of a parameter inside its bounds.
  ///
  /// - Parameters:
  ///   - x: the parameter.
  ///   - margin: a value nearer than this to a bound, or outside of it, is moved to this distance;
  ///     bounds themselves belong to the range of a parameter, but lie at infinity here.
  public func coordinate(of x: Double, margin: Double) -> Double {
    switch self {
    case .identity: return x
    case .lower(let a): return log(max(x - a, margin))
    case .upper(let b): return log(max(b - x, margin))
    case .interval(let a, let b):
      let least = min(margin, 0.25 * (b - a))
      return log(max(x - a, least) / max(b - x, least))
    }
  }
}
