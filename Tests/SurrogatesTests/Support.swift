import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates

/// A correlated, slightly skewed density of five parameters with a uniform and four normal priors.
struct Skewed: DifferentiableLogDensity, LogPosterior {
  let parameters: ParameterSpace
  let prior: ProductPrior

  init() throws {
    parameters = try ParameterSpace(
      [Parameter(name: "mu", role: .parameterOfInterest, lower: -3, upper: 3, label: "μ")]
        + (1...4).map { Parameter(name: "nu_\($0)", label: "ν\($0)") })
    prior = ProductPrior(
      [.uniform(lower: -3, upper: 3, logDensity: -log(6))]
        + Array(repeating: .normal(mean: 0, standardDeviation: 1), count: 4))
  }

  private func likelihood(_ x: [Double]) -> Double {
    let s = x[0] + 0.5 * x[1] - 0.3 * x[2]
    return -2 * s * s - 0.3 * s * s * s * exp(-s * s) - 0.1 * x[3] * x[3] * x[4] * tanh(x[4])
  }

  func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    (0..<points.rows).map { likelihood(points.row($0)) }
  }

  func logPriors(at points: Matrix<Double>) -> [Double] { prior.logDensities(at: points) }
  var factorizedPrior: ProductPrior? { prior }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    let (a, b) = (logLikelihoods(at: points), logPriors(at: points))
    for i in 0..<points.rows { values[i] = a[i] + b[i] }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    evaluate(points, values: &values)
    for i in 0..<points.rows {
      for k in 0..<points.columns {
        guard values[i].isFinite else {
          gradients[i, k] = 0
          continue
        }
        var (up, down) = (points.row(i), points.row(i))
        up[k] += 1e-5
        down[k] -= 1e-5
        gradients[i, k] =
          (likelihood(up) - likelihood(down)) / 2e-5 + prior.factors[k].derivative(points[i, k])
      }
    }
  }

  /// Points about as wide as the density, some outside the bounds of mu.
  func points(_ count: Int, seed: UInt64 = 1) -> Matrix<Double> {
    let stream = RandomStream(seed: seed, purpose: "points")
    var result = Matrix<Double>(rows: count, columns: 5, repeating: 0)
    for i in 0..<count {
      var random = stream.sequence(walker: i)
      let nu = (0..<4).map { _ in random.normal() }
      result.setRow(i, to: [0.3 * nu[1] - 0.5 * nu[0] + 0.6 * random.normal()] + nu)
    }
    return result
  }

  func dataset(
    _ count: Int, withGradients: Bool = false, validation: Double = 0.1, test: Double = 0.2,
    seed: UInt64 = 1
  ) throws -> Dataset {
    try Dataset(
      samples: [.init("S1", points(count, seed: seed))], of: self, withGradients: withGradients,
      validation: validation, test: test, seed: seed)
  }
}

/// A random surrogate of ``Skewed``'s parameters, with or without the quadratic part.
func randomSurrogate(
  _ activation: Activation = .silu, quadratic: Bool = true, double: Bool = true,
  seed: UInt64 = 1, hiddenWidths: [Int] = [16, 12], kinks: Bool = false, region: Bool = false,
  residuals: Int = 0
) throws -> SurrogateLikelihood {
  let density = try Skewed()
  let architecture = NetworkArchitecture(
    inputs: kinks ? 7 : 5, hiddenWidths: hiddenWidths, outputs: 1 + residuals,
    activation: activation)
  // Biases are zero at the start of a training; here they are not.
  var random = RandomStream(seed: seed, purpose: "surrogate").sequence()
  let weights = MultilayerPerceptron<Double>(architecture, seed: seed).parameters.map {
    $0 + 0.05 * random.normal()
  }
  let points = density.points(500)
  let values = density.logDensities(at: points)
  let inside = values.indices.filter { values[$0].isFinite }
  var preconditioner = Preconditioner.identity(dimension: 5)
  if quadratic,
    let gaussian = Preconditioner.gaussian(
      points: points.selectingRows(inside), logDensities: inside.map { values[$0] })
  {
    preconditioner = gaussian
  }
  preconditioner.targetMean = -7.25
  preconditioner.targetScale = 2.5
  if kinks {
    preconditioner.kinks = [
      .init(index: 1, position: 0.1, scale: 0.8), .init(index: 3, position: -0.2, scale: 1.3),
    ]
  }
  if residuals > 0 {
    preconditioner.residuals = ResidualPart(
      slopes: Matrix(
        rows: residuals, columns: 5, elements: (0..<5 * residuals).map { _ in random.normal() }),
      offset: (0..<residuals).map { _ in random.normal() })
  }
  let network: SurrogateNetwork =
    double
    ? .double(try MultilayerPerceptron(architecture, parameters: weights))
    : .float(try MultilayerPerceptron(architecture, parameters: weights.map { Float($0) }))
  let everywhere = SurrogateLikelihood(
    parameters: density.parameters, preconditioner: preconditioner, network: network,
    prior: density.prior,
    provenance: ["recipe": "test", "seed": "\(seed)", "comment": "ünïcode \"quoted\""])
  guard region else { return everywhere }
  let own = points.selectingRows(inside)
  return SurrogateLikelihood(
    parameters: density.parameters, preconditioner: preconditioner, network: network,
    region: ValidityRegion(
      of: own, logDensities: everywhere.logDensities(at: own), parameters: density.parameters,
      preconditioner: preconditioner), prior: density.prior, provenance: everywhere.provenance)
}
