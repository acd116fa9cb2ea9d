internal import Foundation
public import NumericalCore

/// The affine-invariant stretch move of Goodman and Weare (CAMCoS 5 (2010) 65): with X_j a random
/// walker of the complement and z from the density ∝ z^(-1/2) on [1/a, a], the proposal is
/// Y = X_j + z (X_k - X_j); it is accepted with probability min(1, z^(d-1) p(Y)/p(X_k)).
///
/// In 100 dimensions it mixes slowly and, from a small ball, looks converged long before it is;
/// arXiv:1911.03305 uses it with a = 1.3 and 1000 walkers.
public struct StretchMove: EnsembleMove, Hashable {
  /// The scale a > 1 of the move.
  public var scale: Double

  /// A stretch move; the default scale is that of Goodman and Weare.
  public init(scale: Double = 2) {
    precondition(scale > 1, "the scale of a stretch move is above 1")
    self.scale = scale
  }

  public func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    let d = walker.count
    precondition(proposal.count == d, "a proposal has the coordinates of a walker")
    let partner = complement[random.index(below: complement.count)]
    let anchor = positions.extracting(partner * d..<(partner + 1) * d)
    let root = (scale - 1) * random.uniform() + 1
    let z = root * root / scale
    for k in 0..<d {
      proposal[unchecked: k] =
        anchor[unchecked: k] + z * (walker[unchecked: k] - anchor[unchecked: k])
    }
    return Double(d - 1) * log(z)
  }

  public func minimumWalkers(dimension: Int) -> Int { max(4, 2 * dimension) }

  public var name: String { "stretch" }
}
