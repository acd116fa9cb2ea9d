import Foundation
import NumericalCore
import Testing

@testable import NeuralNetworks

/// Training on values and gradients: derivatives of the loss against central differences of the
/// value and the input gradients that other passes give, and training step by step against JAX
/// (Reference/gradient_training.py).
@Suite struct GradientLossTests {
  static let widths: [[Int]] = [[], [6], [7, 5], [6, 5, 4]]

  static func network(
    _ activation: Activation, _ widths: [Int], inputs: Int = 4, output: Activation = .linear
  ) -> MultilayerPerceptron<Double> {
    var network = MultilayerPerceptron<Double>(
      NetworkArchitecture(
        inputs: inputs, hiddenWidths: widths, activation: activation, outputActivation: output),
      seed: 3)
    let noise = normals(network.parameters.count, seed: 4)
    for i in network.parameters.indices { network.parameters[i] += 0.1 * noise[i] }
    return network
  }

  static func samples(_ count: Int, features: Int = 0) throws -> TrainingSamples<Double> {
    try TrainingSamples(
      inputs: normalMatrix(count, 4, seed: 5), targets: normals(count, seed: 6),
      weights: (0..<count).map { [1, 0.5, 2, 0][$0 % 4] },
      gradients: GradientTargets(
        normalMatrix(count, 4 - features, seed: 7),
        features: features == 0
          ? nil
          : .init(
            slopes: normalMatrix(count, features, seed: 8),
            directions: normalMatrix(features, 4 - features, seed: 9))))
  }

  /// The loss from predictions and input gradients.
  static func loss(
    _ network: MultilayerPerceptron<Double>, _ samples: TrainingSamples<Double>, weight: Double
  ) throws -> Double {
    let (values, slopes) = network.valuesAndInputGradients(samples.inputs)
    let targets = try #require(samples.gradients)
    let d = targets.gradients.columns
    var sum = 0.0
    for i in 0..<samples.count {
      var term = (values[i] - samples.targets[i]) * (values[i] - samples.targets[i])
      for j in 0..<d {
        var slope = slopes[i, j]
        if let features = targets.features {
          for k in 0..<features.directions.rows {
            slope += slopes[i, d + k] * features.slopes[i, k] * features.directions[k, j]
          }
        }
        let error = slope - targets.gradients[i, j]
        term += weight * error * error
      }
      sum += (samples.weights?[i] ?? 1) * term
    }
    return sum / Double(samples.count)
  }

