internal import Foundation
internal import Likelihoods
internal import NumericalCore

/// Warm-up of a ``GradientKernel``: a list of stages, each of which adapts the step size and,
/// at its end, may replace the metric by the covariance of its draws.
///
/// All chains are pooled, so that short windows suffice. The schedule is like that of Stan: a
/// first stage, windows of doubling length, a last stage.
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

  /// Which form the metric gets.
  public enum MetricForm: String, Sendable, Codable, CaseIterable {
    /// Dense where the draws of a window suffice (ten for each parameter), else diagonal.
    case automatic
    /// Variances alone.
    case diagonal
    /// The whole covariance, however few the draws.
    case dense
    /// The metric stays as it is, for example that of a fit.
    case fixed
  }

  /// The stages, in order.
  public var stages: [Stage]
  /// Mean acceptance that the step size is adapted to.
  public var targetAcceptance: Double

  /// Which form the metric gets.
  public var metric: MetricForm

  /// Explicit stages.
  public init(
    stages: [Stage], targetAcceptance: Double = 0.8, metric: MetricForm = .automatic
  ) {
    self.stages = stages
    self.targetAcceptance = targetAcceptance
    self.metric = metric
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

  /// The schedule of Stan: 75 | 25, 50, 100, … the last taking what is left | 50 transitions; for
  /// fewer than 150 in shares of 15 %, 75 % and 10 %; below 20 the step size alone is adapted.
  public static func windowed(
    steps: Int, targetAcceptance: Double = 0.8, metric: MetricForm = .automatic
  ) -> WarmUp {
    var stages: [Stage] = []
    if steps < 20 {
      stages = [Stage(steps: max(0, steps), adaptsMetric: false)]
    } else {
      let initial = steps < 150 ? steps * 15 / 100 : 75
      let terminal = steps < 150 ? steps / 10 : 50
      stages = [Stage(steps: initial, adaptsMetric: false)]
      var left = steps - initial - terminal
      var window = min(25, left)
      while left > 0 {
        let length = left < 3 * window ? left : window
        stages.append(Stage(steps: length, adaptsMetric: true))
        left -= length
        window *= 2
      }
      stages.append(Stage(steps: terminal, adaptsMetric: false))
    }
    return WarmUp(stages: stages, targetAcceptance: targetAcceptance, metric: metric)
  }

  /// Number of transitions in all stages.
  public var steps: Int { stages.reduce(0) { $0 + $1.steps } }

  /// Runs the warm-up; afterwards `kernel` has its final metric and step size.
  ///
  /// - Parameters:
  ///   - kernel: the kernel to adapt.
  ///   - state: its walkers.
  ///   - onStep: called after each transition with its number; throw to stop.
  public func run<Kernel: GradientKernel>(
    _ kernel: inout Kernel, _ state: inout WalkerState,
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
        kernel.stepSize = min(averaging.current, kernel.largestStepSize)
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
      if stage.steps > 0 {
        kernel.stepSize = min(averaging.averaged, kernel.largestStepSize)
      }
      if stage.adaptsMetric, let metric = moments.metric(metric) { kernel.metric = metric }
    }
  }

  static let firstNumber = 1 << 31
  /// Every fourth transition is a cautious one: some starts lie where the usual step fails.
  static let cautiousPeriod = 4

  /// From the present size, doubling or halving until one leapfrog step crosses the target.
  private func firstStepSize<Kernel: GradientKernel>(
    _ kernel: Kernel, _ state: WalkerState, number: Int
  ) throws -> Double {
    var trial = HamiltonianKernel(
      kernel.density, metric: kernel.metric, stepSize: min(max(kernel.stepSize, 1e-4), 1),
      seed: kernel.seed)
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

extension WarmUp {
  private enum CodingKeys: String, CodingKey {
    case stages, targetAcceptance, metric
  }

  /// The form of the metric may be missing, as in configurations written before it could be chosen.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      stages: try values.decode([Stage].self, forKey: .stages),
      targetAcceptance: try values.decode(Double.self, forKey: .targetAcceptance),
      metric: try values.decodeIfPresent(MetricForm.self, forKey: .metric) ?? .automatic)
  }
}

extension WarmUp {
  /// Whether the settings can be used.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)``.
  func check() throws {
    guard targetAcceptance > 0, targetAcceptance < 1 else {
      throw SamplingError.field(
        "target acceptance", expected: "a number between 0 and 1", found: "\(targetAcceptance)")
    }
    if let stage = stages.first(where: { $0.steps < 0 }) {
      throw SamplingError.field(
        "steps of a warm-up stage", expected: "no negative number", found: "\(stage.steps)")
    }
  }
}
