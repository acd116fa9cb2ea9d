import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Testing

@testable import Surrogates

/// The central difference of a density at a point along a parameter.
private func difference<Density: LogDensity>(
  _ density: Density, _ point: [Double], along k: Int
) -> Double where Density.Failure == Never {
  var both = Matrix(rows: [point, point], columns: point.count)
  both[0, k] += 1e-5
  both[1, k] -= 1e-5
  let f = density.logDensities(at: both)
  return (f[0] - f[1]) / 2e-5
}

/// Counts in a few bins whose expectations are products of factors, with normal constraints on all
/// parameters but mu.
private struct Products: DifferentiableLogDensity, LogPosterior, ExpectedCounts {
  let parameters: ParameterSpace
  let observedCounts: [Double] = [900, 610, 0, 420]
  var factorizedPrior: ProductPrior? { nil }

  init() throws {
    parameters = try ParameterSpace(
      [Parameter(name: "mu", role: .parameterOfInterest)]
        + (1...4).map { Parameter(name: "a\($0)") })
  }

  func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
    Matrix(
      rows: (0..<points.rows).map { i in
        let x = points.row(i)
        let norm = exp(0.2 * x[1]) * (1 + 0.15 * tanh(x[2]))
        return [
          500 * norm * exp(0.1 * x[3]) + 400 * exp(0.3 * x[0]),
          600 * norm * exp(-0.1 * x[4]) + 10 * exp(0.3 * x[0]), 0.4 * exp(0.5 * x[1] + x[4]),
          400 * exp(0.1 * x[3] - 0.2 * x[2]) * (1 + 0.05 * x[1] * x[1]),
        ]
      }, columns: 4)
  }

  func logPriors(at points: Matrix<Double>) -> [Double] {
    Array(repeating: 0, count: points.rows)
  }
  func logLikelihoods(at points: Matrix<Double>) -> [Double] { logDensities(at: points) }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    let expected = expectedCounts(at: points)
    for i in 0..<points.rows {
      values[i] = -0.5 * points.row(i).dropFirst().reduce(0) { $0 + $1 * $1 }
      for (b, n) in observedCounts.enumerated() {
        values[i] += n * log(expected[i, b]) - expected[i, b]
      }
    }
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    evaluate(points, values: &values)
    for i in 0..<points.rows {
      for k in 0..<points.columns {
        gradients[i, k] = difference(self, points.row(i), along: k)
      }
    }
  }

  /// Points along the valley in which the counts are described.
  func points(_ count: Int, seed: UInt64 = 1) -> Matrix<Double> {
    let stream = RandomStream(seed: seed, purpose: "points")
    var result = Matrix<Double>(rows: count, columns: 5, repeating: 0)
    for i in 0..<count {
      var random = stream.sequence(walker: i)
      let a = (0..<4).map { _ in 0.5 * random.normal() }
      let mu = -0.8 * a[0] - 0.5 * a[1] + 0.1 * random.normal()
      result.setRow(i, to: [mu] + a)
    }
    return result
  }

  func dataset(_ count: Int, withGradients: Bool = false) throws -> Dataset {
    try Dataset(
      samples: [.init("S1", points(count))], of: self, withGradients: withGradients,
      validation: 0.1, test: 0.3, seed: 1)
  }
}

@Suite("Residuals of counts") struct ResidualTests {
  /// −½ r² is the Poisson term less its largest value, and r has the sign of λ − n.
  @Test func devianceResiduals() {
    for n in [1e-8, 0.5, 3, 1e6] {
      for factor in [
        1e-3, 0.5, 0.98, 0.9989, 0.9991, 1 - 1e-7, 1, 1 + 1e-5, 1.0009, 1.0011, 1.7, 40,
      ] {
        let r = BinCounts.residual(observed: n, expected: factor * n)
        // ln(1 + x) − x without cancellation near zero, by the platform's log1p.
        let x = factor - 1
        let term =
          abs(x) < 1e-2 ? n * (-x * x / 2 + x * x * x / 3 - x * x * x * x / 4) : n * (log1p(x) - x)
        #expect(abs(-0.5 * r * r - term) <= 1e-6 * abs(term) + 1e-300, "\(n) \(factor)")
        #expect(x == 0 ? r == 0 : (r > 0) == (x > 0))
      }
    }
    #expect(BinCounts.residual(observed: 0, expected: 8) == 4)
    #expect(BinCounts.residual(observed: 0, expected: 0) == 0)
    // The series and the logarithm meet.
    let (a, b) = (
      BinCounts.residual(observed: 1e4, expected: 1e4 * (1 + 0.999999e-3)),
      BinCounts.residual(observed: 1e4, expected: 1e4 * (1 + 1.000001e-3))
    )
    #expect(abs((b - a) / (2e-9 * 1e2) - 1) < 1e-3)
  }

