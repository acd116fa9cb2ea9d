public import Likelihoods
public import NumericalCore
public import Optimization

/// A maximum of a log density, with its errors and its certificate.
public struct FitResult: Codable, Sendable {
  /// The parameters of the density.
  public let parameters: ParameterSpace
  /// The parameters at the maximum, in order.
  public let values: [Double]
  /// The log density at the maximum.
  public let logDensity: Double
  /// HESSE errors: square roots of the diagonal of the inverse Hessian; `nil` for parameters that
  /// were fixed, ended at a bound or have no effect, and everywhere if the Hessian is not positive
  /// definite.
  public let errors: [Double?]
  /// The inverse Hessian of -(log density) over the parameters in ``freeIndices``.
  public let covariance: Matrix<Double>?
  /// Positions of the parameters that the Hessian covers.
  public let freeIndices: [Int]
  /// Width of every parameter when all others are held: 1/√H_kk, and the parameter's scale where
  /// the Hessian does not cover it.
  public let widths: [Double]
  /// Whether the fit can be trusted, and why.
  public let certificate: FitCertificate
  /// Positions of the parameters that the fit held, as conditions or because they are fixed.
  public let heldIndices: [Int]

  /// The value of a parameter.
  ///
  /// - Throws: ``Likelihoods/ParameterError/unknownName(_:_:)``.
  public func value(of name: String) throws -> Double { values[try parameters.index(of: name)] }

  /// The parameters that the fit held, by position.
  var heldValues: [Int: Double] {
    Dictionary(uniqueKeysWithValues: heldIndices.map { ($0, values[$0]) })
  }

  /// The correlation matrix over the parameters in ``freeIndices``; `nil` without a covariance.
  public var correlation: Matrix<Double>? {
    guard var result = covariance else { return nil }
    let errors = (0..<result.rows).map { result[$0, $0].squareRoot() }
    for i in errors.indices {
      for j in errors.indices { result[i, j] = i == j ? 1 : result[i, j] / (errors[i] * errors[j]) }
    }
    return result
  }

  /// Where the maximum under conditions is expected: the other free parameters follow along the
  /// regression of the covariance. Without a covariance they stay.
  ///
  /// - Parameter pins: values of parameters, by position.
  public func conditionalStart(_ pins: [Int: Double]) -> [Double] {
    var point = values
    for (k, value) in pins { point[k] = value }
    let held = freeIndices.indices.filter { pins[freeIndices[$0]] != nil }
    guard let covariance, !held.isEmpty else { return point }
    var block = Matrix<Double>(rows: held.count, columns: held.count, repeating: 0)
    for (i, a) in held.enumerated() {
      for (j, b) in held.enumerated() { block[i, j] = covariance[a, b] }
    }
    let shifts = held.map { (pins[freeIndices[$0]] ?? 0) - values[freeIndices[$0]] }
    guard let pull = Cholesky(block)?.solve(shifts) else { return point }
    for (i, k) in freeIndices.enumerated() where pins[k] == nil {
      for (j, a) in held.enumerated() { point[k] += covariance[i, a] * pull[j] }
      let parameter = parameters.parameters[k]
      point[k] = min(max(point[k], parameter.lower), parameter.upper)
    }
    return point
  }
}
