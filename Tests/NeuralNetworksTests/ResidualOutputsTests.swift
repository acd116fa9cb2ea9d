import NumericalCore
import Testing

@testable import NeuralNetworks

/// The loss of the value that several outputs make: its size from the definition, its derivatives
/// against central differences.
@Suite struct ResidualOutputsTests {
  private static let inputs = 4
  private static let residuals = ResidualOutputs<Double>(
    slopes: normalMatrix(2, 3, seed: 10), offset: normals(2, seed: 11), scale: 0.6)

  private static func samples(_ n: Int = 7) throws -> TrainingSamples<Double> {
    try TrainingSamples(
      inputs: normalMatrix(n, inputs, seed: 5), targets: normals(3 * n, seed: 6),
      weights: (0..<n).map { [1, 0.5, 2, 0][$0 % 4] }, residuals: residuals)
  }

  private static func network(_ widths: [Int]) -> MultilayerPerceptron<Double> {
    var network = MultilayerPerceptron<Double>(
      NetworkArchitecture(inputs: inputs, hiddenWidths: widths, outputs: 3, activation: .silu),
      seed: 3)
    let noise = normals(network.parameters.count, seed: 4)
    for i in network.parameters.indices { network.parameters[i] += 0.1 * noise[i] }
    return network
  }

  private static func trainer(
    _ samples: TrainingSamples<Double>, weight: Double?, epochs: Int = 1
  ) throws -> Trainer<Double> {
    try Trainer(
      TrainingConfiguration(
        valueWeight: weight, batchSize: samples.count,
        optimizer: .adam(AdamParameters(learningRate: 1e-30)), maximumEpochs: epochs,
        shuffles: false), training: samples, validation: samples)
  }

  private static func value(_ y: [Double], _ x: [Double]) -> Double {
    var value = y[0]
    for k in 0..<residuals.count {
      var line = residuals.offset[k]
      for j in 0..<residuals.slopes.columns { line += residuals.slopes[k, j] * x[j] }
      value -= y[1 + k] * (line + 0.5 * residuals.scale * y[1 + k])
    }
    return value
  }

  /// The mean losses of the outputs and of the value, from the definition.
  private static func losses(
    _ network: MultilayerPerceptron<Double>, _ samples: TrainingSamples<Double>
  ) -> (outputs: Double, value: Double) {
    let predicted = network.predict(samples.inputs)
    var sums = (0.0, 0.0)
    for i in 0..<samples.count {
      let (y, t) = (Array(predicted[3 * i..<3 * i + 3]), Array(samples.targets[3 * i..<3 * i + 3]))
      let weight = samples.weights?[i] ?? 1
      for (a, b) in zip(y, t) { sums.0 += weight * (a - b) * (a - b) / 3 }
      let x = samples.inputs.row(i)
      let error = value(y, x) - value(t, x)
      sums.1 += weight * error * error
    }
    return (sums.0 / Double(samples.count), sums.1 / Double(samples.count))
  }

  @Test(arguments: [[], [6], [7, 5]]) func parameterGradients(widths: [Int]) throws {
    let samples = try Self.samples()
    let network = Self.network(widths)
    let weight = 0.7
    let trainer = try Self.trainer(samples, weight: weight)
    var workspace = trainer.workspace(for: network.architecture)
    var state = trainer.initialState(network)
    let record = try #require(trainer.advanceEpoch(&state, workspace: &workspace)).record
    let exact = Self.losses(network, samples)
    #expect(close(record.trainingLoss, exact.value, relative: 1e-12))
    #expect(close(try #require(record.validationLoss), exact.value, relative: 1e-12))
    let start = workspace.plan.gradient
    let gradient = Array(workspace.storage[start..<start + network.parameters.count])
    let largest = gradient.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    func total(_ network: MultilayerPerceptron<Double>) -> Double {
      let losses = Self.losses(network, samples)
      return losses.outputs + weight * losses.value / 3
    }
    for i in gradient.indices {
      var (up, down) = (network, network)
      up.parameters[i] += 1e-5
      down.parameters[i] -= 1e-5
      let numeric = (total(up) - total(down)) / 2e-5
      #expect(
        close(gradient[i], numeric, relative: 1e-6, absolute: 1e-8 * largest),
        "parameter \(i): \(gradient[i]), numeric \(numeric)")
    }
  }

  /// The weight of the value grows with the steps from a part of it to the whole.
  @Test func weightGrows() throws {
    let samples = try Self.samples()
    let network = Self.network([6])
    func gradient(epoch: Int) throws -> [Double] {
      let trainer = try Self.trainer(samples, weight: 0.7, epochs: 4)
      var workspace = trainer.workspace(for: network.architecture)
      var state = trainer.initialState(network)
      for _ in 0..<epoch { _ = trainer.advanceEpoch(&state, workspace: &workspace) }
      let start = workspace.plan.gradient
      return Array(workspace.storage[start..<start + network.parameters.count])
    }
    let all = try (1...4).map { try gradient(epoch: $0) }
    // The network does not move: the gradient is a line in the weight.
    for i in all[0].indices {
      let step = all[1][i] - all[0][i]
      #expect(close(all[3][i], all[0][i] + 3 * step, relative: 1e-9, absolute: 1e-12))
    }
    #expect(zip(all[0], all[3]).contains { abs($0 - $1) > 1e-3 })
  }

  /// Without a weight the outputs alone are learned.
  @Test func withoutWeight() throws {
    let samples = try Self.samples()
    let network = Self.network([6])
    let result = try Self.trainer(samples, weight: nil).train(network)
    let record = try #require(result.history.epochs.last)
    let exact = Self.losses(network, samples)
    #expect(close(record.trainingLoss, exact.outputs, relative: 1e-12))
    #expect(close(try #require(record.validationLoss), exact.outputs, relative: 1e-12))
  }

  @Test func singlePrecisionAgrees() throws {
    let samples = try Self.samples(40)
    let network = Self.network([7, 5])
    func single(_ m: Matrix<Double>) -> Matrix<Float> {
      Matrix(rows: m.rows, columns: m.columns, elements: m.elements.map(Float.init))
    }
    let same = try TrainingSamples<Float>(
      inputs: single(samples.inputs), targets: samples.targets.map(Float.init),
      weights: samples.weights?.map(Float.init),
      residuals: ResidualOutputs(
        slopes: single(Self.residuals.slopes), offset: Self.residuals.offset.map(Float.init),
        scale: Float(Self.residuals.scale)))
    let trainer = try Trainer(
      TrainingConfiguration(valueWeight: 0.3, batchSize: 40, maximumEpochs: 1), training: same)
    let result = try trainer.train(
      MultilayerPerceptron<Float>(
        network.architecture, parameters: network.parameters.map(Float.init)))
    #expect(
      close(
        try #require(result.history.epochs.last).trainingLoss, Self.losses(network, samples).value,
        relative: 1e-5))
  }

  @Test func shapesAreChecked() {
    func make(targets: Int, inputs: Int) throws(NetworkError) {
      _ = try TrainingSamples(
        inputs: normalMatrix(3, inputs, seed: 1), targets: normals(3 * targets, seed: 1),
        residuals: Self.residuals)
    }
    #expect(throws: NetworkError.self) { try make(targets: 2, inputs: 4) }
    #expect(throws: NetworkError.self) { try make(targets: 3, inputs: 2) }
    #expect(throws: Never.self) { try make(targets: 3, inputs: 3) }
    #expect(throws: NetworkError.self) {
      try TrainingConfiguration(valueWeight: -1).validate()
    }
  }
}
