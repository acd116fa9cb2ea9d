import Foundation
import NumericalCore
import Testing

@testable import NeuralNetworks

/// Batch normalisation: training step by step against Keras (Reference/batch_normalization.py),
/// derivatives against central differences, the folded network against the formula.
@Suite struct BatchNormalizationTests {
  struct Numbers: Decodable {
    struct Run: Decodable {
      let name: String
      let activation: Activation
      let batch: Int
      let momentum, epsilon, l2: Double
      let inputs, targets, weights, start, startScales, losses, end, scales: [Double]
      let means, variances, predictions: [Double]
      let counts: [Int]
    }
    let epochs: Int
    let widths: [Int]
    let rate: Double
    let runs: [Run]
  }

  /// The loss of every step, the weights after the last, and predictions of the folded network.
  @Test func twelveSteps() throws {
    let numbers = try reference("batch_normalization.json", as: Numbers.self)
    #expect(numbers.runs.count == 5)
    for run in numbers.runs {
      let inputs = Matrix(
        rows: run.targets.count, columns: numbers.widths[0], elements: run.inputs)
      let trainer = try Trainer(
        TrainingConfiguration(
          batchSize: run.batch, optimizer: OptimizerTests.optimizer(run.name, rate: numbers.rate),
          l2: run.l2,
          batchNormalization: BatchNormalization(momentum: run.momentum, epsilon: run.epsilon),
          maximumEpochs: numbers.epochs, shuffles: false),
        training: TrainingSamples(inputs: inputs, targets: run.targets, weights: run.weights))
      let architecture = NetworkArchitecture(
        inputs: numbers.widths[0], hiddenWidths: Array(numbers.widths[1..<3]),
        activation: run.activation)
      var start = trainer.initialState(
        try MultilayerPerceptron(architecture, parameters: run.start))
      start.normalization?.values.replaceSubrange(0..<12, with: run.startScales)
      // Sums of the losses since the beginning of the epoch, after every step.
      var sums: [Double] = []
      let result = try trainer.resume(start, pauseInterval: 0) { state in
        sums.append(state.progress.partialLoss)
        return true
      } onEpoch: { report, _ in
        sums.append(report.record.trainingLoss * Double(run.targets.count))
        return true
      }
      let name = "\(run.name) \(run.activation)"
      try #require(sums.count == run.losses.count, "\(name): \(sums.count) steps")
      let perEpoch = sums.count / numbers.epochs
      for step in sums.indices {
        let before = step % perEpoch == 0 ? 0 : sums[step - 1]
        let loss = (sums[step] - before) / Double(run.counts[step])
        #expect(
          close(loss, run.losses[step], relative: 1e-6),
          "\(name), step \(step + 1): \(loss), expected \(run.losses[step])")
      }
      let state = try #require(result.state.normalization)
      for (what, found, expected) in [
        ("parameters", result.state.network.parameters, run.end),
        ("scales", Array(state.scales), run.scales), ("means", Array(state.means), run.means),
        ("variances", Array(state.variances), run.variances),
        ("predictions", result.finalNetwork.predict(inputs), run.predictions),
      ] {
        #expect(found.count == expected.count)
        let worst = zip(found, expected).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 1
        // Keras rounds rates and ε of optimisers to single precision.
        #expect(worst < 1e-6, "\(name), \(what): \(worst)")
      }
      let moved = zip(run.startScales, run.scales).map { abs($0 - $1) }.max() ?? 0
      #expect(moved > 1e-2)
    }
  }

  /// The mean loss of a normalised pass over all samples, and its derivatives with respect to the
  /// parameters and the scales.
  static func normalized<Scalar: NetworkScalar>(
    _ network: MultilayerPerceptron<Scalar>, _ scales: [Scalar], _ samples: TrainingSamples<Scalar>,
    _ mask: DropoutMask? = nil, loss: Loss = .meanSquaredError
  ) -> (loss: Double, gradient: [Scalar], scaleGradient: [Scalar]) {
    var workspace = NetworkWorkspace<Scalar>(
      for: network.architecture, rows: samples.count, purpose: .training, keepsDerivatives: true,
      normalizes: true)
    let configuration = BatchNormalization(epsilon: 0.01)
    var values = BatchNormalizationState<Scalar>(configuration, for: network.architecture).values
    values.replaceSubrange(scales.indices, with: scales)
    let plan = workspace.plan
    let start = workspace.gradientStart
    var sum = 0.0
    values.withUnsafeMutableBufferPointer { values in
      network.forEachBlock(of: samples.inputs, workspace: &workspace) { pass, input, block in
        var pass = pass
        pass.dropout = mask
        pass.normalization = .init(configuration, values)
        pass.forward(input, rows: block.count)
        sum = samples.targets.withUnsafeBufferPointer { targets in
          guard let targets = targets.baseAddress else { return .nan }
          return Scalar.sumLoss(
            loss, rows: block.count, outputs: samples.outputs, predictions: pass.prediction,
            targets: targets, weights: nil, scale: 1 / Double(block.count * samples.outputs),
            gradient: pass.predictionError)
        }
        pass.backward(rows: block.count, inputGradient: nil)
        pass.storeGradient(input, rows: block.count, into: pass.buffer + start)
      }
    }
    func numbers(_ start: Int, _ count: Int) -> [Scalar] {
      Array(workspace.storage[start..<start + count])
    }
    return (
      sum / Double(samples.count), numbers(start, network.parameters.count),
      numbers(plan.scaleGradient, scales.count)
    )
  }

  /// A network of two outputs with its scales, and samples.
  private static func example(
    _ activation: Activation
  ) throws -> (MultilayerPerceptron<Double>, [Double], TrainingSamples<Double>) {
    let samples = try TrainingSamples<Double>(
      inputs: normalMatrix(7, 5, seed: 5), targets: normals(14, seed: 6))
    let scales = normals(16, seed: 7).map { 1 + 0.3 * $0 }
    return (GradientTests.network(activation, outputs: 2), scales, samples)
  }

  @Test(arguments: Activation.allCases, [nil, Dropout.standard(rate: 0.3), .alpha(rate: 0.2)])
  func gradients(activation: Activation, dropout: Dropout?) throws {
    let (network, scales, samples) = try Self.example(activation)
    let mask = dropout.map { DropoutMask($0, seed: 3, step: 5) }
    let analytic = Self.normalized(network, scales, samples, mask)
    let largest = analytic.gradient.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    for (i, found) in analytic.gradient.enumerated() {
      let numeric = GradientTests.derivative { step in
        var moved = network
        moved.parameters[i] += step
        return Self.normalized(moved, scales, samples, mask).loss
      }
      #expect(
        close(found, numeric, relative: 1e-6, absolute: 1e-8 * largest),
        "parameter \(i): \(found), numeric \(numeric)")
    }
    #expect((analytic.scaleGradient.map(abs).max() ?? 0) > 1e-3)
    for (i, found) in analytic.scaleGradient.enumerated() {
      let numeric = GradientTests.derivative { step in
        var moved = scales
        moved[i] += step
        return Self.normalized(network, moved, samples, mask).loss
      }
      #expect(
        close(found, numeric, relative: 1e-6, absolute: 1e-8 * largest),
        "scale \(i): \(found), numeric \(numeric)")
    }
  }

  @Test(arguments: Activation.allCases) func singlePrecisionAgrees(activation: Activation) throws {
    let (network, scales, samples) = try Self.example(activation)
    let a = Self.normalized(network, scales, samples)
    let b = Self.normalized(
      try MultilayerPerceptron<Float>(
        network.architecture, parameters: network.parameters.map(Float.init)),
      scales.map(Float.init),
      try TrainingSamples<Float>(
        inputs: Matrix(rows: 7, columns: 5, elements: samples.inputs.elements.map(Float.init)),
        targets: samples.targets.map(Float.init)))
    #expect(close(a.loss, b.loss, relative: 1e-5))
    let largest = a.gradient.map(abs).max() ?? 0
    for (x, y) in zip(a.gradient + a.scaleGradient, b.gradient + b.scaleGradient) {
      #expect(close(x, Double(y), relative: 1e-4, absolute: 1e-5 * largest))
    }
  }

  /// Columns in one part or in several, as threads would have them: the same bits.
  @Test func columnsAreIndependent() {
    func check<Scalar: NetworkScalar>(_ type: Scalar.Type) {
      let (rows, columns) = (37, 70)
      let block = rows * columns
      let start = normals(3 * block + 6 * columns, seed: 1).map { Scalar($0) }
      func results(_ parts: [Range<Int>]) -> [Scalar] {
        var numbers = start
        numbers.withUnsafeMutableBufferPointer { numbers in
          guard let base = numbers.baseAddress else { return }
          for part in parts {
            let x = base + part.lowerBound
            let unit = x + 3 * block
            Scalar.normalize(
              rows: rows, columns: part.count, stride: columns, epsilon: 1e-3, scale: unit, x: x,
              normalized: x + block, mean: unit + columns, variance: unit + 2 * columns,
              inverse: unit + 3 * columns)
            Scalar.backpropagateNormalization(
              rows: rows, columns: part.count, stride: columns, scale: unit,
              normalized: x + block, inverse: unit + 3 * columns,
              biasGradient: unit + 4 * columns, delta: x + 2 * block,
              scaleGradient: unit + 5 * columns)
          }
        }
        return numbers
      }
      let whole = results([0..<columns])
      let (changes, isEqual) = (whole != start, whole == results([0..<3, 3..<36, 36..<columns]))
      #expect(changes && isEqual, "\(type)")
    }
    check(Float.self)
    check(Double.self)
  }

  /// γ (x W − m)/√(v + ε) + β, number by number.
  private static func formula(
    _ network: MultilayerPerceptron<Double>, _ state: BatchNormalizationState<Double>,
    _ inputs: [Double]
  ) -> Double {
    var values = inputs
    var unit = 0
    let (scales, means) = (Array(state.scales), Array(state.means))
    let variances = Array(state.variances)
    for index in network.layers.indices {
      let (weights, biases) = (network.weights(ofLayer: index), network.biases(ofLayer: index))
      values = biases.indices.map { c in
        let product = values.indices.reduce(0) { $0 + values[$1] * weights[$1, c] }
        guard index < network.layers.count - 1 else { return product + biases[c] }
        let i = unit + c
        let deviation = (variances[i] + state.configuration.epsilon).squareRoot()
        return tanh(scales[i] * (product - means[i]) / deviation + biases[c])
      }
      unit += biases.count
    }
    return values[0]
  }

  @Test func foldedNetworkIsTheFormula() throws {
    let network = GradientTests.network(.tanh)
    var state = TrainingState(
      network, learningRate: 1, batchNormalization: BatchNormalization(epsilon: 0.05))
    #expect(state.trainedNetwork != network)  // √(1 + ε)
    let numbers = normals(3 * 16, seed: 1)
    state.normalization?.values.replaceSubrange(0..<16, with: numbers[0..<16])
    state.normalization?.values.replaceSubrange(48..<64, with: numbers[16..<32])
    state.normalization?.values.replaceSubrange(64..<80, with: numbers[32..<48].map { $0 * $0 })
    let normalization = try #require(state.normalization)
    let inputs: Matrix<Double> = normalMatrix(20, 5, seed: 2)
    let found = state.trainedNetwork.predict(inputs)
    #expect(state.bestNetwork == state.trainedNetwork)
    for row in 0..<20 {
      let expected = Self.formula(network, normalization, Array(inputs.row(row)))
      #expect(close(found[row], expected, relative: 1e-12, absolute: 1e-13))
    }
  }

  private static func trainer(
    _ epochs: Int, dropout: Dropout? = nil, seed: UInt64 = 4, samples count: Int = 2000
  ) throws -> Trainer<Float> {
    try Trainer(
      TrainingConfiguration(
        batchSize: 64, dropout: dropout, batchNormalization: BatchNormalization(momentum: 0.95),
        maximumEpochs: epochs, seed: seed),
      training: TrainerTests.samples(count, seed: 1),
      validation: TrainerTests.samples(1000, seed: 2))
  }

  /// The loss that decides about the best epoch is that of the network that training returns.
  @Test func learnsAndReturnsWhatWasValidated() throws {
    let trainer = try Self.trainer(25, samples: 8000)
    let result = try trainer.train(MultilayerPerceptron(TrainerTests.architecture, seed: 1))
    let validation = try #require(trainer.validation)
    func loss(_ network: MultilayerPerceptron<Float>) -> Double {
      zip(network.predict(validation.inputs), validation.targets).reduce(0) {
        $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
      } / Double(validation.count)
    }
    let best = try #require(result.bestLoss)
    #expect(best < 0.06, "\(result)")  // a constant has 0.9
    #expect(close(loss(result.bestNetwork), best, relative: 1e-5))
    let last = try #require(result.history.epochs.last?.validationLoss)
    #expect(close(loss(result.finalNetwork), last, relative: 1e-5))
    #expect(loss(result.state.network) > 2 * last)
  }

  /// Interrupted within epochs, stored, read and resumed: the same bits, with dropout too.
  @Test(arguments: [nil, Dropout.standard(rate: 0.05)])
  func resumedRunIsEqual(dropout: Dropout?) throws {
    try Threads.withSerialProducts {
      let trainer = try Self.trainer(3, dropout: dropout)
      let network = MultilayerPerceptron<Float>(TrainerTests.architecture, seed: 5)
      let whole = try trainer.train(network)
      #expect(try trainer.train(network).finalNetwork == whole.finalNetwork)
      let stored = try interruptedTraining(trainer, network)
      #expect(stored.trainedNetwork == whole.finalNetwork)
      #expect(stored.bestNetwork == whole.bestNetwork)
      #expect(stored.normalization?.values == whole.state.normalization?.values)
      #expect(
        stored.progress.history.epochs.map(\.validationLoss)
          == whole.history.epochs.map(\.validationLoss))
      let other = try Self.trainer(3, dropout: dropout, seed: 5).train(network)
      #expect(other.finalNetwork != whole.finalNetwork)
    }
  }

  /// A single sample that is left over is never a batch.
  @Test func leftOverSamples() throws {
    func batches(_ count: Int, _ size: Int, _ normalization: BatchNormalization?) throws
      -> [Range<Int>]
    {
      let trainer = try Trainer(
        TrainingConfiguration(batchSize: size, batchNormalization: normalization),
        training: TrainerTests.samples(count, seed: 1))
      return (0..<trainer.stepsPerEpoch).map { trainer.batch($0) }
    }
    #expect(try batches(25, 8, nil) == [0..<8, 8..<16, 16..<24, 24..<25])
    #expect(try batches(25, 8, BatchNormalization()) == [0..<8, 8..<16, 16..<25])
    #expect(try batches(26, 8, BatchNormalization()) == [0..<8, 8..<16, 16..<24, 24..<26])
    #expect(try batches(24, 8, BatchNormalization()) == [0..<8, 8..<16, 16..<24])
    #expect(try batches(9, 8, BatchNormalization()) == [0..<9])
    #expect(try batches(7, 8, BatchNormalization()) == [0..<7])
    // Memory for the larger batch.
    let trainer = try Trainer<Float>(
      TrainingConfiguration(
        batchSize: 8, batchNormalization: BatchNormalization(), maximumEpochs: 1),
      training: TrainerTests.samples(9, seed: 1))
    #expect(trainer.workspace(for: TrainerTests.architecture).rows == 9)
    let end = try trainer.train(MultilayerPerceptron(TrainerTests.architecture, seed: 1))
    #expect(end.state.progress.step == 1 && end.bestEpoch == 1)
  }

  @Test func whatCannotBeNormalisedIsRefused() throws {
    let usual = BatchNormalization()
    for (configuration, parts) in [
      (
        TrainingConfiguration(batchSize: 1, batchNormalization: usual), ["batchSize", "at least 2"]
      ),
      (
        TrainingConfiguration(gradientLoss: GradientLoss(weight: 1), batchNormalization: usual),
        ["batchNormalization", "none beside a loss of gradients"]
      ),
      (
        TrainingConfiguration(batchNormalization: BatchNormalization(momentum: 1)),
        ["batchNormalization.momentum", "[0, 1)"]
      ),
      (
        TrainingConfiguration(batchNormalization: BatchNormalization(epsilon: 0)),
        ["batchNormalization.epsilon", "above 0"]
      ),
    ] {
      let error = #expect(throws: NetworkError.self) { try configuration.validate() }
      let text = error?.description ?? ""
      #expect(parts.allSatisfy { text.contains($0) }, "\(text)")
    }
    try TrainingConfiguration(batchSize: 2, batchNormalization: usual).validate()
    let normalized = TrainingConfiguration(batchNormalization: usual, maximumEpochs: 1)
    let samples = try TrainerTests.samples(20, seed: 1)
    #expect(throws: NetworkError.self) {
      try Trainer(normalized, training: TrainerTests.samples(1, seed: 1))
    }
    // Without hidden layers there is nothing to normalise.
    let trainer = try Trainer(normalized, training: samples)
    let linear = MultilayerPerceptron<Float>(
      NetworkArchitecture(inputs: 10, hiddenWidths: []), seed: 1)
    #expect(throws: NetworkError.self) { try trainer.train(linear) }
    // A state of another configuration.
    let network = MultilayerPerceptron<Float>(TrainerTests.architecture, seed: 1)
    let plain = try Trainer(TrainingConfiguration(maximumEpochs: 1), training: samples)
    #expect(throws: NetworkError.self) { try trainer.resume(plain.initialState(network)) }
    #expect(throws: NetworkError.self) { try plain.resume(trainer.initialState(network)) }
    var damaged = trainer.initialState(network)
    damaged.normalization?.values.removeLast()
    #expect(throws: NetworkError.self) { try trainer.resume(damaged) }
  }

  /// Files of versions that did not know it.
  @Test func absentInFilesIsNone() throws {
    let normalization = BatchNormalization(momentum: 0.5)
    let configuration = TrainingConfiguration(batchNormalization: normalization)
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
    let older = try JSONEncoder().encode(TrainingConfiguration())
    #expect(!String(decoding: older, as: UTF8.self).contains("batchNormalization"))
    #expect(
      try JSONDecoder().decode(TrainingConfiguration.self, from: older) == TrainingConfiguration())
  }
}
