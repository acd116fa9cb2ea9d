internal import Foundation
public import Likelihoods
internal import NumericalCore

/// Warm-up of a ``HamiltonianKernel``: a list of stages, each of which adapts the step size and,
/// at its end, may replace the metric by the covariance of its draws.
///
/// All chains are pooled, so that short windows suffice. The schedule is that of Stan: a first
/// stage, windows of doubling length, a last stage.
public struct WarmUp: Sendable, Codable, Equatable {
  /// One stage.
  public struct Stage: Sendable, Codable, Equatable {
    /// Number of transitions.
    public var steps: Int
    /// Whether the metric is replaced at the end.
    public var adaptsMetric: Bool

    /// A stage.
    public init(steps: Int, adaptsMetric: Bool) {
      self.steps = steps
      self.adaptsMetric = adaptsMetric
    }
  }

  /// The stages, in order.
  public var stages: [Stage]
  /// Mean acceptance that the step size is adapted to.
  public var targetAcceptance: Double

  /// Explicit stages.
  public init(stages: [Stage], targetAcceptance: Double = 0.8) {
    self.stages = stages
    self.targetAcceptance = targetAcceptance
  }

  /// `steps` transitions: 15 % | windows that double, the last taking what is left | 15 %.
  public init(steps: Int, targetAcceptance: Double = 0.8) {
    let initial = max(1, steps * 15 / 100)
    let terminal = max(1, steps * 15 / 100)
    var stages = [Stage(steps: initial, adaptsMetric: false)]
    var left = steps - initial - terminal
    var window = max(5, left / 8)
    while left > 0 {
      // The last window takes all that is left when the next doubled one would not fit.
      let length = left < 3 * window ? left : window
      stages.append(Stage(steps: length, adaptsMetric: true))
      left -= length
      window *= 2
    }
    stages.append(Stage(steps: terminal, adaptsMetric: false))
    self.init(stages: stages, targetAcceptance: targetAcceptance)
  }

  /// Number of transitions in all stages.
  public var steps: Int { stages.reduce(0) { $0 + $1.steps } }

  /// Runs the warm-up; afterwards `kernel` has its final metric and step size.
  ///
  /// - Parameters:
  ///   - kernel: the kernel to adapt.
  ///   - state: its walkers.
  ///   - onStep: called after each transition with its number; throw to stop.
  public func run<D: DifferentiableLogDensity>(
    _ kernel: inout HamiltonianKernel<D>, _ state: inout WalkerState,
    onStep: (Int) throws -> Void = { _ in }
  ) throws {
    // Numbers of warm-up steps are counted from a place that sampling does not reach.
    var number = Self.firstNumber
    for stage in stages {
      kernel.stepSize = try firstStepSize(kernel, state, number: number)
      var averaging = DualAveraging(initial: kernel.stepSize, target: targetAcceptance)
      var moments = PooledCovariance(dimension: state.positions.columns)
      for _ in 0..<stage.steps {
        number += 1
        kernel.stepSize = averaging.current
        if number % Self.cautiousPeriod == 0 {
          let level = number / Self.cautiousPeriod % 3
          _ = try kernel.cautiousStep(&state, number: number, level: level)
        } else {
          let info = try kernel.plainStep(&state, number: number)
          averaging.update(
            acceptance: info.acceptance.reduce(0, +) / Double(info.acceptance.count))
        }
        if stage.adaptsMetric { moments.add(state.positions) }
        try onStep(number - Self.firstNumber)
      }
      if stage.steps > 0 { kernel.stepSize = averaging.averaged }
      if stage.adaptsMetric, let metric = moments.metric() { kernel.metric = metric }
    }
  }

  static let firstNumber = 1 << 31
  /// Every fourth transition is a cautious one: some starts lie where the usual step fails.
  static let cautiousPeriod = 4

  /// From the present size, doubling or halving until one leapfrog step crosses the target.
  private func firstStepSize<D: DifferentiableLogDensity>(
    _ kernel: HamiltonianKernel<D>, _ state: WalkerState, number: Int
  ) throws -> Double {
    var trial = kernel
    trial.stepSize = min(max(kernel.stepSize, 1e-4), 1)
    func acceptance() throws -> Double {
      var copy = state
      let info = try trial.trajectory(
        &copy, number: number, steps: 1, stepSize: trial.stepSize)
      return info.acceptance.reduce(0, +) / Double(info.acceptance.count)
    }
    let grows = try acceptance() > targetAcceptance
    for _ in 0..<40 {
      trial.stepSize *= grows ? 2 : 0.5
      if try (acceptance() > targetAcceptance) != grows { break }
    }
    return grows ? trial.stepSize / 2 : trial.stepSize
  }
}
