internal import NumericalCore
internal import Optimization

/// What a limit is compared with.
struct LimitSearch {
  /// One minus the confidence level.
  let tail: Double
  let criterion: UpperLimit.Criterion
  /// Values of the parameter that were tried.
  var steps = 0

  /// The number of standard deviations of ``tail``.
  var quantile: Double { SpecialFunctions.normalUpperQuantile(tail) }

  /// How far a test lies on the side of exclusion, in standard deviations: nearly linear in the
  /// tested value; and what is compared with ``tail``.
  func deviation(_ test: HypothesisTest) -> (deviation: Double, value: Double) {
    let value =
      criterion == .cls ? test.distribution.confidenceRatio(test.q) : test.pValue
    let z = SpecialFunctions.normalUpperQuantile(min(value, 1))
    return (min(max(z, -40), 40) - quantile, value)
  }

  /// √q_A at the limit that is expected if the data deviate by `n` standard deviations.
  func expectedRoot(_ n: Double) -> Double {
    let tail = criterion == .cls ? tail * SpecialFunctions.normalSurvival(n) : tail
    return SpecialFunctions.normalUpperQuantile(tail) - n
  }
}

/// The place where a function, negative at the start, becomes positive, sought upwards as far as a
/// bound.
struct UpwardRoot {
  enum Outcome {
    case found(Double)
    /// Still negative at the bound.
    case notReached
  }

  /// Where the function is wanted.
  private(set) var next: Double
  private(set) var outcome: Outcome?
  private var low: (x: Double, y: Double)
  private var root: BracketedRoot?
  private var rounds = 0
  private let bound: Double
  private let tolerance: Double

  init(from low: (x: Double, y: Double), first: Double, bound: Double, tolerance: Double) {
    self.low = low
    self.bound = bound
    self.tolerance = tolerance
    next = min(first, bound)
  }

  mutating func receive(_ y: Double) {
    rounds += 1
    if root != nil {
      root?.receive(y)
    } else if y >= 0 {
      root = BracketedRoot(
        low, (next, y), tolerance: 1e-12 * abs(next - low.x), valueTolerance: tolerance)
    } else if next >= bound || rounds > 60 {
      outcome = .notReached
    } else {
      // Straight on, a little too far; at most three times as far.
      let far = y > low.y ? 1.1 * -low.y / (y - low.y) : 3
      let step = min(max(far, 1.3), 3) * (next - low.x)
      let target = min(low.x + step, bound)
      low = (next, y)
      next = target
    }
    guard let root else { return }
    next = root.next
    if root.isFinished { outcome = .found(root.next) }
  }
}
