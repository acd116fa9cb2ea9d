internal import CVectorKernels
internal import Foundation
public import NumericalCore

/// The fixed part of a surrogate: an affine map of the inputs, a quadratic approximation of the
/// target, and the standardisation of what is left for the network to learn.
///
/// With z = W (x - c), the surrogate is `peak - ½ |z|²` (if there is a quadratic part) plus
/// `targetMean + targetScale · network(z, h)`. The features h, one for each ``Kink``, are the
/// distances of parameters from the places where the derivative of the truth jumps: a smooth
/// network of z and h has such a jump where one of z alone has none.
///
/// With a ``ResidualPart`` the network has several outputs, and `network(z, h)` is what that makes of
/// them.
public struct Preconditioner: Sendable, Equatable {
  /// The centre c.
  public var center: [Double]
  /// The matrix W; `nil` for the unit matrix.
  public var whitening: Matrix<Double>?
  /// The log density at the centre of the quadratic part; `nil` without one.
  public var peak: Double?
  /// Mean of the residual over the training points.
  public var targetMean: Double
  /// Standard deviation of the residual over the training points; at least ``leastScale`` times
  /// that of the log density where there is a quadratic part.
  public var targetScale: Double

  /// The jumps of the derivative.
  public var kinks: [Kink]
  /// The linear part of residuals that the network completes; `nil` for a network of one output.
  public var residuals: ResidualPart?

  /// A value of a parameter at which the derivative of the log density jumps.
  public struct Kink: Sendable, Codable, Hashable {
    /// The position of the parameter.
    public let index: Int
    /// The value.
    public let position: Double
    /// The unit of the feature |x − position| / scale.
    public let scale: Double

    /// A kink.
    public init(index: Int, position: Double, scale: Double) {
      self.index = index
      self.position = position
      self.scale = scale
    }
  }

  /// A preconditioner from its parts.
  public init(
    center: [Double], whitening: Matrix<Double>?, peak: Double?, targetMean: Double = 0,
    targetScale: Double = 1, kinks: [Kink] = [], residuals: ResidualPart? = nil
  ) {
    self.kinks = kinks
    self.residuals = residuals
    self.center = center
    self.whitening = whitening
    self.peak = peak
    self.targetMean = targetMean
    self.targetScale = targetScale
  }

  /// Number of outputs that the network has.
  public var outputs: Int { 1 + (residuals?.count ?? 0) }

  /// No map of the inputs and no quadratic part, as in arXiv:1911.03305.
  public static func identity(dimension: Int) -> Preconditioner {
    Preconditioner(
      center: Array(repeating: 0, count: dimension), whitening: nil, peak: nil)
  }

  /// The quadratic approximation of a log density at its maximum.
  ///
  /// - Parameters:
  ///   - maximum: the point of the maximum.
  ///   - logDensity: the log density there.
  ///   - covariance: the inverse of the negative Hessian.
  /// - Returns: `nil` if the covariance is not positive definite.
  public static func quadratic(
    maximum: [Double], logDensity: Double, covariance: Matrix<Double>
  ) -> Preconditioner? {
    guard let cholesky = Cholesky(covariance) else { return nil }
    return Preconditioner(
      center: maximum, whitening: cholesky.inverseLower, peak: logDensity)
  }

  /// The quadratic approximation with the mean and covariance of points, where no maximum is
  /// known: a Gaussian whose peak is the highest log density seen.
  ///
  /// - Returns: `nil` if the covariance is singular (fewer points than dimensions).
  public static func gaussian(
    points: Matrix<Double>, logDensities: [Double]
  ) -> Preconditioner? {
    guard points.rows > points.columns,
      let cholesky = Cholesky(points.covariance())
    else { return nil }
    return Preconditioner(
      center: points.columnMeans(), whitening: cholesky.inverseLower,
      peak: logDensities.max() ?? 0)
  }

  /// The whitened points z for points x, one a row.
  public func whitened(_ points: Matrix<Double>) -> Matrix<Double> {
    var centred = points
    let d = points.columns
    centred.elements.withUnsafeMutableBufferPointer { x in
      center.withUnsafeBufferPointer { c in
        for i in 0..<points.rows { for j in 0..<d { x[i * d + j] -= c[j] } }
      }
    }
    guard let whitening else { return centred }
    return centred.times(whitening, transposeOther: true)
  }

  /// The quadratic part for whitened points; zero without one.
  public func quadratic(_ whitened: Matrix<Double>) -> [Double] {
    guard let peak else { return Array(repeating: 0, count: whitened.rows) }
    let d = whitened.columns
    return whitened.elements.withUnsafeBufferPointer { z in
      (0..<whitened.rows).map { i in
        guard let row = z.baseAddress.map({ $0 + i * d }) else { return peak }
        return peak - 0.5 * vk_dot_f64(d, row, row)
      }
    }
  }

  /// This preconditioner with the standardisation of the residuals of training points, and the
  /// standardised residuals.
  ///
  /// - Throws: ``DatasetError/constantTarget(_:)``.
  public func standardizing(
    _ whitened: Matrix<Double>, _ targets: [Double]
  ) throws -> Preconditioner {
    let (mean, deviation) = Self.moments(zip(targets, quadratic(whitened)).map { $0 - $1 })
    var result = self
    result.targetMean = mean
    result.targetScale = try scale(of: deviation, targets)
    return result
  }

  /// The least unit of the residual, relative to the standard deviation of the log density.
  ///
  /// A quadratic part that describes a density to rounding leaves residuals of rounding alone, in
  /// whose own unit a network would learn noise; in this one it learns zeros.
  public static let leastScale = 1e-6

  /// The unit of what is left to the network, from its standard deviation.
  ///
  /// - Throws: ``DatasetError/constantTarget(_:)``.
  func scale(of deviation: Double, _ targets: [Double]) throws -> Double {
    let least = peak == nil ? 0 : Self.leastScale * Self.moments(targets).deviation
    let scale = max(deviation, least)
    guard scale > 0, scale.isFinite else {
      throw DatasetError.constantTarget(targets.first ?? .nan)
    }
    return scale
  }

  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    return (mean, square.squareRoot())
  }

  /// The network's standardised targets.
  public func networkTargets(_ whitened: Matrix<Double>, _ targets: [Double]) -> [Double] {
    zip(targets, quadratic(whitened)).map { ($0 - $1 - targetMean) / targetScale }
  }
}
