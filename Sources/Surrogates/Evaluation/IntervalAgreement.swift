internal import Foundation
internal import NumericalCore
public import Statistics

/// A highest-density interval of one parameter under truth and surrogate, from the same points
/// without and with the weights exp(surrogate - truth).
public struct IntervalAgreement: Sendable, Codable, Equatable {
  /// The parameter.
  public let parameter: String
  /// The probability of the interval.
  public let probability: Double
  /// Under the truth, with Monte Carlo errors of the ends.
  public let truth: Interval
  /// Under the surrogate, with Monte Carlo errors of the ends. The points are the same: what both
  /// have in common cancels in the difference.
  public let surrogate: Interval
  /// Whether at least ten points lie outside the interval.
  public let isResolved: Bool

  /// The shift of the ends in units of the width under the truth, the larger one.
  public var relativeShift: Double {
    max(abs(surrogate.lower - truth.lower), abs(surrogate.upper - truth.upper)) / truth.width
  }

  /// The intervals of some parameters.
  ///
  /// - Throws: `StatisticsError`.
  static func all(
    of predictions: Evaluation.Predictions, weights: [Double], names: [String], parameters: [Int],
    seed: UInt64
  ) throws -> [IntervalAgreement] {
    try parameters.flatMap { k in
      let column = predictions.points.column(k)
      let samples = [
        try WeightedSample(column), try WeightedSample(column, weights: weights),
      ]
      return try MassLevels.sigma123.map { probability in
        let found = try samples.map { sample in
          try HighestDensityInterval.shortest(of: sample, probability: probability)
            .withBootstrapErrors(from: sample, replicas: 60, seed: seed)
        }
        return IntervalAgreement(
          parameter: names[k], probability: probability, truth: found[0].hull,
          surrogate: found[1].hull, isResolved: found.allSatisfy(\.isResolved))
      }
    }
  }

  /// The parameters whose mean the weights shift most, in units of their standard deviations.
  static func mostShifted(
    _ predictions: Evaluation.Predictions, weights: [Double], count: Int, besides others: [Int]
  ) -> [Int] {
    let total = weights.reduce(0, +)
    let shifts = (0..<predictions.points.columns).map { k in
      let column = predictions.points.column(k)
      let n = Double(column.count)
      let mean = column.reduce(0, +) / n
      let square = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      let moved = zip(column, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
      return square > 0 ? abs(moved - mean) / square.squareRoot() : 0
    }
    return Array(
      shifts.indices.filter { !others.contains($0) }.sorted { shifts[$0] > shifts[$1] }
        .prefix(count))
  }
}
