import Foundation
import NumericalCore
import Testing

@testable import NeuralNetworks

/// Whole training runs.
@Suite(.serialized) struct TrainerTests {
  /// A quadratic form in ten dimensions with values of variance about 1, or pure noise.
  static func samples(
    _ count: Int, seed: UInt64, noise: Bool = false
  ) throws -> TrainingSamples<Float> {
    let inputs: Matrix<Float> = normalMatrix(count, 10, seed: seed)
    let random = normals(count, seed: seed &+ 1000)
    let targets = (0..<count).map { row -> Float in
      if noise { return Float(random[row]) }
      let x = inputs.row(row)
      return 0.2 * (0..<10).reduce(0) { $0 + x[$1] * x[$1] - 1 } + 0.3 * x[0] * x[1]
    }
    return try TrainingSamples(inputs: inputs, targets: targets)
  }

  static let architecture = NetworkArchitecture(inputs: 10, hiddenWidths: [64, 64])

  static func trainer(
    _ epochs: Int, samples count: Int = 8000, noise: Bool = false, timeBudget: Double? = nil
  ) throws -> Trainer<Float> {
    try Trainer(
      TrainingConfiguration(
        batchSize: 128,
        schedule: .reduceOnPlateau(
          factor: 0.3, patience: 4, minimumImprovement: 1e-5, floor: 1e-5),
        maximumEpochs: epochs, timeBudget: timeBudget, seed: 11),
      training: samples(count, seed: 1, noise: noise),
      validation: samples(2000, seed: 2, noise: noise))
  }

  /// The paper's method learns a quadratic to a tenth of its standard deviation (0.94).
  @Test func learnsQuadratic() throws {
    let trainer = try Self.trainer(60, samples: 40_000)
    let result = try trainer.train(MultilayerPerceptron(Self.architecture, seed: 1))
    let test = try Self.samples(2000, seed: 3)
    let predicted = result.bestNetwork.predict(test.inputs)
    let squares = zip(predicted, test.targets).map { Double(($0 - $1) * ($0 - $1)) }
    let rmse = (squares.reduce(0, +) / 2000).squareRoot()
    #expect(rmse < 0.1, "RMSE \(rmse)")
    #expect(result.stopReason == .maximumEpochs)
    #expect(result.history.epochs.count == 60)
    let best = result.history.epochs.map(\.monitoredLoss).min()
    try #require(result.bestEpoch > 0)
    #expect(result.bestLoss == best)
    #expect(result.history.epochs[result.bestEpoch - 1].monitoredLoss == best)
  }

  /// Negative control: targets without relation to the inputs are learned by heart at most.
  @Test func noiseDoesNotGeneralise() throws {
    let trainer = try Self.trainer(15, noise: true)
    let result = try trainer.train(MultilayerPerceptron(Self.architecture, seed: 1))
    let best = try #require(result.bestLoss)
    #expect(best > 0.93)
    let last = try #require(result.history.epochs.last)
    #expect(last.trainingLoss < 0.97)
    let validationLoss = try #require(last.validationLoss)
    #expect(validationLoss > last.trainingLoss)
  }

  /// Interrupted after three epochs, stored, read and resumed: the same bits.
  ///
  /// With serial products, because other tests of this process change the number of threads.
  @Test func resumedRunIsEqual() throws {
    try Threads.withSerialProducts { try checkResumedRun() }
  }

  private func checkResumedRun() throws {
    let network = MultilayerPerceptron<Float>(Self.architecture, seed: 5)
    let trainer = try Self.trainer(6)
    let whole = try trainer.train(network)
    let first = try trainer.train(network) { report, _ in report.record.epoch < 3 }
    #expect(first.stopReason == .cancelled)
    #expect(first.state.progress.epoch == 3)
    let stored = try JSONEncoder().encode(first.state)
    let state = try JSONDecoder().decode(TrainingState<Float>.self, from: stored)
    let second = try trainer.resume(state)
    #expect(second.finalNetwork == whole.finalNetwork)
    #expect(second.bestNetwork == whole.bestNetwork)
    #expect(second.state.secondMoment == whole.state.secondMoment)
    let losses = whole.history.epochs.map(\.monitoredLoss)
    #expect(second.history.epochs.map(\.monitoredLoss) == losses)
  }

  /// Interrupted in the middle of an epoch by the time budget: the same bits as well.
  @Test func interruptedEpochIsCompleted() throws {
    try Threads.withSerialProducts { try checkInterruptedEpoch() }
  }

