public import NumericalCore

/// Differential evolution (ter Braak, Stat. Comput. 16 (2006) 239; arXiv:1311.5229):
/// Y = X_k + γ (X_m - X_n) for a random ordered pair of the complement, with
/// γ = γ₀ (1 + s η), η standard normal.
///
/// γ₀ = 2.38/√(2d) is the best one for a normal density. In a fraction of the moves γ₀ = 1, which
/// lets walkers cross between separated modes.
public struct DifferentialEvolutionMove: EnsembleMove, Hashable {
  /// The factor γ₀; `nil` for 2.38/√(2d).
  public var scale: Double?
  /// Relative spread s of γ.
  public var spread: Double
  /// Fraction of the moves with γ₀ = 1.
  public var jumpFraction: Double

  /// A differential-evolution move.
  public init(scale: Double? = nil, spread: Double = 1e-5, jumpFraction: Double = 0.1) {
    precondition(jumpFraction >= 0 && jumpFraction <= 1, "a fraction is between 0 and 1")
    self.scale = scale
    self.spread = spread
    self.jumpFraction = jumpFraction
  }

  public func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    let d = walker.count
    precondition(proposal.count == d, "a proposal has the coordinates of a walker")
    let jumps = random.uniform() < jumpFraction
    let (m, n) = random.orderedPair(below: complement.count)
    let base = jumps ? 1 : scale ?? 2.38 / Double(2 * d).squareRoot()
    let factor = base * (1 + spread * random.normal())
    let first = positions.extracting(complement[m] * d..<(complement[m] + 1) * d)
    let second = positions.extracting(complement[n] * d..<(complement[n] + 1) * d)
    for k in 0..<d {
      proposal[unchecked: k] =
        walker[unchecked: k] + factor * (first[unchecked: k] - second[unchecked: k])
    }
    return 0
  }

  public func minimumWalkers(dimension: Int) -> Int { max(4, 2 * dimension) }

  public var name: String { "differential evolution" }
}
