/// The draws that satisfy conditions, and how probable the conditions are.
public struct ConditionedDraws: Sendable {
  /// The draws; those that are excluded have weight zero.
  public let draws: PosteriorDraws
  /// The conditions.
  public let conditions: [Condition]
  /// How many draws of positive weight satisfy all of them.
  public let count: Int
  /// The probability of the conditions.
  public let probability: Estimate
}

extension PosteriorDraws {
  /// The draws that satisfy all conditions.
  ///
  /// - Throws: ``PosteriorError/noDrawSatisfies(conditions:draws:)``.
  public func satisfying(_ conditions: [Condition]) throws(PosteriorError) -> ConditionedDraws {
    var flags = [Bool](repeating: true, count: count)
    for condition in conditions {
      for (i, holds) in condition.holds(at: points).enumerated() where !holds { flags[i] = false }
    }
    let used = flags.indices.count { flags[$0] && (weights?[$0] ?? 1) > 0 }
    guard used > 0 else {
      throw .noDrawSatisfies(conditions: conditions.map(\.text), draws: count)
    }
    return ConditionedDraws(
      draws: try weighted(by: flags.map { $0 ? 1 : 0 }), conditions: conditions, count: used,
      probability: probability(of: flags))
  }
}
