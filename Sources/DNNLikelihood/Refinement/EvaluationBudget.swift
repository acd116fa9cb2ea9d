/// How the evaluations that a target leaves are shared between points to learn and measurements.
struct EvaluationBudget {
  /// Evaluations that are left.
  let left: Int

  /// Chains that a measurement takes at least.
  static let leastChains = 8

  /// Evaluations of the smallest round: half of them for points to learn, half for a measurement by
  /// chains that begin near known points.
  static let leastRound = 2 * leastChains * SamplingReach.near.drawsToEquilibrium

  /// Whether another round pays: not for less than a twentieth of the points that are known.
  func allowsRound(knowing points: Int) -> Bool { left >= max(Self.leastRound, points / 20) }

  /// Points to learn, `wanted` at most; what a measurement of `draws` takes is kept back, or half of
  /// what is left.
  func points(_ wanted: Int, before draws: Int) -> Int {
    max(0, min(wanted, left - min(draws, left / 2)))
  }

  /// Chains for the next draws, `wanted` at most; as many draws are kept back as they need to become
  /// draws of the surrogate. `nil` for too few.
  func chains(_ wanted: Int, _ reach: SamplingReach) -> Int? {
    let count = min(wanted, left / reach.drawsToEquilibrium)
    return count >= Self.leastChains ? count : nil
  }
}
