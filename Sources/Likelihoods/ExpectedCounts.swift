public import NumericalCore

/// A density with Poisson counts in bins among its terms, whose expectations are known at every
/// point.
public protocol ExpectedCounts: Sendable {
  /// The observed counts, one a bin.
  var observedCounts: [Double] { get }

  /// The expected counts at every row of `points`: one point a row, one bin a column.
  func expectedCounts(at points: Matrix<Double>) -> Matrix<Double>
}

extension ConditionalDensity: ExpectedCounts where Base: ExpectedCounts {
  /// Those of the whole density.
  public var observedCounts: [Double] { base.observedCounts }

  public func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
    base.expectedCounts(at: completed(points))
  }
}

extension LikelihoodWithPrior: ExpectedCounts where Base: ExpectedCounts {
  /// Those of the likelihood.
  public var observedCounts: [Double] { base.observedCounts }

  public func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
    base.expectedCounts(at: points)
  }
}
