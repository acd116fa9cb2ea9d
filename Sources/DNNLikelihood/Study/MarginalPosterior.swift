public import Inference
internal import NumericalCore
public import Sampling

/// The marginal of one parameter from chains, with the evidence that the chains converged.
public struct MarginalPosterior: Sendable {
  /// Convergence of the parameter and of the log density.
  public let convergence: ConvergenceSummary
  /// Intervals with their Monte Carlo errors.
  public let intervals: MarginalIntervals

  /// The marginal of the parameter in a column.
  ///
  /// - Throws: `ChainDiagnosticsError`, `StatisticsError`.
  public init(_ chains: Chains, parameter: Int) throws {
    let column = chains.selecting([parameter])
    convergence = try column.convergence()
    intervals = try MarginalIntervals(
      of: column.positions.elements,
      effectiveCount: convergence.parameters[0].bulkEffectiveSampleSize ?? 1)
  }
}
