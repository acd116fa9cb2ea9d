/// A root of a continuous function of one variable, asked for point by point, so that many roots
/// can be sought in one batch.
///
/// Propose ``next``, hand its value to ``receive(_:)``, until ``isFinished``. The regula falsi with
/// the weight of Anderson and Björck (BIT 13 (1973) 253), and a bisection where it is slow.
public struct BracketedRoot: Sendable {
  private var low, high: (x: Double, y: Double)
  private let tolerance: Double
  private let valueTolerance: Double
  private var rounds = 0
  private var bestSoFar: (x: Double, y: Double)
  /// Where the function is wanted next; the root once ``isFinished``.
  public private(set) var next: Double
  /// Whether ``next`` is the root, to the tolerance.
  public private(set) var isFinished = false

  /// A bracket: values of different sign (or zero) at two points.
  ///
  /// - Parameters:
  ///   - low, high: the ends with the values there.
  ///   - tolerance: the root is known when the bracket is narrower.
  ///   - valueTolerance: a value so close to zero is one.
  /// - Precondition: the values do not have the same sign.
  public init(
    _ low: (x: Double, y: Double), _ high: (x: Double, y: Double), tolerance: Double,
    valueTolerance: Double
  ) {
    precondition((low.y <= 0) != (high.y < 0) || low.y == 0 || high.y == 0, "no bracket")
    self.low = low
    self.high = high
    self.tolerance = tolerance
    self.valueTolerance = valueTolerance
    bestSoFar = abs(low.y) < abs(high.y) ? low : high
    next = bestSoFar.x
    propose()
  }

  private mutating func propose() {
    if abs(bestSoFar.y) <= valueTolerance || abs(high.x - low.x) <= tolerance || rounds >= 60 {
      isFinished = true
      next = bestSoFar.x
      return
    }
    let falsi = low.x - low.y * (high.x - low.x) / (high.y - low.y)
    let inside = (falsi - low.x) / (high.x - low.x)
    next =
      rounds % 6 == 5 || !(inside > 1e-6 && inside < 1 - 1e-6) ? 0.5 * (low.x + high.x) : falsi
  }

  /// The value at ``next``.
  public mutating func receive(_ value: Double) {
    guard !isFinished else { return }
    rounds += 1
    if abs(value) < abs(bestSoFar.y) || rounds == 1 { bestSoFar = (next, value) }
    // `high` is the newest point, `low` the end beyond the root.
    if (value < 0) != (high.y < 0) {
      low = high
    } else {
      let weight = 1 - value / high.y
      low.y *= weight > 0 ? weight : 0.5
    }
    high = (next, value)
    propose()
  }
}
