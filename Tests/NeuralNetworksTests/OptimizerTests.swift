import NumericalCore
import Testing

@testable import NeuralNetworks

/// Optimisers, losses and the penalty on weights against Keras, schedules against optax
/// (Reference/optimizers.py).
@Suite struct OptimizerTests {
  struct Numbers: Decodable {
    struct Run: Decodable {
      let name, loss: String
      let l2: Double
      let inputs, targets, weights, start, losses, end: [Double]
    }
    let batch, epochs: Int
    let widths: [Int]
    let rate: Double
    let runs: [Run]
    let rates: [String: [Double]]
  }

  static func optimizer(_ name: String, rate: Double) throws -> Optimizer {
    let adam = AdamParameters(learningRate: rate)
    let known: [String: Optimizer] = [
      "adam": .adam(adam), "adamW": .adamW(adam, weightDecay: 0x1p-3),
      "sgd": .gradientDescent(learningRate: rate),
      "momentum": .gradientDescent(learningRate: rate, momentum: 0.875),
      "nesterov": .gradientDescent(learningRate: rate, momentum: 0.875, nesterov: true),
      "rmsProp": .rmsProp(learningRate: rate, decay: 0.875),
      "rmsPropMomentum": .rmsProp(learningRate: rate, decay: 0.875, momentum: 0.5),
    ]
    return try #require(known[name])
  }

  @Test func twelveSteps() throws {
    let numbers = try reference("optimizers.json", as: Numbers.self)
    let losses: [String: Loss] = [
      "mse": .meanSquaredError, "mape": .meanAbsolutePercentageError,
      "msle": .meanSquaredLogarithmicError,
    ]
    #expect(numbers.runs.count == 11)
    for run in numbers.runs {
      let samples = try TrainingSamples(
        inputs: Matrix(
          rows: run.targets.count, columns: numbers.widths[0], elements: run.inputs),
        targets: run.targets, weights: run.weights)
      let trainer = try Trainer(
        TrainingConfiguration(
          loss: #require(losses[run.loss]), batchSize: numbers.batch,
          optimizer: Self.optimizer(run.name, rate: numbers.rate), l2: run.l2,
          maximumEpochs: numbers.epochs, shuffles: false), training: samples)
      let network = try MultilayerPerceptron(
        NetworkArchitecture(
          inputs: numbers.widths[0], hiddenWidths: [7, 5], activation: .tanh),
        parameters: run.start)
      let result = try trainer.train(network)
      for (epoch, record) in result.history.epochs.enumerated() {
        let counts = [10.0, 10, 4]
        let expected = (0..<3).reduce(0) { $0 + run.losses[3 * epoch + $1] * counts[$1] } / 24
        #expect(close(record.trainingLoss, expected, relative: 1e-6), "\(run.name) \(run.loss)")
      }
      for (found, expected) in zip(result.finalNetwork.parameters, run.end) {
        // Keras rounds rates and ε to single precision.
        #expect(abs(found - expected) < 1e-6, "\(run.name) \(run.loss) \(run.l2)")
      }
      let moved = zip(run.start, run.end).map { abs($0 - $1) }.max() ?? 0
      #expect(moved > 1e-2)
    }
  }

  @Test func schedules() throws {
    let rates = try reference("optimizers.json", as: Numbers.self).rates
    let schedules: [String: LearningRateSchedule] = [
      "oneCycle": .oneCycle(), "step": .step(epochs: 2, factor: 0.3),
      "warmUp": .linearWarmUp(epochs: 2), "cosine": .cosine(warmUpEpochs: 0, finalFraction: 0.01),
    ]
    for (name, schedule) in schedules {
      let expected = try #require(rates[name])
      #expect(expected.count == 40)
      for (step, rate) in expected.enumerated() {
        let found = schedule.factor(step: step, stepsPerEpoch: 5, epochs: 8)
        #expect(close(found, rate, relative: 1e-6), "\(name), step \(step): \(found), \(rate)")
      }
    }
  }

  @Test func badNumbersAreRefused() {
    for optimizer: Optimizer in [
      .adam(AdamParameters(learningRate: 0)), .adam(AdamParameters(beta1: 1)),
      .adamW(AdamParameters(), weightDecay: -1), .gradientDescent(learningRate: -1),
      .gradientDescent(learningRate: 1, momentum: 1), .rmsProp(learningRate: .nan),
      .rmsProp(learningRate: 1, decay: 1), .rmsProp(learningRate: 1, epsilon: 0),
    ] {
      #expect(throws: NetworkError.self) {
        try TrainingConfiguration(optimizer: optimizer).validate()
      }
    }
    for schedule: LearningRateSchedule in [
      .step(epochs: 0, factor: 0.5), .step(epochs: 1, factor: 0), .linearWarmUp(epochs: -1),
      .oneCycle(warmUpFraction: 2), .oneCycle(finalFraction: -1),
    ] {
      #expect(throws: NetworkError.self) {
        try TrainingConfiguration(schedule: schedule).validate()
      }
    }
    #expect(throws: NetworkError.self) { try TrainingConfiguration(l2: -1).validate() }
  }
}
