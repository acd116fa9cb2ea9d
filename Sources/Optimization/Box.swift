/// Closed bounds of one start: the box inside which its search stays.
public struct Box: Sendable {
  /// Smallest allowed value of every coordinate.
  public var lower: [Double]
  /// Largest allowed value of every coordinate.
  public var upper: [Double]

  /// The box between two corners.
  ///
  /// - Precondition: `lower[k] <= upper[k]` for all `k`.
  public init(lower: [Double], upper: [Double]) {
    precondition(
      lower.count == upper.count && zip(lower, upper).allSatisfy { $0 <= $1 }, "an empty box")
    self.lower = lower
    self.upper = upper
  }

  /// The box with one coordinate pinned.
  public func pinning(_ index: Int, to value: Double) -> Box {
    var result = self
    result.lower[index] = value
    result.upper[index] = value
    return result
  }

  /// The nearest point of the box.
  public func projected(_ point: [Double]) -> [Double] {
    point.indices.map { min(max(point[$0], lower[$0]), upper[$0]) }
  }

  /// Whether a coordinate has any freedom.
  public func isFree(_ index: Int) -> Bool { lower[index] < upper[index] }

  /// Whether descending along `-gradient` would leave the box at coordinate `index`: such a
  /// coordinate is active and does not count for convergence.
  public func isActive(_ index: Int, at value: Double, gradient: Double) -> Bool {
    !isFree(index) || (value <= lower[index] && gradient > 0)
      || (value >= upper[index] && gradient < 0)
  }
}
