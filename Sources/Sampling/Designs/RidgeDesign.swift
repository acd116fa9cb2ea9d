internal import Foundation
public import NumericalCore

/// A point of the profile-likelihood ridge with the shape of the density around it.
public struct RidgePoint: Sendable {
  /// All coordinates of the profiled maximum.
  public var values: [Double]
  /// Positions of the coordinates that were profiled.
  public var freeIndices: [Int]
  /// Covariance of those coordinates: the inverse Hessian of -(log density).
  public var covariance: Matrix<Double>

  /// A point of the ridge.
  public init(values: [Double], freeIndices: [Int], covariance: Matrix<Double>) {
    self.values = values
    self.freeIndices = freeIndices
    self.covariance = covariance
  }
}

/// Points around the ridge of profiled maxima, at every scale between the ridge itself and the
/// bulk of the density.
///
/// At a random point of the ridge the nuisance parameters are x̂ + s L z with z standard normal,
/// L Lᵀ the conditional covariance and s uniform in (0, `largestScale`): the log density then
/// lies about s² d/2 below the profiled maximum, from zero to the depth of a posterior sample. Unlike
/// the walk of ``RidgeWalk`` the points are independent, and they cover the place where t_μ is
/// decided as densely as the bulk.
public struct RidgeDesign: Sendable, Codable {
  /// Largest scale s; 1 reaches the bulk of a Gaussian posterior.
  public var largestScale: Double
  /// Seed of the random numbers.
  public var seed: UInt64

  /// A design.
  public init(largestScale: Double = 1.1, seed: UInt64 = 1) {
    self.largestScale = largestScale
    self.seed = seed
  }

  /// Draws `count` points around the given ridge points, which are used in turn.
  ///
  /// - Precondition: at least one ridge point, all with positive-definite covariances.
  public func points(_ count: Int, around ridge: [RidgePoint]) -> Matrix<Double> {
    precondition(!ridge.isEmpty, "a ridge needs points")
    let stream = RandomStream(seed: seed, purpose: "ridge design")
    var result = Matrix<Double>(rows: count, columns: ridge[0].values.count, repeating: 0)
    for (index, centre) in ridge.enumerated() {
      guard let lower = Cholesky(centre.covariance)?.lower else {
        preconditionFailure("the covariance of ridge point \(index) is not positive definite")
      }
      let rows = Array(stride(from: index, to: count, by: ridge.count))
      var normals = Matrix<Double>(
        rows: rows.count, columns: centre.freeIndices.count, repeating: 0)
      for (i, row) in rows.enumerated() {
        var random = stream.sequence(walker: row)
        let scale = largestScale * random.uniform()
        normals.setRow(i, to: centre.freeIndices.map { _ in scale * random.normal() })
      }
      let shifts = normals.times(lower, transposeOther: true)
      for (i, row) in rows.enumerated() {
        var point = centre.values
        for (j, k) in centre.freeIndices.enumerated() { point[k] += shifts[i, j] }
        result.setRow(row, to: point)
      }
    }
    return result
  }
}
