internal import Foundation
public import NumericalCore

/// The snooker update of ter Braak and Vrugt (Stat. Comput. 18 (2008) 435): a step along the line
/// to a walker z of the complement, as long as the difference of two others projected on it,
/// Y = X_k + γ e (e·z₁ - e·z₂), e = (X_k - z)/|X_k - z|;
/// it is accepted with probability min(1, (|Y - z|/|X_k - z|)^(d-1) p(Y)/p(X_k)).
///
/// emcee up to 3.1.6 uses another direction and half the exponent, which makes its draws too
/// narrow.
public struct SnookerMove: EnsembleMove, Hashable {
  /// The factor γ.
  public var scale: Double

  /// A snooker move; the default is the value of its authors.
  public init(scale: Double = 1.7) {
    self.scale = scale
  }

  public func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    let d = walker.count
    precondition(proposal.count == d, "a proposal has the coordinates of a walker")
    let (a, b, c) = random.orderedTriple(below: complement.count)
    let anchor = positions.extracting(complement[a] * d..<(complement[a] + 1) * d)
    let first = positions.extracting(complement[b] * d..<(complement[b] + 1) * d)
    let second = positions.extracting(complement[c] * d..<(complement[c] + 1) * d)
    var square = 0.0
    var projection = 0.0
    for k in 0..<d {
      let delta = walker[unchecked: k] - anchor[unchecked: k]
      square += delta * delta
      projection += delta * (first[unchecked: k] - second[unchecked: k])
    }
    // Y - z = (1 + t) (X_k - z). Walkers at the same place have no line.
    let t = square > 0 ? scale * projection / square : -1
    for k in 0..<d {
      proposal[unchecked: k] =
        walker[unchecked: k] + t * (walker[unchecked: k] - anchor[unchecked: k])
    }
    return d == 1 ? 0 : Double(d - 1) * log(abs(1 + t))
  }

  public func minimumWalkers(dimension: Int) -> Int { max(6, 2 * dimension) }

  public var name: String { "snooker" }
}