  private static func check(
    _ network: MultilayerPerceptron<Double>, _ samples: TrainingSamples<Double>
  ) throws {
    let weight = 0.7
    let (value, gradient) = try gradientLossAndGradient(network, samples, weight: weight)
    #expect(close(value, try loss(network, samples, weight: weight), relative: 1e-13))
    let largest = gradient.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    for i in gradient.indices {
      let numeric = try numericDerivative { step in
        var moved = network
        moved.parameters[i] += step
        return try loss(moved, samples, weight: weight)
      }
      #expect(
        close(gradient[i], numeric, relative: 1e-6, absolute: 1e-8 * largest),
        "\(network.architecture), parameter \(i): \(gradient[i]), numeric \(numeric)")
    }
  }

  private static func numericDerivative(_ f: (Double) throws -> Double) rethrows -> Double {
    let h = 1e-4
    let coarse = (try f(2 * h) - f(-2 * h)) / (4 * h)
    let fine = (try f(h) - f(-h)) / (2 * h)
    return (4 * fine - coarse) / 3
  }

  @Test(arguments: Activation.allCases, widths)
  func parameterGradients(activation: Activation, widths: [Int]) throws {
    try Self.check(Self.network(activation, widths), Self.samples(7))
  }

  /// Inputs that are functions of other inputs, and an output that is not linear.
  @Test func featuresAndOutputActivation() throws {
    for features in [1, 3] {
      try Self.check(Self.network(.silu, [6, 5]), Self.samples(7, features: features))
    }
    try Self.check(Self.network(.tanh, [6], output: .softplus), Self.samples(7))
  }

  @Test(arguments: Activation.allCases)
  func singlePrecisionAgrees(activation: Activation) throws {
    let network = Self.network(activation, [7, 5])
    let samples = try Self.samples(40)
    let targets = try #require(samples.gradients)
    func single(_ m: Matrix<Double>) -> Matrix<Float> {
      Matrix(rows: m.rows, columns: m.columns, elements: m.elements.map(Float.init))
    }
    let a = try gradientLossAndGradient(network, samples, weight: 0.3)
    let b = try gradientLossAndGradient(
      MultilayerPerceptron<Float>(
        network.architecture, parameters: network.parameters.map(Float.init)),
      TrainingSamples(
        inputs: single(samples.inputs), targets: samples.targets.map(Float.init),
        weights: samples.weights?.map(Float.init),
        gradients: GradientTargets(single(targets.gradients))), weight: 0.3)
    #expect(close(a.loss, b.loss, relative: 2e-6))
    let largest = a.gradient.map(abs).max() ?? 0
    for (x, y) in zip(a.gradient, b.gradient) {
      #expect(close(x, Double(y), relative: 2e-5, absolute: 4e-6 * largest))
    }
  }

  struct Numbers: Decodable {
    struct Steps: Decodable {
      let activation: Activation
      let widths: [Int]
      let weight: Double
      let inputs, targets, gradients, start, valueLosses, gradientLosses, end: [Double]
    }
    let batch: Int
    let rate: Double
    let steps: [Steps]
  }

  /// Twenty steps of Adam from equal weights.
  @Test func twentySteps() throws {
    let numbers = try reference("gradient_training.json", as: Numbers.self)
    #expect(numbers.steps.count >= 4)
    for run in numbers.steps {
      let d = run.widths[0]
      let n = run.targets.count
      let epochs = 20 * numbers.batch / n
      let samples = try TrainingSamples(
        inputs: Matrix(rows: n, columns: d, elements: run.inputs), targets: run.targets,
        gradients: GradientTargets(Matrix(rows: n, columns: d, elements: run.gradients)))
      let trainer = try Trainer(
        TrainingConfiguration(
          gradientLoss: GradientLoss(weight: run.weight), batchSize: numbers.batch,
          optimizer: .adam(AdamParameters(learningRate: numbers.rate)), maximumEpochs: epochs,
          shuffles: false), training: samples, validation: samples)
      let network = try MultilayerPerceptron(
        NetworkArchitecture(
          inputs: d, hiddenWidths: Array(run.widths.dropFirst().dropLast()),
          activation: run.activation), parameters: run.start)
      let result = try trainer.train(network)
      let perEpoch = n / numbers.batch
      for (epoch, record) in result.history.epochs.enumerated() {
        let steps = epoch * perEpoch..<(epoch + 1) * perEpoch
        let value = steps.reduce(0) { $0 + run.valueLosses[$1] } / Double(perEpoch)
        let gradient = steps.reduce(0) { $0 + run.gradientLosses[$1] } / Double(perEpoch)
        #expect(close(record.trainingLoss, value, relative: 1e-11), "\(run.activation)")
        #expect(close(record.trainingGradientLoss ?? 0, gradient, relative: 1e-11))
      }
      let end = result.finalNetwork.parameters
      #expect(zip(end, run.end).allSatisfy { close($0, $1, relative: 1e-9, absolute: 1e-10) })
      // After the last step the validation losses are those of the samples, by other passes.
      let last = try #require(result.history.epochs.last)
      let values = result.finalNetwork.predict(samples.inputs)
      let mse = zip(values, run.targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(close(try #require(last.validationLoss), mse / Double(n), relative: 1e-12))
      let total = try Self.loss(result.finalNetwork, samples, weight: 1)
      #expect(
        close(try #require(last.validationGradientLoss), total - mse / Double(n), relative: 1e-11))
    }
  }

  /// The whole point: as many samples teach more with gradients than without.
  @Test func gradientsTeachMore() throws {
    func target(_ x: [Double]) -> (Double, [Double]) {
      let s = (sin(x[0] + 0.5 * x[1]), cos(x[0] + 0.5 * x[1]))
      return (s.0 + 0.3 * x[2] * x[3], [s.1, 0.5 * s.1, 0.3 * x[3], 0.3 * x[2]])
    }
    func make(_ count: Int, seed: UInt64) throws -> TrainingSamples<Double> {
      let inputs: Matrix<Double> = normalMatrix(count, 4, seed: seed)
      let all = (0..<count).map { target(inputs.row($0)) }
      return try TrainingSamples(
        inputs: inputs, targets: all.map(\.0),
        gradients: GradientTargets(Matrix(rows: all.map(\.1), columns: 4)))
    }
    let (training, validation) = (try make(200, seed: 1), try make(400, seed: 2))
    func error(_ term: GradientLoss?) throws -> Double {
      let trainer = try Trainer(
        TrainingConfiguration(
          gradientLoss: term, batchSize: 32, optimizer: .adam(AdamParameters(learningRate: 5e-3)),
          schedule: .cosine(warmUpEpochs: 1, finalFraction: 0.01), maximumEpochs: 100),
        training: training, validation: validation)
      let network = MultilayerPerceptron<Double>(
        NetworkArchitecture(inputs: 4, hiddenWidths: [24, 24], activation: .silu), seed: 1)
      return try #require(trainer.train(network).bestLoss).squareRoot()
    }
    let (without, with) = (try error(nil), try error(GradientLoss(weight: 0.3)))
    #expect(with < 0.5 * without)
  }

  @Test func shapesAreChecked() {
    let inputs: Matrix<Double> = normalMatrix(3, 2, seed: 1)
    func make(_ gradients: GradientTargets<Double>, targets: Int = 3) throws(NetworkError) {
      _ = try TrainingSamples(
        inputs: inputs, targets: normals(targets, seed: 1), gradients: gradients)
    }
    #expect(throws: NetworkError.self) { try make(.init(normalMatrix(2, 2, seed: 1))) }
    #expect(throws: NetworkError.self) { try make(.init(normalMatrix(3, 1, seed: 1))) }
    #expect(throws: NetworkError.self) { try make(.init(normalMatrix(3, 2, seed: 1)), targets: 6) }
    #expect(throws: NetworkError.self) {
      try make(
        .init(
          normalMatrix(3, 1, seed: 1),
          features: .init(
            slopes: normalMatrix(3, 2, seed: 1), directions: normalMatrix(1, 1, seed: 1))))
    }
    #expect(throws: NetworkError.self) {
      try TrainingConfiguration(gradientLoss: GradientLoss(weight: -1)).validate()
    }
  }
}
