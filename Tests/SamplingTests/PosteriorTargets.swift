import Foundation
import Likelihoods
import NumericalCore

/// The test densities of posteriordb (github.com/stan-dev/posteriordb), from the data of the
/// shared reference files, in parameters with their natural bounds.
struct PosteriorFile: Decodable {
  struct Summary: Decodable {
    let mean, sd, mcseMean: Double
    enum CodingKeys: String, CodingKey {
      case mean, sd
      case mcseMean = "mcse_mean"
    }
  }

  struct Numbers: Decodable {
    let y, sigma, kidScore, momIQ: [Double]?
    enum CodingKeys: String, CodingKey {
      case y, sigma
      case kidScore = "kid_score"
      case momIQ = "mom_iq"
    }
  }

  let parameters: [String]
  let data: Numbers
  let reference: [String: Summary]

  init(reading file: URL) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

/// A density of one point at a time.
protocol PointwiseDensity: DifferentiableLogDensity where Failure == Never {
  func valueAndGradient(_ x: [Double], _ gradient: inout [Double]) -> Double
}

extension PointwiseDensity {
  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = points
    evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    var gradient = [Double](repeating: 0, count: points.columns)
    for i in 0..<points.rows {
      let x = points.row(i)
      guard parameters.contains(x) else {
        values[i] = -.infinity
        gradients.setRow(i, to: Array(repeating: 0, count: x.count))
        continue
      }
      values[i] = valueAndGradient(x, &gradient)
      gradients.setRow(i, to: gradient)
    }
  }
}

func space(_ parameters: [Parameter]) -> ParameterSpace {
  do {
    return try ParameterSpace(parameters)
  } catch {
    preconditionFailure("\(error)")
  }
}

/// ln of the half-Cauchy density of a scale, without constant, and its derivative.
private func halfCauchy(_ x: Double, _ scale: Double) -> (value: Double, slope: Double) {
  let u = x / scale
  return (-log1p(u * u), -2 * u / scale / (1 + u * u))
}

/// A linear regression y ~ N(X b, σ) with a half-Cauchy prior of σ and normal or flat priors of b:
/// `kidscore_momiq` with the columns 1, x; `arK` with 1 and the last five values.
struct RegressionPosterior: PointwiseDensity {
  let parameters: ParameterSpace
  private let columns: Int
  // Xᵀ X, Xᵀ y, yᵀ y: all that the likelihood needs of the data.
  private let products: Matrix<Double>
  private let projections: [Double]
  private let squares: Double
  private let count: Double
  private let priorWidth: Double

  init(
    rows: [[Double]], responses: [Double], names: [String], priorWidth: Double,
    start: [(initial: Double, scale: Double)]
  ) {
    let columns = rows[0].count
    self.columns = columns
    self.priorWidth = priorWidth
    parameters = space(
      zip(names, start).enumerated().map { index, entry in
        Parameter(
          name: entry.0, initial: entry.1.initial, lower: index == columns ? 0 : -.infinity,
          scale: entry.1.scale)
      })
    let design = Matrix(rows: rows, columns: columns)
    products = design.times(design, transposeSelf: true)
    projections =
      design.times(
        Matrix(rows: responses.count, columns: 1, elements: responses), transposeSelf: true
      ).elements
    squares = responses.reduce(0) { $0 + $1 * $1 }
    count = Double(responses.count)
  }

  func valueAndGradient(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let sigma = x[columns]
    guard sigma > 0 else { return -.infinity }
    var residual = squares
    for i in 0..<columns {
      var product = 0.0
      for j in 0..<columns { product += products[i, j] * x[j] }
      residual += x[i] * (product - 2 * projections[i])
      gradient[i] = (projections[i] - product) / (sigma * sigma)
    }
    let prior = halfCauchy(sigma, 2.5)
    var value = -count * log(sigma) - 0.5 * residual / (sigma * sigma) + prior.value
    gradient[columns] = -count / sigma + residual / pow(sigma, 3) + prior.slope
    if priorWidth.isFinite {
      for i in 0..<columns {
        let pull = x[i] / priorWidth
        value -= 0.5 * pull * pull
        gradient[i] -= pull / priorWidth
      }
    }
    return value
  }

  static func kidiq(_ file: PosteriorFile) -> RegressionPosterior {
    RegressionPosterior(
      rows: (file.data.momIQ ?? []).map { [1, $0] }, responses: file.data.kidScore ?? [],
      names: file.parameters, priorWidth: .infinity, start: [(20, 20), (0.5, 0.5), (20, 5)])
  }

  static func arK(_ file: PosteriorFile) -> RegressionPosterior {
    let y = file.data.y ?? []
    return RegressionPosterior(
      rows: (5..<y.count).map { t in [1] + (1...5).map { y[t - $0] } },
      responses: Array(y[5...]), names: file.parameters, priorWidth: 10,
      start: Array(repeating: (0, 0.5), count: 6) + [(0.5, 0.3)])
  }
}

/// Eight schools in z, μ, τ: θ = μ + τ z.
struct EightSchools: PointwiseDensity {
  let parameters = space(
    (1...8).map { Parameter(name: "z[\($0)]") }
      + [
        Parameter(name: "mu", scale: 5), Parameter(name: "tau", initial: 2, lower: 0, scale: 3),
      ])
  let y, sigma: [Double]

  init(_ file: PosteriorFile) {
    y = file.data.y ?? []
    sigma = file.data.sigma ?? []
  }

  func valueAndGradient(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let (mu, tau) = (x[8], x[9])
    let prior = halfCauchy(tau, 5)
    var value = -0.5 * mu * mu / 25 + prior.value
    gradient[8] = -mu / 25
    gradient[9] = prior.slope
    for j in 0..<8 {
      let pull = (y[j] - mu - tau * x[j]) / sigma[j]
      value -= 0.5 * (x[j] * x[j] + pull * pull)
      gradient[j] = -x[j] + pull / sigma[j] * tau
      gradient[8] += pull / sigma[j]
      gradient[9] += pull / sigma[j] * x[j]
    }
    return value
  }

  /// Draws of θ, μ, τ from draws of z, μ, τ.
  static func effects(_ draws: Matrix<Double>) -> Matrix<Double> {
    var result = draws
    for row in 0..<draws.rows {
      for j in 0..<8 { result[row, j] = draws[row, 8] + draws[row, 9] * draws[row, j] }
    }
    return result
  }
}
