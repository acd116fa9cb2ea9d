public import Likelihoods
public import NumericalCore

/// A way to sample with ensembles of walkers: a move, a mixture of moves, or slice sampling.
public protocol EnsembleMethod: Sendable, Codable {
  /// The transition that leaves `density` invariant.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - ensembles: number of independent ensembles, in consecutive blocks of walkers.
  ///   - seed: seed of all random numbers.
  func kernel(
    for density: some LogDensity, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel

  /// Fewest walkers of an ensemble in `dimension` dimensions.
  func minimumWalkers(dimension: Int) -> Int

  /// What reports call it.
  var name: String { get }
}

extension EnsembleMethod {
  /// The name of the type.
  public var name: String { "\(Self.self)" }
}

/// How a walker's proposal is made from the positions of the others; the frame around it is
/// ``EnsembleKernel``.
public protocol EnsembleMove: EnsembleMethod {
  /// Writes a proposal into `proposal` and returns ln of the factor that multiplies the ratio of
  /// densities in the acceptance probability.
  ///
  /// - Parameters:
  ///   - walker: the coordinates to move.
  ///   - positions: the coordinates of all walkers, row after row.
  ///   - complement: the rows of the walkers that are frozen meanwhile, in random order.
  ///   - random: the walker's random numbers of this step.
  ///   - proposal: as many coordinates as `walker` has.
  func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double
}

extension EnsembleMove {
  public func kernel(
    for density: some LogDensity, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel {
    EnsembleKernel(density, move: self, ensembles: ensembles, seed: seed)
  }
}

extension RandomSequence {
  /// Two different uniform integers in `0..<bound`; every ordered pair is equally likely.
  mutating func orderedPair(below bound: Int) -> (Int, Int) {
    let first = index(below: bound)
    let second = index(below: bound - 1)
    return (first, second >= first ? second + 1 : second)
  }

  /// Three different uniform integers in `0..<bound`.
  mutating func orderedTriple(below bound: Int) -> (Int, Int, Int) {
    let (first, second) = orderedPair(below: bound)
    var third = index(below: bound - 2)
    if third >= min(first, second) { third += 1 }
    if third >= max(first, second) { third += 1 }
    return (first, second, third)
  }
}
