import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import Testing

/// A correlated density of three parameters whose derivative by the second jumps at 0.3.
private struct Kinked: DifferentiableLogDensity, LogPosterior {
  let parameters: ParameterSpace
  var factorizedPrior: ProductPrior? { nil }

  init(declared: Bool = true) throws {
    parameters = try ParameterSpace([
      Parameter(name: "a", role: .parameterOfInterest),
      Parameter(name: "b", kink: declared ? 0.3 : nil), Parameter(name: "c"),
    ])
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    for i in 0..<points.rows {
      let (a, b, c) = (points[i, 0], points[i, 1], points[i, 2])
      let bend = b >= 0.3 ? 1.6 : 0.4
      let s = a - bend * (b - 0.3) + 0.2 * a * c
      values[i] = -0.5 * (s * s + b * b + c * c + 0.2 * a * a)
      gradients.setRow(
        i, to: [-s * (1 + 0.2 * c) - 0.2 * a, s * bend - b, -s * 0.2 * a - c])
    }
  }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = points
    evaluate(points, values: &values, gradients: &gradients)
  }

  func logLikelihoods(at points: Matrix<Double>) -> [Double] { logDensities(at: points) }
  func logPriors(at points: Matrix<Double>) -> [Double] {
    Array(repeating: 0, count: points.rows)
  }

  func dataset(_ count: Int, withGradients: Bool = true) throws -> Dataset {
    var random = RandomStream(seed: 3, purpose: "points").sequence()
    let points = Matrix(
      rows: count, columns: 3, elements: (0..<3 * count).map { _ in random.normal() })
    return try Dataset(
      samples: [.init("S1", points)], of: self, withGradients: withGradients, validation: 0.1,
      test: 0.3, seed: 1)
  }
}

@Suite struct GradientTrainingTests {
  private static func train(
    _ data: Dataset, gradientWeight: Double? = 3, usesKinks: Bool = true, seed: UInt64 = 1
  ) throws -> (surrogate: SurrogateLikelihood, history: TrainingHistory, rmse: Double) {
    var recipe = TrainingRecipe.enhanced(
      widths: [24, 24], epochs: 150, batchSize: 32, seed: seed)
    recipe.gradientWeight = gradientWeight
    recipe.usesKinks = usesKinks
    recipe.precision = .float64
    let result = try SurrogateTraining(data, recipe: recipe).run()
    let evaluation = try Evaluation(of: result.surrogate, on: data, comparesMarginals: false)
    return (result.surrogate, result.history, try #require(evaluation.metrics[.test]).rmse)
  }

  /// Equal points, equal training, with and without gradients, and with and without the features
  /// of the kink; the gradients of the surrogate are those of the truth.
  @Test func gradientsAndKinksPay() throws {
    let density = try Kinked()
    let data = try density.dataset(1000)
    let full = try Self.train(data)
    let smooth = try Self.train(data, usesKinks: false)
    let values = try Self.train(data, gradientWeight: nil)
    Test.note(
      "RMSE with gradients and kinks \(full.rmse), without kinks \(smooth.rmse), without "
        + "gradients \(values.rmse)")
    #expect(full.rmse < 0.75 * smooth.rmse, "\(full.rmse), \(smooth.rmse)")
    #expect(full.rmse < 0.6 * values.rmse, "\(full.rmse), \(values.rmse)")
    #expect(full.surrogate.preconditioner.kinks.map(\.index) == [1])
    #expect(full.surrogate.preconditioner.kinks.map(\.position) == [0.3])
    #expect(smooth.surrogate.preconditioner.kinks.isEmpty)
    #expect(values.history.epochs.allSatisfy { $0.validationGradientLoss == nil })
    #expect(full.history.epochs.allSatisfy { ($0.validationGradientLoss ?? -1) > 0 })

    let test = data.points.selectingRows(data.indices(.test))
    let truth = density.logDensitiesAndGradients(at: test).gradients
    let found = full.surrogate.logDensitiesAndGradients(at: test).gradients
    let error = zip(truth.elements, found.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = truth.elements.reduce(0) { $0 + $1 * $1 }
    #expect(error < 0.01 * size)
  }

  /// Gradients that are not those of the values spoil the surrogate: they are used, and in the
  /// right order.
  @Test func wrongGradientsSpoil() throws {
    let data = try Kinked().dataset(600)
    let gradients = try #require(data.gradients)
    let swapped = Matrix(
      rows: (0..<data.count).map { Array(gradients.row($0).reversed()) }, columns: 3)
    let wrong = try Dataset(
      parameters: data.parameters, points: data.points, logPosteriors: data.logPosteriors,
      gradients: swapped, split: data.split)
    #expect(try Self.train(wrong).rmse > 5 * Self.train(data).rmse)
  }

  /// A data set without gradients trains on values, and a kink that no point lies beyond is no
  /// feature.
  @Test func withoutGradientsOrKinks() throws {
    let data = try Kinked(declared: false).dataset(300, withGradients: false)
    let result = try Self.train(data)
    #expect(result.surrogate.preconditioner.kinks.isEmpty)
    #expect(result.history.epochs.allSatisfy { $0.trainingGradientLoss == nil })
  }

  @Test func sameSeedSameWeights() throws {
    let data = try Kinked().dataset(300)
    let first = try Self.train(data).surrogate.network
    #expect(try Self.train(data).surrogate.network == first)
    #expect(try Self.train(data, seed: 2).surrogate.network != first)
  }
}
