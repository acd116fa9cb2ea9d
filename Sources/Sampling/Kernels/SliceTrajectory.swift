internal import NumericalCore

/// A walker on its way through a slice: stepping out, then shrinking (Neal, Ann. Stat. 31 (2003)
/// 705), told as the positions on the line whose densities it wants to know next.
struct SliceTrajectory: Sendable {
  /// The row of the walker.
  let walker: Int
  /// The rows of the two walkers whose difference is the direction.
  let pair: (Int, Int)
  /// Log height of the slice.
  private let height: Double
  private var random: RandomSequence
  private var left: Double
  private var right: Double
  private var leftRoom: Int
  private var rightRoom: Int
  private var leftIsOpen: Bool
  private var rightIsOpen: Bool
  /// Positions of the points that are asked for: one or two.
  private(set) var first = 0.0
  private(set) var second: Double?
  private(set) var expansions = 0
  private(set) var contractions = 0

  init(
    walker: Int, pair: (Int, Int), logDensity: Double, maximumExpansions: Int,
    random: RandomSequence
  ) {
    self.walker = walker
    self.pair = pair
    self.random = random
    height = logDensity - self.random.exponential()
    left = -self.random.uniform()
    right = left + 1
    leftRoom = self.random.index(below: maximumExpansions)
    rightRoom = maximumExpansions - 1 - leftRoom
    leftIsOpen = leftRoom > 0
    rightIsOpen = rightRoom > 0
    ask()
  }

  /// Number of points asked for.
  var pointCount: Int { second == nil ? 1 : 2 }

  private mutating func ask() {
    second = nil
    switch (leftIsOpen, rightIsOpen) {
    case (true, true): (first, second) = (left, right)
    case (true, false): first = left
    case (false, true): first = right
    case (false, false): first = random.uniform(left, right)
    }
  }

  /// Takes the log densities of the points asked for; whether the walker moves to the point.
  mutating func answer(_ value: Double, _ secondValue: Double) -> Bool {
    let (asksLeft, asksRight) = (leftIsOpen, rightIsOpen)
    if asksLeft { expandLeft(value > height) }
    if asksRight { expandRight((asksLeft ? secondValue : value) > height) }
    if !asksLeft && !asksRight {
      guard value <= height else { return true }
      contractions += 1
      if first < 0 { left = first } else { right = first }
    }
    ask()
    return false
  }

  private mutating func expandLeft(_ isInside: Bool) {
    guard isInside else {
      leftIsOpen = false
      return
    }
    left -= 1
    leftRoom -= 1
    expansions += 1
    leftIsOpen = leftRoom > 0
  }

  private mutating func expandRight(_ isInside: Bool) {
    guard isInside else {
      rightIsOpen = false
      return
    }
    right += 1
    rightRoom -= 1
    expansions += 1
    rightIsOpen = rightRoom > 0
  }
}
