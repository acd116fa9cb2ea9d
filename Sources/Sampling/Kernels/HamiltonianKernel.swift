internal import Foundation
public import Likelihoods
public import NumericalCore

/// Hamiltonian Monte Carlo of many independent chains in one batch (Duane et al., Phys. Lett. B
/// 195 (1987) 216; Neal, arXiv:1206.1901).
///
/// All chains take the same number of leapfrog steps, so that every step is one batched call of
/// value and gradient. The number of steps is drawn anew for each transition, around the wanted
/// trajectory length, so that no chain is caught by a period of the dynamics. A trajectory that
/// leaves the support is rejected, which keeps the density exactly invariant.
public struct HamiltonianKernel<Density: DifferentiableLogDensity>: TransitionKernel {
  /// The density that stays invariant.
  public let density: Density
  /// The metric.
  public var metric: Metric
  /// Length of a leapfrog step in units of the metric.
  public var stepSize: Double
  /// Mean length of a trajectory in units of the metric; π/2 makes the draws of a Gaussian
  /// independent.
  public var trajectoryLength: Double
  private let momenta: RandomStream
  private let choices: RandomStream

  /// Leapfrog steps of one trajectory at most.
  static var maximumSteps: Int { 64 }
  /// An energy error above this counts as a divergence (arXiv:1411.6669 and Stan).
  static var divergenceThreshold: Double { 1000 }

  /// A kernel with its seed.
  public init(
    _ density: Density, metric: Metric, stepSize: Double, trajectoryLength: Double = .pi / 2,
    seed: UInt64
  ) {
    self.density = density
    self.metric = metric
    self.stepSize = stepSize
    self.trajectoryLength = trajectoryLength
    momenta = RandomStream(seed: seed, purpose: "momentum")
    choices = RandomStream(seed: seed, purpose: "trajectory")
  }

  public func initialState(_ positions: Matrix<Double>) throws -> WalkerState {
    let (values, gradients) = density.logDensitiesAndGradients(at: positions)
    if let walker = values.firstIndex(where: { !$0.isFinite }) {
      throw SamplingError.notFiniteAtStart(walker: walker, value: values[walker])
    }
    return WalkerState(positions: positions, logDensities: values, gradients: gradients)
  }

  public func step(_ state: inout WalkerState, number: Int) throws -> StepInfo {
    var random = choices.sequence(step: number)
    let wanted = trajectoryLength * random.uniform(0.6, 1.4) / stepSize
    let steps = min(max(1, Int(wanted.rounded())), Self.maximumSteps)
    return try trajectory(&state, number: number, steps: steps)
  }

  /// One transition with a given number of leapfrog steps.
  func trajectory(_ state: inout WalkerState, number: Int, steps: Int) throws -> StepInfo {
    guard var gradients = state.gradients else {
      preconditionFailure("a Hamiltonian kernel needs the state that it made itself")
    }
    var momentum = drawMomenta(state, number: number)
    let kineticBefore = kinetic(momentum)
    var positions = state.positions
    var values = state.logDensities
    add(metric.pullingBack(gradients), times: 0.5 * stepSize, to: &momentum)
    for step in 1...steps {
      add(metric.pushingForward(momentum), times: stepSize, to: &positions)
      density.evaluate(positions, values: &values, gradients: &gradients)
      // The two half kicks between drifts are one.
      let kick = step == steps ? 0.5 * stepSize : stepSize
      add(metric.pullingBack(gradients), times: kick, to: &momentum)
    }
    let kineticAfter = kinetic(momentum)
    var info = StepInfo(acceptance: Array(repeating: 0, count: state.walkers))
    for walker in 0..<state.walkers {
      guard !values[walker].isNaN else {
        throw SamplingError.notANumber(walker: walker, point: positions.row(walker))
      }
      let energyError =
        kineticAfter[walker] - kineticBefore[walker] - values[walker]
        + state.logDensities[walker]
      if values[walker].isFinite, !(energyError < Self.divergenceThreshold) {
        info.divergences += 1
      }
      // -∞ or a diverged trajectory gives zero.
      let acceptance = energyError.isNaN ? 0 : min(1, exp(-energyError))
      info.acceptance[walker] = acceptance
      var random = choices.sequence(step: number, walker: walker + 1)
      guard random.uniform() < acceptance else { continue }
      let row = walker * positions.columns..<(walker + 1) * positions.columns
      state.positions.elements.replaceSubrange(row, with: positions.elements[row])
      state.gradients?.elements.replaceSubrange(row, with: gradients.elements[row])
      state.logDensities[walker] = values[walker]
    }
    return info
  }

  private func drawMomenta(_ state: WalkerState, number: Int) -> Matrix<Double> {
    let d = state.positions.columns
    var result = Matrix<Double>(rows: state.walkers, columns: d, repeating: 0)
    result.elements.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let rows = DisjointRows(base)
      let stream = momenta
      parallelFor(state.walkers, grain: 64) { range in
        for walker in range {
          var random = stream.sequence(step: number, walker: walker)
          for k in 0..<d { rows.base[walker * d + k] = random.normal() }
        }
      }
    }
    return result
  }

  private func kinetic(_ momentum: Matrix<Double>) -> [Double] {
    let d = momentum.columns
    return momentum.elements.withUnsafeBufferPointer { r in
      (0..<momentum.rows).map { i in
        var sum = 0.0
        for k in i * d..<(i + 1) * d { sum += r[k] * r[k] }
        return 0.5 * sum
      }
    }
  }

  private func add(_ x: Matrix<Double>, times factor: Double, to y: inout Matrix<Double>) {
    x.elements.withUnsafeBufferPointer { x in
      y.elements.withUnsafeMutableBufferPointer { y in
        for k in 0..<x.count { y[k] += factor * x[k] }
      }
    }
  }
}
