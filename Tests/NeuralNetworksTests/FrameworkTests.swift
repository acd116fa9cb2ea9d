import NumericalCore
import Testing

@testable import NeuralNetworks

/// Training step by step against JAX in double precision and against Keras, and the rules at the
/// end of epochs against Keras (Reference/training.py).
@Suite struct FrameworkTests {
  struct Numbers: Decodable {
    struct Steps: Decodable {
      let activation: Activation
      let loss: String
      let inputs, targets: [Double]
      let weights: [Double]?
      let start, losses, end, kerasLosses, kerasEnd: [Double]
    }
    struct Callbacks: Decodable {
      let losses: [Double]
      let improvement, factor: Double
      let plateauPatience: Int
      let floor: Double
      let stopPatience: Int
      let rates: [Double]
      let bestEpoch: Int
      let stopped: Bool
    }
    let batch, epochs: Int
    let widths: [Int]
    let steps: [Steps]
    let callbacks: [Callbacks]
  }

  @Test func twelveSteps() throws {
    let numbers = try reference("training.json", as: Numbers.self)
    for run in numbers.steps {
      let loss: Loss =
        switch run.loss {
        case "mae": .meanAbsoluteError
        case "huber": .huber(threshold: 0.7)
        default: .meanSquaredError
        }
      let architecture = NetworkArchitecture(
        inputs: numbers.widths[0], hiddenWidths: Array(numbers.widths[1..<3]),
        activation: run.activation)
      let samples = try TrainingSamples(
        inputs: Matrix(
          rows: run.targets.count, columns: numbers.widths[0], elements: run.inputs),
        targets: run.targets, weights: run.weights)
      let trainer = try Trainer(
        TrainingConfiguration(
          loss: loss, batchSize: numbers.batch,
          optimizer: .adam(AdamParameters(learningRate: 0x1p-7)),
          maximumEpochs: numbers.epochs, shuffles: false),
        training: samples)
      var epochLosses: [Double] = []
      let result = try trainer.train(
        MultilayerPerceptron(architecture, parameters: run.start)
      ) { report, _ in
        epochLosses.append(report.record.trainingLoss)
        return true
      }
      #expect(epochLosses.count == numbers.epochs)
      for (found, expected) in zip(epochLosses, Self.epochLosses(run.losses, numbers)) {
        #expect(close(found, expected, relative: 1e-13), "\(run.activation)")
      }
      for (found, expected) in zip(epochLosses, Self.epochLosses(run.kerasLosses, numbers)) {
        #expect(close(found, expected, relative: 1e-7), "\(run.activation)")
      }
      let end = result.finalNetwork.parameters
      #expect(zip(end, run.end).allSatisfy { close($0, $1, relative: 1e-11, absolute: 1e-12) })
      #expect(zip(end, run.kerasEnd).allSatisfy { close($0, $1, relative: 0, absolute: 1e-7) })
    }
  }

  /// The references give the loss of every batch; an epoch's mean weighs them by their samples.
  static func epochLosses(_ losses: [Double], _ numbers: Numbers) -> [Double] {
    let samples = 24
    let perEpoch = losses.count / numbers.epochs
    return (0..<numbers.epochs).map { epoch in
      (0..<perEpoch).reduce(0) { sum, step in
        let count = min(numbers.batch, samples - step * numbers.batch)
        return sum + losses[epoch * perEpoch + step] * Double(count) / Double(samples)
      }
    }
  }

  @Test func callbacks() throws {
    for run in try reference("training.json", as: Numbers.self).callbacks {
      let configuration = TrainingConfiguration(
        schedule: .reduceOnPlateau(
          factor: run.factor, patience: run.plateauPatience, minimumImprovement: run.improvement,
          floor: run.floor),
        earlyStopping: EarlyStopping(
          patience: run.stopPatience, minimumImprovement: run.improvement))
      let found = RuleTests.run(run.losses, configuration)
      #expect(found.rates.count == run.rates.count)
      // Keras stores the rate in single precision.
      #expect(zip(found.rates, run.rates).allSatisfy { close($0, $1, relative: 1e-6) })
      #expect(found.progress.bestEpoch == run.bestEpoch)
      #expect((found.progress.stopReason == .earlyStopping) == run.stopped)
    }
  }
}
