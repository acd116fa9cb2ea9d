public import Likelihoods

/// A weighted mixture of moves: each step, or each walker at each step, takes one of them at
/// random.
public struct MoveMixture: EnsembleMethod, Hashable {
  /// A move and its weight.
  public struct Component: Sendable, Codable, Hashable {
    /// The move.
    public var move: StandardMove
    /// Its weight, above zero; the weights need not add up to one.
    public var weight: Double

    /// A component.
    public init(_ move: StandardMove, weight: Double) {
      precondition(weight > 0 && weight.isFinite, "a weight is positive")
      self.move = move
      self.weight = weight
    }
  }

  /// What shares a choice of the move.
  public enum Choice: String, Sendable, Codable {
    /// All walkers of an ensemble make the same move in a step.
    case perStep
    /// Every walker chooses for itself.
    case perWalker
  }

  /// The moves.
  public var components: [Component]
  /// What shares a choice.
  public var choice: Choice

  /// A mixture.
  public init(_ components: [Component], choice: Choice = .perWalker) {
    precondition(!components.isEmpty, "a mixture has a component")
    self.components = components
    self.choice = choice
  }

  /// 80 % differential evolution (a tenth of it with γ₀ = 1) and 20 % snooker.
  ///
  /// It needs an over-dispersed start, as every ensemble does.
  public static let differentialEvolutionSnooker = MoveMixture([
    Component(.differentialEvolution(DifferentialEvolutionMove()), weight: 0.8),
    Component(.snooker(SnookerMove()), weight: 0.2),
  ])

  /// What to take for a density without gradients: from 20 dimensions on
  /// ``differentialEvolutionSnooker``, below also the stretch move.
  public static func recommended(dimension: Int) -> MoveMixture {
    if dimension >= 20 { return differentialEvolutionSnooker }
    return MoveMixture([
      Component(.differentialEvolution(DifferentialEvolutionMove()), weight: 0.4),
      Component(.snooker(SnookerMove()), weight: 0.2),
      Component(.stretch(StretchMove()), weight: 0.4),
    ])
  }

  public func kernel(
    for density: some LogDensity, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel {
    EnsembleKernel(density, mixture: self, ensembles: ensembles, seed: seed)
  }

  public func minimumWalkers(dimension: Int) -> Int {
    components.map { $0.move.minimumWalkers(dimension: dimension) }.max() ?? 1
  }

  /// The names of the moves with their shares, e.g. `0.8 differential evolution + 0.2 snooker`.
  public var name: String {
    if components.count == 1 { return components[0].move.name }
    let total = components.reduce(0) { $0 + $1.weight }
    return components.map {
      "\(($0.weight / total * 1000).rounded() / 1000) \($0.move.name)"
    }.joined(separator: " + ")
  }
}
