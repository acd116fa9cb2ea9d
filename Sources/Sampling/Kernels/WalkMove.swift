public import NumericalCore

/// The walk move of Goodman and Weare (CAMCoS 5 (2010) 65): a normal step with the covariance of
/// a random subset S of the complement,
/// Y = X_k + s Σ_j n_j (X_j - X̄) / √(|S| - 1), j in S, n_j standard normal.
///
/// The original has s = 1, which is far too long in many dimensions; the default s = 2.38/√d is
/// the best one for a normal density (Roberts, Gelman, Gilks, Ann. Appl. Probab. 7 (1997) 110).
public struct WalkMove: EnsembleMove, Hashable {
  /// Walkers in the subset, at least 2; `nil` for the whole complement.
  public var subset: Int?
  /// The factor s; `nil` for 2.38/√d.
  public var scale: Double?

  /// A walk move.
  public init(subset: Int? = nil, scale: Double? = nil) {
    precondition(subset ?? 2 >= 2, "a covariance needs two walkers")
    self.subset = subset
    self.scale = scale
  }

  public func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    let d = walker.count
    precondition(proposal.count == d, "a proposal has the coordinates of a walker")
    let size = min(subset ?? complement.count, complement.count)
    // The complement is in random order: any run of it is a random subset.
    let start = random.index(below: complement.count)
    let unit = (scale ?? 2.38 / Double(d).squareRoot()) / Double(size - 1).squareRoot()
    for k in 0..<d { proposal[unchecked: k] = walker[unchecked: k] }
    // Σ n_j (X_j - X̄) = Σ (n_j - n̄) X_j: the weights are drawn twice, so that nothing is stored.
    var preview = random
    var mean = 0.0
    for _ in 0..<size { mean += preview.normal() }
    mean /= Double(size)
    for i in 0..<size {
      let weight = unit * (random.normal() - mean)
      let member = start + i < complement.count ? start + i : start + i - complement.count
      let row = complement[member] * d
      let other = positions.extracting(row..<row + d)
      for k in 0..<d { proposal[unchecked: k] += weight * other[unchecked: k] }
    }
    return 0
  }

  public func minimumWalkers(dimension: Int) -> Int { max(4, 2 * dimension) }

  public var name: String { "walk" }
}
