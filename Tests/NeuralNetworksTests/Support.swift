import Foundation
import NumericalCore
import Testing

@testable import NeuralNetworks

/// Standard normal numbers from a stream of their own.
func normals(_ count: Int, seed: UInt64) -> [Double] {
  var random = RandomStream(seed: seed, purpose: "test").sequence()
  return (0..<count).map { _ in random.normal() }
}

/// A matrix of standard normal numbers.
func normalMatrix<Scalar: NetworkScalar>(
  _ rows: Int, _ columns: Int, seed: UInt64
) -> Matrix<Scalar> {
  Matrix(
    rows: rows, columns: columns, elements: normals(rows * columns, seed: seed).map { Scalar($0) })
}

/// Whether two numbers agree to a fraction of the larger plus an absolute term.
func close(_ a: Double, _ b: Double, relative: Double, absolute: Double = 0) -> Bool {
  abs(a - b) <= relative * max(abs(a), abs(b)) + absolute
}

/// A file of the folder Reference.
func reference<Content: Decodable>(_ name: String, as type: Content.Type) throws -> Content {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let file = folder.appendingPathComponent("Reference/\(name)")
  return try JSONDecoder().decode(type, from: Data(contentsOf: file))
}

/// The mean loss and its gradient with respect to all parameters, by one forward and one backward
/// pass.
func lossAndGradient<Scalar: NetworkScalar>(
  _ network: MultilayerPerceptron<Scalar>, _ inputs: Matrix<Scalar>, _ targets: [Scalar],
  _ weights: [Scalar]? = nil, loss: Loss
) -> (loss: Double, gradient: [Scalar]) {
  var workspace = NetworkWorkspace<Scalar>(
    for: network.architecture, rows: inputs.rows, purpose: .training)
  let start = workspace.gradientStart
  let outputs = network.architecture.outputs
  var sum = 0.0
  network.forEachBlock(of: inputs, workspace: &workspace) { pass, input, block in
    pass.forward(input, rows: block.count)
    sum = targets.withUnsafeBufferPointer { targets in
      (weights ?? []).withUnsafeBufferPointer { buffer in
        guard let targets = targets.baseAddress else { return .nan }
        return Scalar.sumLoss(
          loss, rows: block.count, outputs: outputs, predictions: pass.prediction,
          targets: targets, weights: weights == nil ? nil : buffer.baseAddress,
          scale: 1 / Double(block.count * outputs), gradient: pass.predictionError)
      }
    }
    pass.backward(rows: block.count, inputGradient: nil)
    pass.storeGradient(input, rows: block.count, into: pass.buffer + start)
  }
  let gradient = workspace.storage[start..<start + network.parameters.count]
  return (sum / Double(inputs.rows), Array(gradient))
}

extension NetworkPass {
  /// The derivatives by all parameters in their order, after a backward pass.
  func storeGradient(
    _ input: UnsafePointer<Scalar>, rows: Int, into gradient: UnsafeMutablePointer<Scalar>
  ) {
    for (index, layer) in plan.layers.enumerated() {
      weightGradient(
        index, units: 0..<layer.inputs, input, rows: rows, adding: false,
        into: gradient + layer.weights.lowerBound)
      guard let biases = biasGradient(index) else { continue }
      (gradient + layer.biases.lowerBound).update(from: biases, count: layer.outputs)
    }
  }
}

/// The loss of values and gradients with its derivatives with respect to all parameters, by the
/// passes of one training step.
func gradientLossAndGradient<Scalar: NetworkScalar>(
  _ network: MultilayerPerceptron<Scalar>, _ samples: TrainingSamples<Scalar>, weight: Double
) throws -> (loss: Double, gradient: [Scalar]) {
  let trainer = try Trainer(
    TrainingConfiguration(
      gradientLoss: GradientLoss(weight: weight), batchSize: samples.count,
      optimizer: .adam(AdamParameters(learningRate: 1e-30)), maximumEpochs: 1, shuffles: false),
    training: samples)
  var workspace = trainer.workspace(for: network.architecture)
  #expect(workspace.purpose == .gradientTraining)
  var state = trainer.initialState(network)
  let record = try #require(trainer.advanceEpoch(&state, workspace: &workspace)).record
  let start = workspace.gradientStart
  let gradient = workspace.storage[start..<start + network.parameters.count]
  return (
    record.trainingLoss + weight * (try #require(record.trainingGradientLoss)), Array(gradient)
  )
}

/// The state at the end of a training that is interrupted within epochs again and again, and stored
/// and read in between.
func interruptedTraining<Scalar: NetworkScalar & Codable>(
  _ trainer: Trainer<Scalar>, _ network: MultilayerPerceptron<Scalar>
) throws -> TrainingState<Scalar> {
  var pauses = 0
  var stored = trainer.initialState(network)
  while stored.progress.stopReason != .maximumEpochs {
    let part = try trainer.resume(stored, pauseInterval: 0) { _ in
      pauses += 1
      return pauses % 7 != 0
    }
    stored = try JSONDecoder().decode(
      TrainingState<Scalar>.self, from: JSONEncoder().encode(part.state))
  }
  #expect(pauses > 50)
  return stored
}
