internal import Foundation

/// A stretch of consecutive points of a trajectory: what is needed to join it to the next one,
/// and one point drawn from it.
struct TrajectoryBranch: Sendable {
  /// Momentum and velocity at an end.
  struct End: Sendable {
    var momentum, velocity: [Double]
  }
  /// The point drawn from a stretch.
  struct Draw: Sendable {
    var position, gradient: [Double]
    var logDensity = 0.0
    var energy = 0.0
  }

  /// The stretch has 2^depth points.
  var depth = 0
  /// ln of the sum of exp(H₀ - H) over the points.
  var logWeight = 0.0
  /// The ends, in the order in which the points were made.
  var first, last: End
  /// The sum of all momenta.
  var momentumSum: [Double]
  var draw: Draw

  init(dimension: Int) {
    let zero = [Double](repeating: 0, count: dimension)
    let end = End(momentum: zero, velocity: zero)
    (first, last) = (end, end)
    momentumSum = zero
    draw = Draw(position: zero, gradient: zero)
  }

  /// Makes the stretch of a single point.
  mutating func set(_ point: PhasePoint, logWeight: Double, energy: Double) {
    depth = 0
    self.logWeight = logWeight
    VectorMath.copy(point.momentum, to: &first.momentum)
    VectorMath.copy(point.velocity, to: &first.velocity)
    VectorMath.copy(point.momentum, to: &last.momentum)
    VectorMath.copy(point.velocity, to: &last.velocity)
    VectorMath.copy(point.momentum, to: &momentumSum)
    VectorMath.copy(point.position, to: &draw.position)
    VectorMath.copy(point.gradient, to: &draw.gradient)
    draw.logDensity = point.logDensity
    draw.energy = energy
  }

  /// Joins the stretch that follows, whose memory is used up.
  ///
  /// - Parameters:
  ///   - next: the points made after those of this stretch.
  ///   - takesDraw: whether the point drawn becomes that of `next`.
  /// - Returns: whether no part of the whole turns back: the generalised criterion of
  ///   arXiv:1701.02434 (appendix A.4.2) for the whole, and for each part with the nearest
  ///   point of the other. The two additional tests stop trajectories that run in circles.
  mutating func join(_ next: inout TrajectoryBranch, takesDraw: Bool) -> Bool {
    // The sums of this part with the next point, and of the next part with the last point.
    var goesOn =
      Self.goesOn(momentumSum, next.first.momentum, from: first, to: next.first)
      && Self.goesOn(next.momentumSum, last.momentum, from: last, to: next.last)
    VectorMath.add(1, next.momentumSum, to: &momentumSum)
    if goesOn {
      goesOn =
        VectorMath.dot(first.velocity, momentumSum) > 0
        && VectorMath.dot(next.last.velocity, momentumSum) > 0
    }
    swap(&last, &next.last)
    if takesDraw { swap(&draw, &next.draw) }
    logWeight = Self.logSum(logWeight, next.logWeight)
    depth += 1
    return goesOn
  }

  /// Whether ρ = `sum` + `momentum` points forwards at both ends.
  private static func goesOn(
    _ sum: [Double], _ momentum: [Double], from: End, to: End
  ) -> Bool {
    VectorMath.dot(from.velocity, sum) + VectorMath.dot(from.velocity, momentum) > 0
      && VectorMath.dot(to.velocity, sum) + VectorMath.dot(to.velocity, momentum) > 0
  }

  /// The same points in the opposite order.
  mutating func reverse() { swap(&first, &last) }

  /// ln(eᵃ + eᵇ).
  static func logSum(_ a: Double, _ b: Double) -> Double {
    let (low, high) = a < b ? (a, b) : (b, a)
    return high == -.infinity ? high : high + log1p(exp(low - high))
  }
}