  /// With the true residuals in place of a network the fixed part gives the density itself, and
  /// nothing is left in h, because the constraints are normal.
  @Test func fixedPartIsExact() throws {
    let density = try Products()
    let points = density.points(2000)
    let values = density.logDensities(at: points)
    let counts = BinCounts(of: density, at: points)
    let residuals = counts.residuals(Array(0..<points.rows))
    let base = try #require(
      ResidualFit.preconditioner(points, logDensities: values, residuals: residuals))
    let z = base.whitened(points)
    let fixed = try base.standardizing(z, values, residuals: residuals)
    let outputs = Matrix(
      rows: points.rows, columns: 5,
      elements: fixed.networkTargets(z, values, residuals: residuals))
    #expect(outputs.column(0).allSatisfy { abs($0 * fixed.targetScale) < 1e-6 })
    let part = try #require(fixed.residuals)
    let e = part.combine(outputs, z, scale: fixed.targetScale).values
    for (i, quadratic) in fixed.quadratic(z).enumerated() {
      let value = quadratic + fixed.targetMean + fixed.targetScale * e[i]
      #expect(abs(value - values[i]) < 1e-9 * abs(values[i]), "\(value), \(values[i])")
    }
    // Negative control: residuals of other points do not.
    let wrong = part.combine(
      outputs.selectingRows(Array((0..<points.rows).reversed())), z, scale: fixed.targetScale
    ).values
    #expect(zip(wrong, e).map { abs($0 - $1) * fixed.targetScale }.max() ?? 0 > 1)
  }

  /// Counts of another likelihood of the same parameters make another training.
  @Test func identityKnowsTheCounts() throws {
    let density = try Products()
    let data = try density.dataset(100)
    let counts = BinCounts(of: density, at: data.points)
    var observed = counts.observed
    observed[1] += 1
    var expected = counts.expected
    expected[3, 2] *= 1.01
    func identity(_ counts: BinCounts?) -> TrainingIdentity {
      TrainingIdentity(dataset: data, recipe: .counts(), usesLikelihood: false, counts: counts)
    }
    let first = identity(counts)
    #expect(identity(counts).difference(from: first) == nil)
    for other in [
      BinCounts(observed: observed, expected: counts.expected),
      BinCounts(observed: counts.observed, expected: expected),
    ] {
      let difference = try #require(first.difference(from: identity(other)))
      #expect(difference.field.contains("--likelihood") && first.digest != identity(other).digest)
    }
    // The last digits of another processor do not count.
    expected = counts.expected
    expected[3, 2] *= 1 + 2e-16
    #expect(identity(BinCounts(observed: counts.observed, expected: expected)) == first)
  }

  /// Log-posteriors that rise away from the points where the counts are described.
  @Test func countsOfAnotherLikelihood() throws {
    let density = try Products()
    let data = try density.dataset(400)
    let rising = try Dataset(
      parameters: data.parameters, points: data.points,
      logPosteriors: (0..<data.count).map { i in
        1e4 * data.points.row(i).reduce(0) { $0 + $1 * $1 }
      }, split: data.split)
    #expect(throws: DatasetError.noMaximum) {
      try SurrogateTraining(
        rising, recipe: .counts(widths: [4]), counts: BinCounts(of: density, at: data.points)
      ).run()
    }
  }

  @Test func tooFewPointsHaveNoFixedPart() throws {
    let density = try Products()
    let points = density.points(15)
    #expect(
      ResidualFit.preconditioner(
        points, logDensities: density.logDensities(at: points),
        residuals: BinCounts(of: density, at: points).residuals(Array(0..<15))) == nil)
  }

  /// Gradients against differences, inside and outside the region.
  @Test(arguments: [false, true]) func gradients(region: Bool) throws {
    let surrogate = try randomSurrogate(seed: 5, kinks: true, region: region, residuals: 3)
    let points = try Skewed().points(12, seed: 3)
    let found = surrogate.logDensitiesAndGradients(at: points)
    #expect(found.values == surrogate.logDensities(at: points))
    for i in 0..<points.rows where found.values[i].isFinite {
      for k in 0..<points.columns {
        let numeric = difference(surrogate, points.row(i), along: k)
        #expect(abs(found.gradients[i, k] - numeric) < 1e-5 * max(1, abs(numeric)))
      }
    }
  }

  /// A network of whitened inputs and the one that has taken the whitening over agree.
  @Test func whiteningIsUndone() throws {
    let inputs = try Products().points(400)
    var wide = Matrix<Double>(rows: 400, columns: 6, repeating: 0)
    for i in 0..<400 { wide.setRow(i, to: inputs.row(i) + [inputs[i, 2] * inputs[i, 2]]) }
    let whitening = try #require(InputWhitening(wide, coordinates: 5))
    #expect(!whitening.isNeeded)
    var long = wide
    for i in 0..<400 { long[i, 1] *= 10 }
    #expect(try #require(InputWhitening(long, coordinates: 5)).isNeeded)
    let whitened = whitening.apply(wide)
    let network = MultilayerPerceptron<Double>(
      NetworkArchitecture(inputs: 6, hiddenWidths: [7], outputs: 3, activation: .silu), seed: 2)
    let a = network.predict(whitened)
    let b = whitening.undone(network).predict(wide)
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 })
    var coordinates = Matrix<Double>(rows: 400, columns: 5, repeating: 0)
    for i in 0..<400 { for k in 0..<5 { coordinates[i, k] = whitened[i, k] } }
    let covariance = coordinates.covariance()
    for j in 0..<5 { for k in 0..<5 { #expect(abs(covariance[j, k] - (j == k ? 1 : 0)) < 1e-10) } }
    #expect(whitened.column(5) == wide.column(5))
  }

  /// The same points teach far more by their counts than by their densities, with gradients too;
  /// counts of other points teach nothing.
  @Test func countsTeachMore() throws {
    let density = try Products()
    let data = try density.dataset(800, withGradients: true)
    func rmse(_ recipe: TrainingRecipe, _ counts: BinCounts?) throws -> Double {
      let result = try SurrogateTraining(data, recipe: recipe, counts: counts).run()
      return try #require(
        Evaluation(of: result.surrogate, on: data, comparesMarginals: false).metrics[.test]
      ).rmse
    }
    let counts = BinCounts(of: density, at: data.points)
    let recipe = TrainingRecipe.counts(widths: [24, 24], epochs: 200, batchSize: 32)
    var values = TrainingRecipe.enhanced(widths: [24, 24], epochs: 200, batchSize: 32)
    let withGradients = try rmse(values, nil)
    values.gradientWeight = nil
    let (learned, plain) = (try rmse(recipe, counts), try rmse(values, nil))
    Test.note("RMSE: counts \(learned), gradients \(withGradients), values \(plain)")
    #expect(learned < 0.4 * plain, "\(learned), \(plain)")
    #expect(learned < withGradients, "\(learned), \(withGradients)")
    let reversed = BinCounts(
      observed: counts.observed,
      expected: counts.expected.selectingRows(Array((0..<data.count).reversed())))
    #expect(try rmse(recipe, reversed) > 10 * learned)
  }

  @Test func countsAreNeeded() throws {
    let data = try Products().dataset(100)
    #expect(throws: DatasetError.noCounts) { try SurrogateTraining(data, recipe: .counts()) }
    let few = BinCounts(observed: [1], expected: Matrix(rows: 99, columns: 1, repeating: 1))
    #expect(throws: DatasetError.noCounts) {
      try SurrogateTraining(data, recipe: .counts(), counts: few)
    }
  }

  /// Members share their fixed part, and the file of an ensemble has it once.
  @Test func ensembles() throws {
    let density = try Products()
    let data = try density.dataset(500)
    let recipe = TrainingRecipe.counts(widths: [12, 12], epochs: 40, batchSize: 32)
    let training = EnsembleTraining(
      try SurrogateTraining(data, recipe: recipe, counts: BinCounts(of: density, at: data.points)),
      count: 2)
    let ensemble = try training.run().ensemble
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).onnx")
    defer { try? FileManager.default.removeItem(at: url) }
    try ensemble.write(to: url)
    let copy = try SurrogateEnsemble(reading: url)
    let points = density.points(30, seed: 9)
    #expect(copy.logDensities(at: points) == ensemble.logDensities(at: points))
  }
}
