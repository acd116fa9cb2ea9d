public import NumericalCore

/// One of the moves of this module, as recipes and mixtures store it.
public enum StandardMove: EnsembleMove, Hashable {
  case stretch(StretchMove)
  case walk(WalkMove)
  case differentialEvolution(DifferentialEvolutionMove)
  case snooker(SnookerMove)
  case gaussian(GaussianMove)

  /// The move itself.
  public var base: any EnsembleMove {
    switch self {
    case .stretch(let move): move
    case .walk(let move): move
    case .differentialEvolution(let move): move
    case .snooker(let move): move
    case .gaussian(let move): move
    }
  }

  public func propose(
    for walker: Span<Double>, positions: Span<Double>, complement: Span<Int>,
    random: inout RandomSequence, into proposal: inout MutableSpan<Double>
  ) -> Double {
    base.propose(
      for: walker, positions: positions, complement: complement, random: &random,
      into: &proposal)
  }

  public func minimumWalkers(dimension: Int) -> Int { base.minimumWalkers(dimension: dimension) }

  public var name: String { base.name }
}
