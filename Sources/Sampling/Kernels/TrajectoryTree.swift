internal import Foundation
internal import NumericalCore

/// The tree of one no-U-turn transition: which way the trajectory grows, when it ends, and which
/// of its points is the new one (Hoffman and Gelman arXiv:1111.4246, with the multinomial draws
/// of Betancourt arXiv:1701.02434 as in Stan).
///
/// The trajectory doubles, forwards or backwards at random, until it turns back. Points are handed
/// in one by one; stretches of equal length are joined as in a binary counter, which is the
/// recursion of the papers without recursion. Knows nothing of how points are made.
struct TrajectoryTree: Sendable {
  /// How the choice of the new point is made; all but the first are wrong, and are there so that
  /// the tests can show that they would see it.
  enum DrawRule: Sendable {
    case multinomial
    /// The newer part is always taken.
    case alwaysNewer
  }

  /// Whether the trajectory is being extended forwards in time.
  private(set) var isForward = true
  /// Doublings done.
  private(set) var depth = 0
  /// Points made, the first not counted.
  private(set) var leapfrogs = 0
  /// Whether the energy error passed ``divergenceThreshold`` inside the support.
  private(set) var diverged = false
  /// Sum of min(1, exp(H₀ - H)) over the points made.
  private var acceptanceSum = 0.0
  private var whole: TrajectoryBranch
  /// Parts of the present doubling; the first `used` count.
  private var parts: [TrajectoryBranch] = []
  private var used = 0
  private var initialEnergy = 0.0
  private var random: RandomSequence
  private var maximumDepth = 10
  private var rule = DrawRule.multinomial

  /// An energy error above this is a divergence (as in Stan).
  static let divergenceThreshold = 1000.0

  init(dimension: Int, random: RandomSequence) {
    whole = TrajectoryBranch(dimension: dimension)
    self.random = random
  }

  /// The point drawn from the trajectory.
  var draw: TrajectoryBranch.Draw { whole.draw }
  /// Mean of min(1, exp(H₀ - H)) over all points made, those of discarded parts included.
  var acceptance: Double { leapfrogs > 0 ? acceptanceSum / Double(leapfrogs) : 0 }

  /// Starts a trajectory of at most `maximumDepth` doublings, and chooses the first direction.
  mutating func begin(
    at point: PhasePoint, energy: Double, random: RandomSequence, maximumDepth: Int,
    rule: DrawRule = .multinomial
  ) {
    whole.set(point, logWeight: 0, energy: energy)
    initialEnergy = energy
    self.random = random
    self.maximumDepth = maximumDepth
    self.rule = rule
    (depth, leapfrogs, used, diverged, acceptanceSum) = (0, 0, 0, false, 0)
    isForward = self.random.uniform() < 0.5
  }

  /// Adds the next point of the present direction; whether another one is needed, at the end
  /// that ``isForward`` tells.
  mutating func add(_ point: PhasePoint, energy: Double) -> Bool {
    leapfrogs += 1
    let error = energy - initialEnergy
    // NaN (an overflow) counts as an infinite energy.
    guard error < Self.divergenceThreshold else {
      diverged = point.logDensity != -.infinity
      return false
    }
    acceptanceSum += error > 0 ? exp(-error) : 1
    if used == parts.count { parts.append(TrajectoryBranch(dimension: point.position.count)) }
    parts[used].set(point, logWeight: -error, energy: energy)
    used += 1
    while used > 1, parts[used - 1].depth == parts[used - 2].depth {
      let takes = takesNewer(parts[used - 2].logWeight, parts[used - 1].logWeight)
      used -= 1
      let newer = used
      let goesOn = parts.withUnsafeMutableBufferPointer { parts in
        parts[newer - 1].join(&parts[newer], takesDraw: takes)
      }
      // A part that turned back is discarded whole, and ends the trajectory.
      guard goesOn else { return false }
    }
    return parts[0].depth == depth ? double() : true
  }

  /// Joins the finished part to the trajectory; whether it goes on.
  private mutating func double() -> Bool {
    used = 0
    // Biased progressive sampling: the new half is preferred.
    let ratio = parts[0].logWeight - whole.logWeight
    let takes = rule == .alwaysNewer || ratio >= 0 || random.uniform() < exp(ratio)
    if !isForward { whole.reverse() }
    let goesOn = whole.join(&parts[0], takesDraw: takes)
    if !isForward { whole.reverse() }
    depth += 1
    guard goesOn, depth < maximumDepth else { return false }
    isForward = random.uniform() < 0.5
    return true
  }

  /// Whether the draw of two joined parts is that of the newer one, in proportion to weights.
  private mutating func takesNewer(_ older: Double, _ newer: Double) -> Bool {
    random.uniform() < exp(newer - TrajectoryBranch.logSum(older, newer))
  }
}
