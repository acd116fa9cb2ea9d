public import Likelihoods
internal import NumericalCore

/// The no-U-turn sampler of many chains in lock step (Hoffman and Gelman arXiv:1111.4246;
/// Betancourt arXiv:1701.02434): Hamiltonian Monte Carlo that finds the length of every
/// trajectory itself.
///
/// Each leapfrog step of all chains that still move is one batched call of value and gradient;
/// chains whose trajectory has turned wait for the others. The chains are independent.
///
/// One transition in sixteen, at random, is a cautious one of three much shorter steps: a chain
/// beside a pole of the density (an expected count near zero) leaves the support by every step of
/// the usual length.
public struct NoUTurnKernel<Density: DifferentiableLogDensity>: GradientKernel {
  /// The density that stays invariant.
  public let density: Density
  /// The metric.
  public var metric: Metric {
    didSet { mass = InverseMass(metric) }
  }
  /// Length of a leapfrog step in units of the metric.
  public var stepSize: Double
  /// Most doublings of a trajectory: 2^depth - 1 leapfrog steps.
  public var maximumDepth: Int
  /// The rule for the new point; the tests try wrong ones.
  var drawRule = TrajectoryTree.DrawRule.multinomial
  /// Seed of all random numbers.
  public let seed: UInt64
  private var mass: InverseMass
  private let momenta: RandomStream
  private let choices: RandomStream

  /// A kernel with its seed.
  public init(
    _ density: Density, metric: Metric, stepSize: Double, maximumDepth: Int = 10, seed: UInt64
  ) {
    precondition((1...20).contains(maximumDepth), "a depth between 1 and 20")
    self.density = density
    self.metric = metric
    self.stepSize = stepSize
    self.maximumDepth = maximumDepth
    self.seed = seed
    mass = InverseMass(metric)
    momenta = RandomStream(seed: seed, purpose: "momentum")
    choices = RandomStream(seed: seed, purpose: "no-U-turn tree")
  }

  public var statisticNames: [String] { ["energy", "tree_depth", "n_steps", "diverging"] }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    var random = choices.sequence(step: number)
    guard random.index(below: 16) == 0 else { return try plainStep(&state, number: number) }
    return try cautiousStep(&state, number: number, level: random.index(below: 3))
  }

  public func plainStep(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    try trajectories(&state, number: number, stepSize: stepSize, maximumDepth: maximumDepth)
  }

  public func cautiousStep(
    _ state: inout WalkerState, number: Int, level: Int
  ) throws -> StepInfo {
    try trajectories(
      &state, number: number, stepSize: stepSize / [4, 16, 64][level],
      maximumDepth: min(2, maximumDepth))
  }

  /// One transition of all chains.
  private func trajectories(
    _ state: inout WalkerState, number: Int, stepSize: Double, maximumDepth: Int
  ) throws -> StepInfo {
    guard let gradients = state.gradients else {
      preconditionFailure("a gradient kernel needs the state that it made itself")
    }
    var forest = state.forest ?? TrajectoryForest(chains: state.walkers, dimension: mass.dimension)
    // The memory has one owner at a time, so that it is written in place.
    state.forest = nil
    forest.begin(
      at: state, gradients: gradients, momenta: momenta, choices: choices, step: number,
      mass: mass, maximumDepth: maximumDepth, rule: drawRule)
    while forest.isGrowing { try forest.grow(density, stepSize: stepSize, mass: mass) }
    let info = forest.finish(&state)
    state.forest = forest
    return info
  }
}
