import Foundation
import Likelihoods
import NumericalCore
import Testing

@Suite("Quadratic coefficients") struct QuadraticCoefficientsTests {
  @Test("agree with the equations of the paper", arguments: SimplifiedReference.values.cases)
  func reference(_ expected: SimplifiedReference.Case) throws {
    let found = try SimplifiedLikelihood(expected.input).quadraticCoefficients
    for i in expected.mean.indices {
      let sigma = expected.covariance[i][i].squareRoot()
      #expect(close(found.constant[i], expected.A[i]))
      #expect(close(found.linear[i], expected.B[i]))
      #expect(close(found.quadratic[i], expected.C[i]), "bin \(i)")
      #expect(expected.third[i] == 0 || abs(found.quadratic[i]) > 1e-12 * sigma)
      for j in expected.mean.indices {
        #expect(close(found.correlation[i, j], expected.rho[i][j], 1e-12, unit: 1))
      }
    }
    #expect(found.notes.isEmpty)
  }

  /// spey shifts every C by 1e-5 in the equation of the correlations.
  @Test("agree with spey", arguments: SimplifiedReference.values.cases.filter { $0.spey != nil })
  func spey(_ expected: SimplifiedReference.Case) throws {
    let spey = try #require(expected.spey)
    let likelihood = try SimplifiedLikelihood(expected.input)
    let found = likelihood.quadraticCoefficients
    for i in expected.mean.indices {
      let sigma = expected.covariance[i][i].squareRoot()
      #expect(close(found.constant[i], spey.A[i], 1e-12))
      #expect(close(found.linear[i], spey.B[i], 1e-12))
      #expect(close(found.quadratic[i], spey.C[i], 1e-12, unit: sigma))
    }
    let values = likelihood.logDensities(at: expected.matrix)
    let smallest = found.quadratic.map(abs).min() ?? 0
    let tolerance = smallest > 0.1 ? 1e-5 : 3e-4
    for (value, other) in zip(values, spey.logpdf) {
      // The flat prior of mu in [0, 10] is not part of spey's density.
      #expect(abs(value + log(10) - other) < tolerance)
    }
  }

  @Test("give the moments back", arguments: SimplifiedReference.values.cases)
  func moments(_ expected: SimplifiedReference.Case) throws {
    let found = try SimplifiedLikelihood(expected.input).quadraticCoefficients
    let (means, third, covariance) = (found.means, found.thirdMoments, found.covariance)
    for i in expected.mean.indices {
      let variance = expected.covariance[i][i]
      #expect(close(means[i], expected.mean[i]))
      #expect(close(third[i], expected.third[i], 1e-12, unit: variance * variance.squareRoot()))
      for j in expected.mean.indices {
        #expect(close(covariance[i, j], expected.covariance[i][j], 1e-11))
      }
    }
  }

  @Test("at the limit the normal part vanishes") func limit() throws {
    let variance = 4.0
    let limit = ThirdMoment.limit(variance: variance)
    #expect(limit == 8.0.squareRoot() * 8)
    let found = try QuadraticCoefficients(
      means: [10], covariance: Matrix(rows: 1, columns: 1, elements: [variance]),
      thirdMoments: [limit])
    #expect(abs(found.linear[0]) < 1e-7)
    #expect(close(found.quadratic[0], (variance / 2).squareRoot()))
    let mirrored = try QuadraticCoefficients(
      means: [10], covariance: Matrix(rows: 1, columns: 1, elements: [variance]),
      thirdMoments: [-limit])
    #expect(mirrored.quadratic[0] == -found.quadratic[0])
  }

  @Test("a third moment beyond the limit is refused, or clipped with a note") func beyond() throws {
    let covariance = Matrix<Double>(rows: 2, columns: 2, elements: [1, 0, 0, 4])
    let names = ["SR1", "SR2"]
    let error = #expect(throws: SimplifiedLikelihoodError.self) {
      try QuadraticCoefficients(
        means: [10, 20], covariance: covariance, thirdMoments: [1, -23], binNames: names)
    }
    let message = "\(try #require(error))"
    for part in ["'SR2'", "-23.0", "variance 4.0", "22.627"] { #expect(message.contains(part)) }
    let clipped = try QuadraticCoefficients(
      means: [10, 20], covariance: covariance, thirdMoments: [1, -23], binNames: names,
      policy: .clip)
    #expect(clipped.notes.count == 1)
    #expect(clipped.notes[0].contains("'SR2'"))
    #expect(close(clipped.thirdMoments[1], -22.627416997969522))
    #expect(close(clipped.thirdMoments[0], 1))
  }

