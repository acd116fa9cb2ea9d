import Foundation
import Likelihoods
import NeuralNetworks
import NumericalCore
import Surrogates
import Testing

@Suite struct TrainingRecipeTests {
  /// The table of arXiv:1911.03305 section 4 and of its code, for 10⁵, 2·10⁵ and 5·10⁵ points.
  @Test func paperHasThePapersNumbers() {
    for (size, batch) in [(100_000, 512), (200_000, 1024), (500_000, 2048)] {
      let recipe = TrainingRecipe.paper(trainingSize: size, width: 5000, seed: 3)
      #expect(recipe.hiddenWidths == [5000, 5000] && recipe.activation == .selu)
      #expect(recipe.preconditioning == .none && recipe.precision == .float64)
      let training = recipe.training
      #expect(training.batchSize == batch && training.loss == .meanSquaredError)
      #expect(
        training.optimizer == .adam(AdamParameters(learningRate: 1e-3, beta1: 0.9, beta2: 0.999)))
      #expect(
        training.schedule
          == .reduceOnPlateau(
            factor: 0.2, patience: 40, minimumImprovement: 1 / Double(size), floor: 8e-5))
      #expect(
        training.earlyStopping
          == EarlyStopping(patience: 48, minimumImprovement: 1 / Double(size)))
      #expect(training.seed == 3 && training.shuffles)
    }
    let architecture = NetworkArchitecture(inputs: 95, hiddenWidths: [5000, 5000])
    #expect(architecture.parameterCount == 25_490_001)
  }

  @Test func roundTrip() throws {
    for recipe in [TrainingRecipe.paper(trainingSize: 1000), .enhanced()] {
      let copy = try JSONDecoder().decode(
        TrainingRecipe.self, from: JSONEncoder().encode(recipe))
      #expect(copy == recipe)
    }
  }
}

@Suite(.serialized) struct SurrogateTrainingTests {
  private static func recipe(epochs: Int = 40, seed: UInt64 = 1) -> TrainingRecipe {
    .enhanced(widths: [32, 32], epochs: epochs, batchSize: 128, seed: seed)
  }

  private static func rmse(_ surrogate: SurrogateLikelihood, _ data: Dataset) throws -> Double {
    let evaluation = try Evaluation(of: surrogate, on: data, comparesMarginals: false)
    return try #require(evaluation.metrics[.test]).rmse
  }

  /// The standard deviation.
  private static func width(_ values: [Double]) -> Double {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
  }

  private static func residualWidth(_ surrogate: SurrogateLikelihood) -> Double {
    surrogate.preconditioner.targetScale
  }

  @Test func enhancedRecipeLearnsAFiveDimensionalDensity() throws {
    let density = try Skewed()
    let data = try density.dataset(6000)
    let result = try SurrogateTraining(
      data, recipe: Self.recipe(), prior: density.prior
    ).run()
    let width = Self.width(data.indices(.test).map { data.logPosteriors[$0] })
    let error = try Self.rmse(result.surrogate, data)
    Test.note("enhanced: RMSE \(error), standard deviation \(width), \(result.seconds) s")
    #expect(error < 0.1 * width)
    #expect(error < 0.5 * Self.residualWidth(result.surrogate))
    #expect(result.stopReason == .maximumEpochs && result.history.epochs.count == 40)
    #expect(result.surrogate.prior == density.prior && result.seconds > 0)
    #expect(result.surrogate.provenance["recipe"] == "enhanced")
    #expect(result.surrogate.provenance["training_points"] == "\(data.indices(.training).count)")
    #expect(result.surrogate.provenance["stop_reason"] == "maximumEpochs")
  }

