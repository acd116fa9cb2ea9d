/// Counts the epochs since a loss last improved.
public struct ImprovementMonitor: Codable, Sendable, Hashable {
  /// The best loss so far; none before the first epoch.
  public private(set) var best: Double?
  /// Epochs since the last improvement (or since ``restart()``).
  public private(set) var epochsWithout = 0

  /// A monitor that has seen nothing.
  public init() {}

  /// Takes note of an epoch's loss.
  ///
  /// - Returns: whether it lies more than `minimumImprovement` below the best so far. The first
  ///   loss always does.
  mutating func observe(_ loss: Double, minimumImprovement: Double) -> Bool {
    if let best, !(loss + minimumImprovement < best) {
      epochsWithout += 1
      return false
    }
    best = loss
    epochsWithout = 0
    return true
  }

  /// Counts from zero again, with the same best loss.
  mutating func restart() { epochsWithout = 0 }
}