  @Test("singular correlations are repaired with a note") func repair() throws {
    // Two bins with one common source: rank one.
    let covariance = Matrix<Double>(rows: 2, columns: 2, elements: [4, 6, 6, 9])
    let found = try QuadraticCoefficients(means: [10, 20], covariance: covariance)
    #expect(found.notes.count == 1)
    #expect(found.notes.first?.contains("1 eigenvalue below 1e-06") == true)
    #expect(found.correlation[0, 0] == 1)
    #expect(found.correlation[0, 1] < 1 && found.correlation[0, 1] > 1 - 2e-6)
    #expect(Cholesky(found.correlation) != nil)
    // Slightly indefinite by rounding of published numbers.
    var rounded = Matrix<Double>(
      rows: 3, columns: 3, elements: [1, 0.9, 0.44, 0.9, 1, 0, 0.44, 0, 1])
    rounded[0, 1] = 0.9
    let third = try QuadraticCoefficients(means: [5, 5, 5], covariance: rounded)
    #expect(third.notes.count == 1)
    #expect(Cholesky(third.correlation) != nil)
  }

  @Test("covariances out of reach are noted") func unreachable() throws {
    // Large skewness and strong anti-correlation exclude each other.
    let covariance = Matrix<Double>(rows: 2, columns: 2, elements: [1, -0.9, -0.9, 1])
    let found = try QuadraticCoefficients(
      means: [10, 10], covariance: covariance, thirdMoments: [2.5, 2.5])
    #expect(found.notes.contains { $0.contains("cannot be had") })
    #expect(found.correlation[0, 1] >= -1)
    #expect(Cholesky(found.correlation) != nil)
  }

  static let wrong: [(name: String, matrix: [[Double]], part: String)] = [
    ("asymmetric", [[1, 0.2], [0.1, 1]], "row 2, column 1"),
    ("negative variance", [[1, 0], [0, -1]], "finite variance >= 0, found -1.0"),
    ("not finite", [[1, .nan], [.nan, 1]], "row 2, column 1"),
    ("correlation above 1", [[1, 1.1], [1.1, 1]], "at most 1.0"),
    ("zero variance with covariance", [[0, 0.1], [0.1, 1]], "at most 0.0"),
  ]

  @Test("matrices that are no covariances are refused", arguments: wrong.indices)
  func refusal(_ index: Int) throws {
    let (name, matrix, part) = Self.wrong[index]
    let error = #expect(throws: SimplifiedLikelihoodError.self, "\(name)") {
      try QuadraticCoefficients(means: [5, 5], covariance: Matrix(rows: matrix, columns: 2))
    }
    #expect("\(try #require(error))".contains(part), "\(String(describing: error))")
  }

  @Test("an indefinite matrix is refused") func indefinite() {
    let matrix = Matrix<Double>(
      rows: 3, columns: 3, elements: [1, 0.9, 0.9, 0.9, 1, -0.9, 0.9, -0.9, 1])
    #expect {
      try QuadraticCoefficients(means: [5, 5, 5], covariance: matrix)
    } throws: { "\($0)".contains("positive semi-definite") && "\($0)".contains("-0.8") }
  }

  @Test(
    "split normal distributions have these moments",
    arguments: SimplifiedReference.values.splitNormals.indices)
  func splitNormal(_ index: Int) {
    let expected = SimplifiedReference.values.splitNormals[index]
    let found = BifurcatedNormal(upper: expected.upper, lower: expected.lower)
    #expect(close(found.shift, expected.shift, 1e-12, unit: 1))
    #expect(close(found.variance, expected.variance))
    #expect(close(found.thirdMoment, expected.third, 1e-12, unit: 1))
  }
}
