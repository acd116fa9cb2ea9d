public import NumericalCore

/// A log density with exact second derivatives, which fits then use in place of differences.
public protocol TwiceDifferentiableLogDensity: DifferentiableLogDensity {
  /// The matrix of second derivatives of the log density at a point, over all parameters; `nil`
  /// where the log density is -∞. Where a derivative jumps it is the right-hand one.
  func hessian(at point: [Double]) throws(Failure) -> Matrix<Double>?
}
