public import Likelihoods

/// One of the ensemble methods of this module, as recipes and chain files store it.
public enum EnsembleChoice: EnsembleMethod, Hashable {
  case mixture(MoveMixture)
  case slice(EnsembleSlice)

  /// A single move.
  public static func move(_ move: StandardMove) -> EnsembleChoice {
    .mixture(MoveMixture([.init(move, weight: 1)]))
  }

  private var base: any EnsembleMethod {
    switch self {
    case .mixture(let mixture): mixture
    case .slice(let slice): slice
    }
  }

  public func kernel(
    for density: some LogDensity, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel {
    base.kernel(for: density, ensembles: ensembles, seed: seed)
  }

  public func minimumWalkers(dimension: Int) -> Int { base.minimumWalkers(dimension: dimension) }

  public var name: String { base.name }
}