  private func checkInterruptedEpoch() throws {
    let network = MultilayerPerceptron<Float>(Self.architecture, seed: 5)
    let whole = try Self.trainer(2).train(network)
    var result = try Self.trainer(2, timeBudget: 1e-9).train(network)
    #expect(result.stopReason == .timeBudget)
    #expect(result.state.progress.batch == 1)
    #expect(result.bestNetwork == result.finalNetwork)
    result = try Self.trainer(2).resume(result.state)
    #expect(result.finalNetwork == whole.finalNetwork)
    #expect(
      result.history.epochs.map(\.trainingLoss) == whole.history.epochs.map(\.trainingLoss))
  }

  /// A training that early stopping has ended has ended, resumed or not.
  @Test func stoppedRunStaysStopped() throws {
    let trainer = try Trainer(
      TrainingConfiguration(
        batchSize: 64, earlyStopping: EarlyStopping(patience: 2, minimumImprovement: 10),
        maximumEpochs: 20, seed: 2), training: Self.samples(500, seed: 1))
    let ended = try trainer.train(MultilayerPerceptron(Self.architecture, seed: 1))
    #expect(ended.stopReason == .earlyStopping && ended.history.epochs.count < 20)
    let again = try trainer.resume(ended.state)
    #expect(again.stopReason == .earlyStopping && again.finalNetwork == ended.finalNetwork)
    #expect(again.history.epochs.count == ended.history.epochs.count)
  }

  /// One and two threads: rounding of the matrix products may differ, nothing else.
  @Test func threadsAgree() throws {
    let before = Threads.count
    defer { Threads.setCount(before) }
    let network = MultilayerPerceptron<Float>(Self.architecture, seed: 5)
    let trainer = try Self.trainer(2)
    Threads.setCount(1)
    let one = try trainer.train(network)
    let again = MultilayerPerceptron<Float>(Self.architecture, seed: 5)
    Threads.setCount(2)
    #expect(network == again)
    let two = try trainer.train(network)
    for (a, b) in zip(one.history.epochs, two.history.epochs) {
      #expect(close(a.monitoredLoss, b.monitoredLoss, relative: 1e-4))
    }
  }

  @Test func infiniteTargetEndsTraining() throws {
    var targets = [Float](repeating: 0, count: 256)
    targets[200] = .infinity
    let samples = try TrainingSamples<Float>(
      inputs: normalMatrix(256, 10, seed: 4), targets: targets)
    let trainer = try Trainer(
      TrainingConfiguration(batchSize: 64, maximumEpochs: 3), training: samples)
    let result = try trainer.train(MultilayerPerceptron(Self.architecture, seed: 1))
    #expect(result.stopReason == .notFinite)
    #expect(result.bestEpoch == 0)
    let isFinite = result.finalNetwork.parameters.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  @Test func weightsRepeatSamples() throws {
    let inputs: Matrix<Double> = normalMatrix(4, 10, seed: 6)
    let targets = normals(4, seed: 7)
    let network = MultilayerPerceptron<Double>(Self.architecture, seed: 1)
    let weighted = lossAndGradient(
      network, inputs, targets, [2, 0, 1, 1], loss: .meanSquaredError)
    let repeated = lossAndGradient(
      network, inputs.selectingRows([0, 0, 2, 3]),
      [targets[0], targets[0], targets[2], targets[3]],
      loss: .meanSquaredError)
    #expect(close(weighted.loss, repeated.loss, relative: 1e-12))
    #expect(
      zip(weighted.gradient, repeated.gradient).allSatisfy {
        close($0, $1, relative: 1e-9, absolute: 1e-12)
      })
  }

  @Test func epochsHaveDifferentCompleteOrders() throws {
    let trainer = try Self.trainer(2)
    let orders = (0..<2).map { trainer.sampleOrder(epoch: $0) }
    #expect(orders[0] != orders[1])
    #expect(orders[0].sorted() == Array(0..<8000))
  }

  @Test func shapesAreChecked() throws {
    let samples = try Self.samples(10, seed: 1)
    let error = #expect(throws: NetworkError.self) {
      try TrainingSamples<Float>(inputs: samples.inputs, targets: [1, 2, 3])
    }
    #expect(error?.description == "targets: expected a multiple of 10 values, found 3")
    let trainer = try Trainer(TrainingConfiguration(), training: samples)
    let narrow = MultilayerPerceptron<Float>(
      NetworkArchitecture(inputs: 9, hiddenWidths: [3]), seed: 1)
    #expect(throws: NetworkError.self) { try trainer.train(narrow) }
  }
}
