public import NumericalCore

/// A Metropolis move with Gaussian steps, of all coordinates or of one random coordinate.
///
/// The biased sample S2 of arXiv:1911.03305 uses one random coordinate and variance 5e-4.
public struct GaussianMove: EnsembleMove, Hashable {
  /// Which coordinates a step changes.
  public enum Coordinates: String, Sendable, Codable {
    case all, oneAtRandom
  }

  /// Standard deviation of the step in each coordinate.
  public var standardDeviation: Double
  /// Which coordinates move.
  public var coordinates: Coordinates

  /// A Gaussian move.
  public init(standardDeviation: Double, coordinates: Coordinates) {
    self.standardDeviation = standardDeviation
    self.coordinates = coordinates
  }

  public func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    for k in 0..<walker.count { proposal[k] = walker[k] }
    switch coordinates {
    case .all:
      for k in 0..<walker.count { proposal[k] += standardDeviation * random.normal() }
    case .oneAtRandom:
      proposal[random.index(below: walker.count)] += standardDeviation * random.normal()
    }
    return 0
  }

  /// Walkers do not use each other.
  public func minimumWalkers(dimension: Int) -> Int { 1 }

  public var name: String { "gaussian" }
}
