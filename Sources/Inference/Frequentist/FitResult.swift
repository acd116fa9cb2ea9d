public import Likelihoods
public import NumericalCore
public import Optimization

/// A maximum of a log density, with its errors and its certificate.
public struct FitResult: Sendable {
  /// The parameters of the density.
  public let parameters: ParameterSpace
  /// The parameters at the maximum, in order.
  public let values: [Double]
  /// The log density at the maximum.
  public let logDensity: Double
  /// HESSE errors: square roots of the diagonal of the inverse Hessian; `nil` for parameters that
  /// were fixed or ended at a bound, and everywhere if the Hessian is not positive definite.
  public let errors: [Double?]
  /// The inverse Hessian of -(log density) over the parameters in ``freeIndices``.
  public let covariance: Matrix<Double>?
  /// Positions of the parameters that the Hessian covers.
  public let freeIndices: [Int]
  /// Whether the fit can be trusted, and why.
  public let certificate: FitCertificate

  /// The value of a parameter.
  ///
  /// - Throws: ``Likelihoods/ParameterError/unknownName(_:_:)``.
  public func value(of name: String) throws -> Double { values[try parameters.index(of: name)] }
}

/// What prevents a fit.
public enum FitError: Error, CustomStringConvertible {
  /// A fixed value lies outside the bounds of its parameter.
  case fixedOutsideBounds(String, Double, lower: Double, upper: Double)
  /// The density is -∞ at every start.
  case undefinedAtStart(starts: Int)

  public var description: String {
    switch self {
    case .fixedOutsideBounds(let name, let value, let lower, let upper):
      return "parameter '\(name)' cannot be fixed to \(value): its bounds are [\(lower), \(upper)]"
    case .undefinedAtStart(let starts):
      return "the log density is -infinity at all \(starts) starting points of the fit; give "
        + "initial values inside its support"
    }
  }
}