  /// Negative control: targets that have nothing to do with their points cannot be predicted.
  @Test func shuffledTargetsAreNotLearned() throws {
    let density = try Skewed()
    let data = try density.dataset(6000)
    var random = RandomStream(seed: 2, purpose: "shuffle").sequence()
    let order = random.permutation(data.count)
    let shuffled = try Dataset(
      parameters: data.parameters, points: data.points,
      logPosteriors: order.map { data.logPosteriors[$0] }, split: data.split)
    let result = try SurrogateTraining(
      shuffled, recipe: Self.recipe(epochs: 10), prior: nil
    ).run()
    #expect(
      try Self.rmse(result.surrogate, shuffled) > 0.9 * Self.width(data.logPosteriors))
  }

  @Test func paperRecipeTrains() throws {
    let density = try Skewed()
    let data = try density.dataset(3000)
    var recipe = TrainingRecipe.paper(trainingSize: data.indices(.training).count, width: 24)
    recipe.training.maximumEpochs = 25
    let result = try SurrogateTraining(data, recipe: recipe, prior: density.prior).run()
    let width = Self.residualWidth(result.surrogate)
    #expect(result.surrogate.preconditioner.whitening == nil)
    #expect(result.surrogate.preconditioner.peak == nil)
    #expect(try Self.rmse(result.surrogate, data) < 0.5 * width)
  }

  @Test func sameSeedSameWeights() throws {
    let data = try Skewed().dataset(800)
    func network(_ seed: UInt64) throws -> SurrogateNetwork {
      // Other tests change the number of threads.
      try Threads.withSerialProducts {
        try SurrogateTraining(
          data, recipe: Self.recipe(epochs: 3, seed: seed), prior: nil
        ).run().surrogate.network
      }
    }
    let first = try network(1)
    #expect(try network(1) == first)
    #expect(try network(2) != first)
  }

  @Test func doublePrecision() throws {
    var recipe = Self.recipe(epochs: 3)
    recipe.precision = .float64
    let result = try SurrogateTraining(Skewed().dataset(800), recipe: recipe, prior: nil).run()
    guard case .double = result.surrogate.network else {
      Issue.record("the network is in single precision")
      return
    }
    #expect(result.history.epochs.allSatisfy { $0.monitoredLoss.isFinite })
  }

  @Test func initializerIsUsed() throws {
    let data = try Skewed().dataset(800)
    func network(_ initializer: WeightInitializer?) throws -> SurrogateNetwork {
      var recipe = Self.recipe(epochs: 1)
      recipe.initializer = initializer
      return try SurrogateTraining(data, recipe: recipe).run().surrogate.network
    }
    let usual = try network(nil)
    #expect(try network(.heNormal) == usual)
    #expect(try network(.lecunNormal) != usual && network(.glorotUniform) != usual)
  }

  @Test func givenQuadraticIsUsed() throws {
    let data = try Skewed().dataset(800)
    let given = try #require(
      Preconditioner.quadratic(
        maximum: [0.1, 0, 0, 0, 0], logDensity: -5, covariance: .identity(5)))
    let result = try SurrogateTraining(
      data, recipe: Self.recipe(epochs: 2), prior: nil, quadratic: given
    ).run()
    #expect(result.surrogate.preconditioner.center == given.center)
    #expect(result.surrogate.preconditioner.whitening == given.whitening)
    #expect(result.surrogate.preconditioner.peak == -5)
  }

  /// Weights against the formula by hand: 100 points in the first bin, 3 in the last, 20 in one
  /// between.
  @Test func flatWeights() throws {
    #expect(SampleWeights.equal.weights([1, 2, 3]) == nil)
    #expect(SampleWeights.flat.weights([1, 1]) == nil)
    let values =
      [Double](repeating: 0, count: 100) + [Double](repeating: 5.005, count: 20) + [10, 10, 10]
    let weights = try #require(SampleWeights.flat.weights(values))
    #expect(abs(weights.reduce(0, +) - 123) < 1e-9)
    #expect(abs(weights[100] / weights[0] - pow(5, 1 / 1.3)) < 1e-12)
    #expect(abs(weights[122] / weights[0] - pow(20, 1 / 1.3)) < 1e-12)
  }

  /// Weights change what is learned: the deep points are described better, the others worse.
  @Test func flatWeightsFavourTheTail() throws {
    let data = try Skewed().dataset(3000)
    func errors(_ weights: SampleWeights) throws -> (tail: Double, bulk: Double) {
      var recipe = TrainingRecipe(
        name: "test", preconditioning: .none, hiddenWidths: [12], activation: .silu,
        sampleWeights: weights,
        training: TrainingConfiguration(
          batchSize: 64, optimizer: .adam(AdamParameters(learningRate: 1e-2)),
          schedule: .cosine(warmUpEpochs: 1, finalFraction: 0.01), maximumEpochs: 40))
      recipe.precision = .float64
      let surrogate = try SurrogateTraining(data, recipe: recipe).run().surrogate
      let rows = data.indices(.training)
      let found = surrogate.logDensities(at: data.points.selectingRows(rows))
      let sorted = rows.map { data.logPosteriors[$0] }.sorted()
      func rms(_ holds: (Double) -> Bool) -> Double {
        let squares = zip(rows, found).compactMap { row, value in
          holds(data.logPosteriors[row])
            ? (value - data.logPosteriors[row]) * (value - data.logPosteriors[row]) : nil
        }
        return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
      }
      let edge = sorted[sorted.count / 50]
      return (rms { $0 < edge }, rms { $0 >= edge })
    }
    let (equal, flat) = (try errors(.equal), try errors(.flat))
    #expect(flat.tail < 0.95 * equal.tail, "\(flat), \(equal)")
    #expect(flat.bulk > equal.bulk, "\(flat), \(equal)")
  }

  @Test func progressAndCancelling() throws {
    var epochs: [Int] = []
    let result = try SurrogateTraining(
      Skewed().dataset(800), recipe: Self.recipe(epochs: 10), prior: nil
    ).run { report in
      epochs.append(report.record.epoch)
      return report.record.epoch < 3
    }
    #expect(epochs == [1, 2, 3] && result.stopReason == .cancelled)
  }

  @Test func tooFewPoints() throws {
    let density = try Skewed()
    #expect(throws: DatasetError.tooFew(.validation, needed: 1, found: 0)) {
      try SurrogateTraining(
        density.dataset(50, validation: 0), recipe: Self.recipe(), prior: nil)
    }
    let few = try density.dataset(7, validation: 0.2, test: 0.2)
    let training = few.indices(.training).count
    #expect(throws: DatasetError.tooFew(.training, needed: 6, found: training)) {
      try SurrogateTraining(few, recipe: Self.recipe(), prior: nil).run()
    }
  }

  @Test func constantTargets() throws {
    let space = try ParameterSpace([Parameter(name: "a")])
    let data = try Dataset(
      parameters: space, points: Matrix(rows: [[1], [2], [3], [4]], columns: 1),
      logPosteriors: [1, 1, 1, 1],
      split: Split(roles: [.training, .training, .validation, .test]))
    #expect(throws: DatasetError.constantTarget(1)) {
      try SurrogateTraining(
        data, recipe: .paper(trainingSize: 2, width: 4), prior: nil
      ).run()
    }
  }
}

@Suite struct DivergedTrainingTests {
  /// A loss that is no number gives an error and no surrogate.
  @Test func noSurrogateOfADivergedTraining() throws {
    let space = try ParameterSpace([Parameter(name: "a"), Parameter(name: "b")])
    let n = 200
    let points = Matrix(
      rows: n, columns: 2, elements: (0..<2 * n).map { 1e30 * Double($0 % 17) })
    let data = try Dataset(
      parameters: space, points: points, logPosteriors: (0..<n).map { Double($0 % 13) },
      split: Split(count: n, validation: 0.2, test: 0.1, seed: 1))
    var recipe = TrainingRecipe.paper(trainingSize: 100, width: 8)
    recipe.precision = .float32
    recipe.training.maximumEpochs = 20
    #expect(throws: TrainingDiverged.self) { try SurrogateTraining(data, recipe: recipe).run() }
  }
}
