internal import Foundation
public import Likelihoods
internal import NumericalCore

/// Hamiltonian Monte Carlo of many independent chains in one batch (Duane et al., Phys. Lett. B
/// 195 (1987) 216; Neal, arXiv:1206.1901).
///
/// All chains take the same steps, so that every step is one batched call of value and gradient.
/// The length of the trajectory is drawn anew for each transition, around the wanted one, so that
/// no chain is caught by a period of the dynamics; it is made of as few two-stage steps as the step
/// size allows (``KickSchedule``). A trajectory that ends outside the support is rejected, which
/// keeps the density exactly invariant.
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
  /// Longest time between two gradients of a trajectory, in units of the metric.
  public var stepSize: Double
  /// Mean length of a trajectory in units of the metric; π/2 makes the draws of a Gaussian
  /// independent.
  public var trajectoryLength: Double
  /// Seed of all random numbers.
  public let seed: UInt64
  private var mass: InverseMass
  private let momenta: RandomStream
  private let choices: RandomStream

  /// Gradients of one trajectory at most.
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
    let plan = plan(&random)
    guard random.index(below: 16) == 0 else {
      return try trajectory(&state, number: number, steps: plan.steps, stepSize: plan.stepSize)
    }
    return try cautiousStep(&state, number: number, level: random.index(below: 3))
  }

  /// A transition of the usual step size.
  public func plainStep(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    var random = choices.sequence(step: number)
    let plan = plan(&random)
    return try trajectory(&state, number: number, steps: plan.steps, stepSize: plan.stepSize)
  }

  /// A short transition whose step is smaller by 4, 16 or 64 (`level` 0, 1, 2).
  public func cautiousStep(
    _ state: inout WalkerState, number: Int, level: Int
  ) throws -> StepInfo {
    try trajectory(&state, number: number, steps: 4, stepSize: stepSize / [4, 16, 64][level])
  }

  public var largestStepSize: Double { Self.lengths.upperBound / 2 * trajectoryLength }

  /// Lengths of the trajectories over their mean.
  private static var lengths: ClosedRange<Double> { 0.6...1.4 }

  /// An even number of steps that make a trajectory of a random length.
  private func plan(_ random: inout RandomSequence) -> (steps: Int, stepSize: Double) {
    let length =
      trajectoryLength * random.uniform(Self.lengths.lowerBound, Self.lengths.upperBound)
    let pairs = (0.5 * length / stepSize).rounded(.up)
    // Limited before the conversion: a vanishing step size makes it infinite.
    let steps = 2 * Int(min(max(1, pairs), Double(Self.maximumSteps / 2)))
    return (steps, min(stepSize, length / Double(steps)))
  }

  /// One transition with a given number of steps of a given size.
  func trajectory(
    _ state: inout WalkerState, number: Int, steps: Int, stepSize: Double
  ) throws -> StepInfo {
    var flow = state.flow ?? LeapfrogFlow(walkers: state.walkers, dimension: mass.dimension)
    // The memory has one owner at a time, so that it is written in place.
    state.flow = nil
    let kineticChanges = try run(
      &flow, from: state, number: number, steps: steps, stepSize: stepSize)
    var info = accept(&flow, &state, kineticChanges, number: number)
    info.evaluations = steps * state.walkers
    state.flow = flow
    return info
  }

  /// Moves the walkers that accept the end of their trajectories, on all threads.
  private func accept(
    _ flow: inout LeapfrogFlow, _ state: inout WalkerState, _ kineticChanges: [Double], number: Int
  ) -> StepInfo {
    let walkers = state.walkers
    var acceptance = [Double](repeating: 0, count: walkers)
    var (energies, diverged, accepted) = (acceptance, acceptance, acceptance)
    let (new, old, first, choices) = (
      flow.values, state.logDensities, flow.firstKineticEnergies, choices
    )
    acceptance.withUnsafeMutableBufferPointer { acceptance in
      energies.withUnsafeMutableBufferPointer { energies in
        diverged.withUnsafeMutableBufferPointer { diverged in
          accepted.withUnsafeMutableBufferPointer { accepted in
            guard let probability = acceptance.baseAddress.map({ DisjointRows($0) }),
              let energy = energies.baseAddress.map({ DisjointRows($0) }),
              let divergence = diverged.baseAddress.map({ DisjointRows($0) }),
              let moves = accepted.baseAddress.map({ DisjointRows($0) })
            else { return }
            parallelFor(walkers, grain: 64) { range in
              for walker in range {
                let error = kineticChanges[walker] - new[walker] + old[walker]
                let isDivergence =
                  new[walker] != -.infinity && !(error < Self.divergenceThreshold)
                divergence.base[walker] = isDivergence ? 1 : 0
                // -∞ or a diverged trajectory gives zero.
                let p = error.isNaN ? 0 : min(1, exp(-error))
                probability.base[walker] = p
                var random = choices.sequence(step: number, walker: walker + 1)
                let isAccepted = random.uniform() < p
                moves.base[walker] = isAccepted ? 1 : 0
                energy.base[walker] = first[walker] - old[walker] + (isAccepted ? error : 0)
              }
            }
          }
        }
      }
    }
    state.exchange(with: &flow) { accepted[$0] == 1 }
    var info = StepInfo(acceptance: acceptance)
    info.divergences = diverged.count { $0 > 0 }
    info.statistics = [energies, diverged]
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
    let kicks = KickSchedule(steps: steps)
    flow.begin(
      at: state, gradients: gradients, momenta: momenta, step: number, stepSize: stepSize,
      kick: kicks.weight(0), mass: mass)
    for step in 1...steps {
      if step > 1 {
        flow.advance(stepSize: stepSize, kick: kicks.weight(step - 1), mass: mass)
      }
      try density.evaluate(flow.positions, values: &flow.values, gradients: &flow.gradients)
      try checkValues(flow)
    }
    return flow.finish(stepSize: stepSize, kick: kicks.weight(steps), mass: mass)
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
  /// Takes the ends of the trajectories of the walkers that `accepts` names; the memory of the
  /// others' ends, and of the starts, is the flow's then.
  fileprivate mutating func exchange(
    with flow: inout LeapfrogFlow, _ accepts: (_ walker: Int) -> Bool
  ) {
    // Most are accepted: what is copied is the rest.
    let d = positions.columns
    for walker in 0..<walkers where !accepts(walker) {
      let row = walker * d..<(walker + 1) * d
      flow.positions.elements.replaceSubrange(row, with: positions.elements[row])
      if let gradients {
        flow.gradients.elements.replaceSubrange(row, with: gradients.elements[row])
      }
      flow.values[walker] = logDensities[walker]
    }
    swap(&positions, &flow.positions)
    swap(&logDensities, &flow.values)
    if var gradients {
      self.gradients = nil
      swap(&gradients, &flow.gradients)
      self.gradients = gradients
    }
  }
}
