import Foundation
import NumericalCore
import Surrogates
import Testing

private let covariance = Matrix<Double>(
  rows: [[2, 0.6, -0.2], [0.6, 1, 0.3], [-0.2, 0.3, 0.5]], columns: 3)

@Suite struct PreconditionerTests {
  /// In z the covariance is the unit matrix: W C Wᵀ = 1.
  @Test func whiteningGivesUnitCovariance() throws {
    let quadratic = try #require(
      Preconditioner.quadratic(maximum: [1, 2, 3], logDensity: -4, covariance: covariance))
    let w = try #require(quadratic.whitening)
    let unit = w.times(covariance).times(w, transposeOther: true)
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(unit[i, j] - (i == j ? 1 : 0)) < 1e-14) }
    }
  }

  /// The quadratic part is peak - ½ (x - m)ᵀ C⁻¹ (x - m).
  @Test func quadraticPartIsTheGaussian() throws {
    let quadratic = try #require(
      Preconditioner.quadratic(maximum: [1, 2, 3], logDensity: -4, covariance: covariance))
    let points = Matrix<Double>(rows: [[1, 2, 3], [0, 2.5, 3.1], [4, -1, 2]], columns: 3)
    let values = quadratic.quadratic(quadratic.whitened(points))
    let inverse = try #require(Cholesky(covariance)).inverse
    for i in 0..<3 {
      let r = zip(points.row(i), [1.0, 2, 3]).map { $0 - $1 }
      let distance = zip(inverse.times(r), r).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(values[i] - (-4 - 0.5 * distance)) < 1e-12)
    }
  }

  @Test func standardisationAndItsInverse() throws {
    let quadratic = try #require(
      Preconditioner.quadratic(maximum: [1, 2, 3], logDensity: -4, covariance: covariance))
    var random = RandomStream(seed: 1, purpose: "targets").sequence()
    let points = Matrix<Double>(
      rows: 200, columns: 3, elements: (0..<600).map { _ in random.normal() })
    let targets = (0..<200).map { _ in 5 * random.normal() - 100 }
    let z = quadratic.whitened(points)
    let full = try quadratic.standardizing(z, targets)
    let learned = full.networkTargets(z, targets)
    let mean = learned.reduce(0, +) / 200
    let variance = learned.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200
    #expect(abs(mean) < 1e-12 && abs(variance - 1) < 1e-12)
    let back = zip(full.quadratic(z), learned).map { $0 + full.targetMean + full.targetScale * $1 }
    for (a, b) in zip(back, targets) { #expect(abs(a - b) < 1e-11) }
  }

  @Test func identityLeavesPointsAsTheyAre() throws {
    let points = Matrix<Double>(rows: [[1, 2], [3, -4]], columns: 2)
    let identity = Preconditioner.identity(dimension: 2)
    #expect(identity.whitened(points) == points)
    #expect(identity.quadratic(points) == [0, 0])
  }

  @Test func gaussianOfPointsHasTheirMoments() throws {
    let points = try Skewed().points(300)
    let gaussian = try #require(
      Preconditioner.gaussian(points: points, logDensities: (0..<300).map { -Double($0) }))
    let z = gaussian.whitened(points)
    let unit = z.covariance()
    for i in 0..<5 {
      #expect(abs(z.columnMeans()[i]) < 1e-12)
      for j in 0..<5 { #expect(abs(unit[i, j] - (i == j ? 1 : 0)) < 1e-12) }
    }
    #expect(gaussian.peak == 0)
  }

  @Test func singularShapesGiveNone() {
    let flat = Matrix<Double>(rows: [[1, 1], [1, 1]], columns: 2)
    #expect(Preconditioner.quadratic(maximum: [0, 0], logDensity: 0, covariance: flat) == nil)
    #expect(
      Preconditioner.gaussian(
        points: Matrix(rows: [[1, 2], [3, 4]], columns: 2), logDensities: [0, 1]) == nil)
  }

  @Test func constantTargetsCannotBeLearned() {
    let points = Matrix<Double>(rows: [[1], [2]], columns: 1)
    #expect(throws: DatasetError.constantTarget(-3)) {
      try Preconditioner.identity(dimension: 1).standardizing(points, [-3, -3])
    }
  }
}
