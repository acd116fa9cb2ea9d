internal import Foundation
internal import Statistics

/// The metric table of arXiv:1911.03305 for predictions of a log density, in natural units (nats) and
/// in units of the standard deviation of the training target.
public struct RegressionMetrics: Sendable, Codable, Equatable {
  /// Number of points.
  public let count: Int
  /// Standard deviation that defines the standardised units.
  public let scale: Double
  /// Mean squared error in nats².
  public let mse: Double
  /// Mean absolute error in nats.
  public let mae: Double
  /// Mean of prediction - truth over the whole set, signed, in nats.
  public let meanError: Double
  /// Mean over batches of |mean error of the batch| in nats: the paper's ME.
  public let batchMeanError: Double
  /// Largest absolute error in nats.
  public let maximumError: Double
  /// Median of prediction - truth in nats.
  public let medianError: Double
  /// Median of |error| in nats.
  public let medianAbsoluteError: Double
  /// 68.27 % of the points have a smaller |error|, in nats.
  public let absoluteError68: Double
  /// 95.45 % of the points have a smaller |error|, in nats.
  public let absoluteError95: Double
  /// 100 · mean |error / truth| (%).
  public let mape: Double
  /// 1 - Σ(error²) / Σ(truth - mean)².
  public let r2: Double

  /// Root of ``mse`` in nats.
  public var rmse: Double { mse.squareRoot() }
  /// Mean squared error in standardised units, as the paper's tables have it.
  public var standardizedMSE: Double { mse / (scale * scale) }
  /// The paper's ME in standardised units.
  public var standardizedBatchMeanError: Double { batchMeanError / scale }

  /// Compares predictions with the truth.
  ///
  /// - Parameters:
  ///   - truth: log densities.
  ///   - predicted: the surrogate's.
  ///   - scale: standard deviation of the training target.
  ///   - batchSize: points in a batch of the paper's ME.
  /// - Precondition: equal, positive numbers of points.
  public init(truth: [Double], predicted: [Double], scale: Double, batchSize: Int = 512) {
    precondition(!truth.isEmpty && truth.count == predicted.count, "one prediction per point")
    let n = Double(truth.count)
    let errors = zip(predicted, truth).map { $0 - $1 }
    let mean = truth.reduce(0, +) / n
    count = truth.count
    self.scale = scale
    mse = errors.reduce(0) { $0 + $1 * $1 } / n
    mae = errors.reduce(0) { $0 + abs($1) } / n
    meanError = errors.reduce(0, +) / n
    maximumError = errors.reduce(0) { max($0, abs($1)) }
    mape = 100 * zip(errors, truth).reduce(0) { $0 + abs($1.0 / $1.1) } / n
    r2 = 1 - mse * n / truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let sizes = errors.map { abs($0) }.sorted()
    medianError = OrderStatistics.quantile(errors.sorted(), 0.5)
    medianAbsoluteError = OrderStatistics.quantile(sizes, 0.5)
    absoluteError68 = OrderStatistics.quantile(sizes, MassLevels.sigma123[0])
    absoluteError95 = OrderStatistics.quantile(sizes, MassLevels.sigma123[1])
    let batches = stride(from: 0, to: truth.count, by: batchSize).map { first in
      let batch = errors[first..<min(first + batchSize, errors.count)]
      return abs(batch.reduce(0, +) / Double(batch.count))
    }
    batchMeanError = batches.reduce(0, +) / Double(batches.count)
  }
}
