/// Shifts of one coordinate and the weights that make a derivative of the values there.
struct DifferenceStencil {
  /// The side of the point on which values are taken.
  enum Side { case central, forward, backward }

  let center: Double
  /// Shifts of the coordinate.
  let shifts: [Double]
  /// The side that was possible within the bounds.
  let side: Side
  /// Weight of the value at the center, then of those at the shifts; all over the step.
  private let weights: [Double]
  private let step: Double

  /// A stencil inside closed bounds: where the wanted side has no room it is the other one, and
  /// where neither has, the step shrinks.
  init(
    order: Int, at x: Double, step wanted: Double, side: Side, lower: Double, upper: Double
  ) {
    center = x
    let reach = Double(order)  // of a one-sided stencil; a central one reaches half of it
    var step = min(wanted, 0.999 * max(upper - x, x - lower) / reach)
    let fits = { (low: Double, high: Double) in x - low * step >= lower && x + high * step <= upper
    }
    var chosen = side
    if side == .central, !fits(0.5 * reach, 0.5 * reach) { chosen = .forward }
    if chosen == .forward, !fits(0, reach) { chosen = .backward }
    if chosen == .backward, !fits(reach, 0) { chosen = fits(0, reach) ? .forward : .backward }
    // A step that the coordinate can represent.
    step = (x + step) - x
    self.step = step
    self.side = chosen
    let direction = chosen == .backward ? -1.0 : 1
    switch (chosen, order) {
    case (.central, 2):
      shifts = [-step, step]
      weights = [0, -0.5, 0.5]
    case (.central, _):
      shifts = [-2 * step, -step, step, 2 * step]
      weights = [0, 1.0 / 12, -2.0 / 3, 2.0 / 3, -1.0 / 12]
    case (_, 2):
      shifts = [1, 2].map { direction * $0 * step }
      weights = [-1.5, 2, -0.5].map { direction * $0 }
    default:
      shifts = [1, 2, 3, 4].map { direction * $0 * step }
      weights = [-25.0 / 12, 4, -3, 4.0 / 3, -0.25].map { direction * $0 }
    }
  }

  /// The derivative; `nil` if one of the values is not finite.
  func slope(_ value: Double, _ shifted: ArraySlice<Double>) -> Double? {
    guard step > 0, value.isFinite, shifted.allSatisfy(\.isFinite) else { return nil }
    return zip(weights.dropFirst(), shifted).reduce(weights[0] * value) { $0 + $1.0 * $1.1 } / step
  }
}
