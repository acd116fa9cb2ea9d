import Foundation
import Likelihoods
import NumericalCore
import Testing

/// Numbers of mpmath and spey (Reference/simplified_likelihood.py).
struct SimplifiedReference: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let mean, third, signal, observed: [Double]
    let covariance: [[Double]]
    let points: [[Double]]
    let A, B, C: [Double]
    let rho: [[Double]]
    let logLikelihood, logNormal: [Double]
    let spey: Spey?

    var testDescription: String { name }

    var input: SimplifiedLikelihoodInput {
      SimplifiedLikelihoodInput(
        observed: observed, background: mean,
        covariance: Matrix(rows: covariance, columns: mean.count), thirdMoments: third,
        signal: signal)
    }

    var matrix: Matrix<Double> { Matrix(rows: points, columns: mean.count + 1) }
  }

  struct Spey: Decodable {
    let A, B, C, logpdf: [Double]
    let rho: [[Double]]
  }

  struct SplitNormal: Decodable {
    let upper, lower, shift, variance, third: Double
  }

  struct Poisson: Decodable {
    let n, value: Double
    let rate, excess: Double?
  }

  let cases: [Case]
  let splitNormals: [SplitNormal]
  let poisson: [Poisson]

  static let values: SimplifiedReference = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/simplified_likelihood.json")
    do {
      return try JSONDecoder().decode(SimplifiedReference.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }()
}

/// Whether two numbers agree to a relative tolerance, with an absolute floor of the same size
/// times `unit`.
func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12, unit: Double = 0) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b), unit)
}
