internal import NumericalCore

/// Draws in ascending order of |x - centre|, by merging the two sides of the centre.
///
/// The keys of the order tell most distances apart; only where two come within one key of each
/// other the draws themselves are compared.
struct Folding {
  private let items: KeyedPlaces
  private let count: Int
  private let spare: UnsafeMutablePointer<UInt64>
  private let x: UnsafePointer<Double>
  private let centre: Double
  private let centreKey: Double
  private let certain: Double

  init(_ order: OrderedPlaces, _ x: UnsafePointer<Double>, centre: Double) {
    (items, count, spare) = (order.items, order.count, order.spare)
    self.x = x
    self.centre = centre
    // Of the middle of a key, half a key away from the draw at most.
    centreKey = (centre - order.low) * order.scale - 0.5
    certain = order.scale > 0 ? 1.01 : .infinity
  }

  /// The place of the `k`-th draw; for the runs that ``forEachRun(_:)`` has come to.
  @inline(__always)
  func place(_ k: Int) -> Int { Int(truncatingIfNeeded: spare[k]) }

  /// Calls `body` for every run of draws with equal distances.
  @inline(__always)
  func forEachRun(_ body: (Range<Int>) -> Void) {
    let (n, items, x, centre, spare) = (count, self.items, self.x, self.centre, self.spare)
    let (centreKey, certain) = (self.centreKey, self.certain)
    var right = firstNotBelow()
    var left = right - 1
    var run = 0
    var last = (key: -Double.infinity, place: 0, isLeft: false)
    for k in 0..<n {
      let onLeft = left >= 0 ? centreKey - Double(items.key(left)) : .infinity
      let onRight = right < n ? Double(items.key(right)) - centreKey : .infinity
      var takesLeft = onLeft < onRight
      if abs(onLeft - onRight) <= certain, left >= 0, right < n {
        takesLeft = centre - x[items.place(left)] < x[items.place(right)] - centre
      }
      let place = items.place(takesLeft ? left : right)
      let key = takesLeft ? onLeft : onRight
      spare[k] = UInt64(truncatingIfNeeded: place)
      var isEqual = false
      if k > 0, abs(key - last.key) <= certain {
        isEqual =
          last.isLeft == takesLeft
          ? items.isRepeated(takesLeft ? left + 1 : right)
          : abs(x[place] - centre) == abs(x[last.place] - centre)
      }
      if !isEqual, k > 0 {
        body(run..<k)
        run = k
      }
      last = (key, place, takesLeft)
      left -= takesLeft ? 1 : 0
      right += takesLeft ? 0 : 1
    }
    if n > run { body(run..<n) }
  }

  /// The first draw in ascending order that is not below the centre.
  private func firstNotBelow() -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if x[items.place(middle)] < centre { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
