/// How often a move of a mixture was proposed, and how often it was accepted.
public struct MoveTally: Sendable, Codable, Hashable {
  /// Name of the move.
  public var name: String
  /// Number of proposals.
  public var proposed: Int
  /// Number of accepted proposals.
  public var accepted: Int

  /// A tally.
  public init(name: String, proposed: Int = 0, accepted: Int = 0) {
    self.name = name
    self.proposed = proposed
    self.accepted = accepted
  }

  /// Fraction of the proposals that were accepted; `nil` without proposals.
  public var acceptance: Double? { proposed > 0 ? Double(accepted) / Double(proposed) : nil }
}

extension [MoveTally] {
  /// Adds the counts of another step of the same kernel.
  public mutating func add(_ other: [MoveTally]) {
    guard !isEmpty else {
      self = other
      return
    }
    precondition(count == other.count, "tallies of different mixtures")
    for k in indices {
      self[k].proposed += other[k].proposed
      self[k].accepted += other[k].accepted
    }
  }
}
