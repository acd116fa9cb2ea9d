internal import Foundation
public import Likelihoods
internal import NumericalCore

/// Hamiltonian Monte Carlo of many independent chains in one batch (Duane et al., Phys. Lett. B
/// 195 (1987) 216; Neal, arXiv:1206.1901).
///
/// All chains take the same number of leapfrog steps, so that every step is one batched call of
/// value and gradient. The number of steps is drawn anew for each transition, around the wanted
/// trajectory length, so that no chain is caught by a period of the dynamics. A trajectory that
/// ends outside the support is rejected, which keeps the density exactly invariant.
///
/// One transition in sixteen, at random, is a cautious one with a much shorter step. A chain
/// beside a pole of the density (an expected count near zero) would reject every step of the usual
/// length and stay there; it leaves by cautious ones.
public struct HamiltonianKernel<Density: DifferentiableLogDensity>: GradientKernel {
  /// The density that stays invariant.
  public let density: Density
  /// The metric.
  public var metric: Metric {
    didSet { mass = InverseMass(metric) }
  }
  /// Length of a leapfrog step in units of the metric.
  public var stepSize: Double
  /// Mean length of a trajectory in units of the metric; π/2 makes the draws of a Gaussian
  /// independent.
  public var trajectoryLength: Double
  /// Seed of all random numbers.
  public let seed: UInt64
  private var mass: InverseMass
  private let momenta: RandomStream
  private let choices: RandomStream

  /// Leapfrog steps of one trajectory at most.
  static var maximumSteps: Int { 64 }
  /// An energy error above this counts as a divergence (arXiv:1411.6669 and Stan).
  static var divergenceThreshold: Double { TrajectoryTree.divergenceThreshold }

  /// A kernel with its seed.
  public init(
    _ density: Density, metric: Metric, stepSize: Double, trajectoryLength: Double = .pi / 2,
    seed: UInt64
  ) {
    self.density = density
    self.metric = metric
    self.stepSize = stepSize
    self.trajectoryLength = trajectoryLength
    self.seed = seed
    mass = InverseMass(metric)
    momenta = RandomStream(seed: seed, purpose: "momentum")
    choices = RandomStream(seed: seed, purpose: "trajectory")
  }

  public var statisticNames: [String] { ["energy", "diverging"] }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    var random = choices.sequence(step: number)
    let steps = leapfrogSteps(&random)
    guard random.index(below: 16) == 0 else {
      return try trajectory(&state, number: number, steps: steps, stepSize: stepSize)
    }
    return try cautiousStep(&state, number: number, level: random.index(below: 3))
  }

  /// A transition of the usual step size.
  public func plainStep(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    var random = choices.sequence(step: number)
    return try trajectory(
      &state, number: number, steps: leapfrogSteps(&random), stepSize: stepSize)
  }

  /// A short transition whose step is smaller by 4, 16 or 64 (`level` 0, 1, 2).
  public func cautiousStep(
    _ state: inout WalkerState, number: Int, level: Int
  ) throws -> StepInfo {
    try trajectory(&state, number: number, steps: 4, stepSize: stepSize / [4, 16, 64][level])
  }

  private func leapfrogSteps(_ random: inout RandomSequence) -> Int {
    let wanted = trajectoryLength * random.uniform(0.6, 1.4) / stepSize
    // Limited before the conversion: a vanishing step size makes `wanted` infinite.
    return Int(min(max(1, wanted.rounded()), Double(Self.maximumSteps)))
  }

  /// One transition with a given number of leapfrog steps of a given size.
  func trajectory(
    _ state: inout WalkerState, number: Int, steps: Int, stepSize: Double
  ) throws -> StepInfo {
    var flow = state.flow ?? LeapfrogFlow(walkers: state.walkers, dimension: mass.dimension)
    // The memory has one owner at a time, so that it is written in place.
    state.flow = nil
    let kineticChanges = try run(
      &flow, from: state, number: number, steps: steps, stepSize: stepSize)
    var info = StepInfo(acceptance: Array(repeating: 0, count: state.walkers))
    var energies = [Double](repeating: 0, count: state.walkers)
    var diverged = energies
    for walker in 0..<state.walkers {
      let value = flow.values[walker]
      let energyError = kineticChanges[walker] - value + state.logDensities[walker]
      if value != -.infinity, !(energyError < Self.divergenceThreshold) { diverged[walker] = 1 }
      energies[walker] = flow.firstKineticEnergies[walker] - state.logDensities[walker]
      // -∞ or a diverged trajectory gives zero.
      let acceptance = energyError.isNaN ? 0 : min(1, exp(-energyError))
      info.acceptance[walker] = acceptance
      var random = choices.sequence(step: number, walker: walker + 1)
      guard random.uniform() < acceptance else { continue }
      energies[walker] += energyError
      state.moveWalker(walker, to: flow)
    }
    info.divergences = diverged.count { $0 > 0 }
    info.evaluations = steps * state.walkers
    info.statistics = [energies, diverged]
    state.flow = flow
    return info
  }

  /// The trajectories of all walkers; returns the changes of their kinetic energies.
  func run(
    _ flow: inout LeapfrogFlow, from state: WalkerState, number: Int, steps: Int,
    stepSize: Double
  ) throws -> [Double] {
    guard let gradients = state.gradients else {
      preconditionFailure("a Hamiltonian kernel needs the state that it made itself")
    }
    flow.begin(
      at: state, gradients: gradients, momenta: momenta, step: number, stepSize: stepSize,
      mass: mass)
    for step in 1...steps {
      if step > 1 { flow.advance(stepSize: stepSize, mass: mass) }
      try density.evaluate(flow.positions, values: &flow.values, gradients: &flow.gradients)
      try checkValues(flow)
    }
    return flow.finish(stepSize: stepSize, mass: mass)
  }

  /// A density must not return NaN, except where a diverging trajectory has overflown.
  private func checkValues(_ flow: LeapfrogFlow) throws {
    for walker in flow.values.indices where flow.values[walker].isNaN {
      let point = flow.positions.row(walker)
      guard point.allSatisfy(\.isFinite) else { continue }
      throw SamplingError.notANumber(walker: walker, point: point)
    }
  }
}

extension WalkerState {
  /// Accepts the end of a trajectory.
  fileprivate mutating func moveWalker(_ walker: Int, to flow: LeapfrogFlow) {
    let row = walker * positions.columns..<(walker + 1) * positions.columns
    positions.elements.replaceSubrange(row, with: flow.positions.elements[row])
    gradients?.elements.replaceSubrange(row, with: flow.gradients.elements[row])
    logDensities[walker] = flow.values[walker]
  }
}
