import Foundation
import NumericalCore
import Testing

@testable import NeuralNetworks

/// Batches that are shared out between threads: losses and derivatives of batches in one piece.
@Suite(.serialized) struct BatchPartsTests {
  private struct Outcome {
    var losses: [Double]
    var gradient, parameters: [Double]
  }

  /// Two epochs of plain gradient descent on batches of 50, 50 and 1 samples.
  private func train(
    _ samples: TrainingSamples<Double>, weight: Double?, parts: Int, dropout: Dropout? = nil,
    optimizer: Optimizer = .gradientDescent(learningRate: 0.01, momentum: 0.5, nesterov: true)
  ) throws -> Outcome {
    let network = GradientLossTests.network(.silu, [7, 5])
    let trainer = try Trainer(
      TrainingConfiguration(
        loss: .meanSquaredError, gradientLoss: weight.map { GradientLoss(weight: $0) },
        batchSize: 50, optimizer: optimizer, l2: 1e-2, l1: 1e-3, dropout: dropout,
        maximumEpochs: 2, seed: 3), training: samples, validation: samples)
    var workspace = NetworkWorkspace<Double>(
      for: network.architecture, rows: (50 + parts - 1) / parts, parts: parts,
      purpose: trainer.purpose, keepsDerivatives: true)
    var state = trainer.initialState(network)
    var losses: [Double] = []
    for _ in 0..<2 {
      let record = try #require(trainer.advanceEpoch(&state, workspace: &workspace)).record
      losses += [
        record.trainingLoss, record.trainingGradientLoss, record.validationLoss,
        record.validationGradientLoss,
      ].compactMap { $0 }
    }
    let gradient = workspace.storage[workspace.gradientStart...].prefix(network.parameters.count)
    return Outcome(
      losses: losses, gradient: Array(gradient), parameters: state.network.parameters)
  }

  private func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    #expect(a.count == b.count && !a.isEmpty)
    return zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test(arguments: [nil, Dropout.standard(rate: 0.3)])
  func partsAgree(_ dropout: Dropout?) throws {
    let samples = try GradientLossTests.samples(101, features: 1)
    for weight in [nil, 0.7] {
      let whole = try train(samples, weight: weight, parts: 1, dropout: dropout)
      #expect(whole.losses.count == (weight == nil ? 4 : 8))
      for parts in [2, 3, 7] {
        let shared = try train(samples, weight: weight, parts: parts, dropout: dropout)
        #expect(largestDifference(shared.losses, whole.losses) < 1e-12)
        #expect(largestDifference(shared.gradient, whole.gradient) < 1e-12)
        #expect(largestDifference(shared.parameters, whole.parameters) < 1e-12)
      }
      // Negative control: another loss is seen.
      let other = try train(samples, weight: 0.9, parts: 2, dropout: dropout)
      #expect(largestDifference(other.parameters, whole.parameters) > 1e-6)
    }
  }

  /// Several parts, where threads are to be had and the batch is large enough.
  @Test func partsFollowThreadsAndBatch() throws {
    let samples = try GradientLossTests.samples(401)
    let threads = Threads.count
    defer { Threads.setCount(threads) }
    Threads.setCount(2)
    func parts(_ batch: Int, width: Int = 7, normalizing: Bool = false) throws -> Int {
      try Trainer(
        TrainingConfiguration(
          batchSize: batch, batchNormalization: normalizing ? BatchNormalization() : nil,
          maximumEpochs: 1), training: samples
      ).workspace(for: NetworkArchitecture(inputs: 4, hiddenWidths: [width])).parts
    }
    #expect(try parts(127) == 1)
    #expect(try parts(400, normalizing: true) == 1)
    #expect(try Threads.withSerialProducts { try parts(400) } == 1)
    #expect(try parts(400) == 2)
    // Rather all threads on every product than few on parts.
    #expect(try parts(127, width: 1024) == 1 && parts(128, width: 1024) == 2)
  }
}
