internal import Likelihoods
public import NumericalCore
internal import Statistics

extension Evaluation {
  /// A surrogate and its truth at the points of a data set that have the same role.
  public struct Predictions: Sendable {
    /// The points, one a row.
    public let points: Matrix<Double>
    /// The truth's log density at each point.
    public let truth: [Double]
    /// The surrogate's.
    public let predicted: [Double]
    /// Whether each point lies in the surrogate's region of validity.
    public let inside: [Bool]
    /// An ensemble's estimate of its error at each point.
    public let standardErrors: [Double]?
    /// Root mean squared error of each member of an ensemble, in nats.
    public let memberErrors: [Double]?

    /// Evaluates a surrogate at the points with a role, optionally of one sample.
    ///
    /// - Returns: `nil` if there are none.
    public init?(
      of surrogate: any Surrogate, on dataset: Dataset, _ role: Split.Role, sample: String? = nil
    ) {
      let indices = dataset.indices(role, sample: sample)
      guard !indices.isEmpty else { return nil }
      points = dataset.points.selectingRows(indices)
      truth = indices.map { dataset.logPosteriors[$0] }
      predicted = surrogate.logDensities(at: points)
      inside = surrogate.isInside(points)
      if let ensemble = surrogate as? SurrogateEnsemble {
        let values = ensemble.memberLogDensities(at: points)
        let residuals = values.less(truth)
        standardErrors = SurrogateEnsemble.spreads(values).map(ensemble.calibration.error)
        memberErrors = ensemble.members.indices.map { k in
          let squares = residuals.column(k).reduce(0) { $0 + $1 * $1 }
          return (squares / Double(indices.count)).squareRoot()
        }
      } else {
        standardErrors = nil
        memberErrors = nil
      }
    }

    /// Every k-th point, so that at most a number of them remains.
    func thinned(to most: Int) -> Predictions {
      let step = (count + most - 1) / most
      return step <= 1 ? self : Predictions(self, Array(stride(from: 0, to: count, by: step)))
    }

    private init(_ whole: Predictions, _ rows: [Int]) {
      points = whole.points.selectingRows(rows)
      truth = rows.map { whole.truth[$0] }
      predicted = rows.map { whole.predicted[$0] }
      inside = rows.map { whole.inside[$0] }
      standardErrors = whole.standardErrors.map { errors in rows.map { errors[$0] } }
      memberErrors = whole.memberErrors
    }

    /// Number of points.
    public var count: Int { truth.count }

    /// Surrogate less truth at each point.
    public var residuals: [Double] { zip(predicted, truth).map { $0 - $1 } }

    /// The table of metrics.
    ///
    /// - Parameter scale: the standard deviation of the training target, for standardised units.
    public func metrics(scale: Double = 1) -> RegressionMetrics {
      RegressionMetrics(truth: truth, predicted: predicted, scale: scale)
    }

    /// How well an ensemble's errors describe the residuals.
    public var coverage: SpreadCoverage? {
      standardErrors.map { SpreadCoverage(residuals: residuals, errors: $0) }
    }

    /// The fraction of the points in the region of validity.
    public var fractionInside: Double {
      Double(inside.count { $0 }) / Double(inside.count)
    }

    /// The weights exp(surrogate - truth), aligned with the points.
    func weights() throws -> ImportanceWeights {
      try ImportanceWeights(target: predicted, source: truth)
    }
  }
}
