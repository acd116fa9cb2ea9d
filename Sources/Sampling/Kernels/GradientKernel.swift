public import Likelihoods
public import NumericalCore

/// A kernel of Hamiltonian dynamics, whose metric and step size a ``WarmUp`` adapts.
public protocol GradientKernel<Density>: TransitionKernel where Tuning == GradientTuning {
  associatedtype Density: DifferentiableLogDensity

  /// The density that stays invariant.
  var density: Density { get }
  /// The metric.
  var metric: Metric { get set }
  /// Length of a step in units of the metric.
  var stepSize: Double { get set }
  /// Steps that are longer would change nothing.
  var largestStepSize: Double { get }
  /// Seed of all random numbers.
  var seed: UInt64 { get }

  /// A transition with the usual step size, which the warm-up learns from.
  func plainStep(_ state: inout WalkerState, number: Int) throws -> StepInfo

  /// A short transition whose step is smaller by 4, 16 or 64 (`level` 0, 1, 2).
  func cautiousStep(_ state: inout WalkerState, number: Int, level: Int) throws -> StepInfo
}

/// Metric and step size, which a warm-up learns.
public struct GradientTuning: Codable, Sendable, Equatable {
  /// The metric.
  public var metric: Metric
  /// Length of a step in units of the metric.
  public var stepSize: Double
}

extension GradientKernel {
  public var largestStepSize: Double { .infinity }

  public var tuning: GradientTuning {
    get { GradientTuning(metric: metric, stepSize: stepSize) }
    set {
      metric = newValue.metric
      stepSize = newValue.stepSize
    }
  }

  public func initialState(_ positions: Matrix<Double>) throws -> WalkerState {
    let (values, gradients) = try density.logDensitiesAndGradients(at: positions)
    if let walker = values.firstIndex(where: { !$0.isFinite }) {
      throw SamplingError.notFiniteAtStart(walker: walker, value: values[walker])
    }
    return WalkerState(positions: positions, logDensities: values, gradients: gradients)
  }
}
