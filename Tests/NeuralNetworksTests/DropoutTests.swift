import Foundation
import NumericalCore
import Testing

@testable import NeuralNetworks

/// Dropout, alpha dropout and penalties: derivatives against central differences, training step by
/// step against JAX and Keras from the same noise (Reference/dropout.py), moments of what is kept.
@Suite struct DropoutTests {
  static let kinds: [Dropout] = [.standard(rate: 0.3), .alpha(rate: 0.2)]

  struct Numbers: Decodable {
    struct Steps: Decodable {
      let activation: Activation
      let kind: String
      let rate, l1, l2: Double
      let inputs, targets, start, losses, end, kerasEnd: [Double]
    }
    let batch, epochs: Int
    let seed: UInt64
    let widths: [Int]
    let steps: [Steps]
  }

  private func trainer(
    _ run: Numbers.Steps, _ numbers: Numbers
  ) throws -> (Trainer<Double>, MultilayerPerceptron<Double>) {
    let dropout: Dropout? =
      run.rate == 0 ? nil : run.kind == "alpha" ? .alpha(rate: run.rate) : .standard(rate: run.rate)
    let trainer = try Trainer<Double>(
      TrainingConfiguration(
        batchSize: numbers.batch, optimizer: .adam(AdamParameters(learningRate: 0x1p-7)),
        l2: run.l2, l1: run.l1, dropout: dropout, maximumEpochs: numbers.epochs,
        seed: numbers.seed, shuffles: false),
      training: TrainingSamples(
        inputs: Matrix(
          rows: run.targets.count, columns: numbers.widths[0], elements: run.inputs),
        targets: run.targets))
    let architecture = NetworkArchitecture(
      inputs: numbers.widths[0], hiddenWidths: Array(numbers.widths[1..<3]),
      activation: run.activation)
    return (trainer, try MultilayerPerceptron(architecture, parameters: run.start))
  }

  @Test func twelveSteps() throws {
    let numbers = try reference("dropout.json", as: Numbers.self)
    for run in numbers.steps {
      let (trainer, network) = try trainer(run, numbers)
      var losses: [Double] = []
      let result = try trainer.train(network) { report, _ in
        losses.append(report.record.trainingLoss)
        return true
      }
      let perEpoch = run.losses.count / numbers.epochs
      for (epoch, found) in losses.enumerated() {
        let expected = (0..<perEpoch).reduce(0.0) { sum, step in
          let count = min(numbers.batch, run.targets.count - step * numbers.batch)
          return sum + run.losses[epoch * perEpoch + step] * Double(count)
        }
        #expect(
          close(found, expected / Double(run.targets.count), relative: 1e-12),
          "\(run.kind) \(run.activation), epoch \(epoch + 1)")
      }
      let end = result.finalNetwork.parameters
      #expect(zip(end, run.end).allSatisfy { close($0, $1, relative: 1e-10, absolute: 1e-11) })
      #expect(zip(end, run.kerasEnd).allSatisfy { close($0, $1, relative: 0, absolute: 1e-7) })
    }
  }

  /// The mean loss of a masked pass and its gradient with respect to the parameters.
  static func masked(
    _ network: MultilayerPerceptron<Double>, _ samples: TrainingSamples<Double>,
    _ mask: DropoutMask, gradientWeight: Double?, loss: Loss = .meanSquaredError
  ) -> (loss: Double, gradient: [Double]) {
    var workspace = NetworkWorkspace<Double>(
      for: network.architecture, rows: samples.count,
      purpose: gradientWeight == nil ? .training : .gradientTraining, keepsDerivatives: true)
    let start = workspace.gradientStart
    let plan = workspace.plan
    let n = Double(samples.count)
    var sum = 0.0
    network.forEachBlock(of: samples.inputs, workspace: &workspace) { pass, input, block in
      var pass = pass
      pass.dropout = mask
      samples.targets.withUnsafeBufferPointer { targets in
        guard let targets = targets.baseAddress else { return }
        let gradient = pass.buffer + start
        if let gradientWeight, let wanted = samples.gradients {
          let inputs = pass.buffer + plan.batchInputs
          inputs.update(from: input, count: samples.inputs.elements.count)
          pass.forwardWithCurvature(inputs, rows: block.count)
          sum = Double.sumLoss(
            loss, rows: block.count, outputs: 1, predictions: pass.prediction, targets: targets,
            weights: nil, scale: 1 / n, gradient: pass.predictionError)
          wanted.gradients.elements.withUnsafeBufferPointer { wanted in
            guard let wanted = wanted.baseAddress else { return }
            sum +=
              gradientWeight
              * pass.sumGradientLoss(
                rows: block.count, coordinates: samples.inputs.columns, targets: wanted,
                slopes: wanted, directions: nil, weights: nil, scale: gradientWeight / n)
          }
          pass.gradientBackward(inputs, rows: block.count)
          pass.storeGradient(inputs, rows: block.count, into: gradient)
        } else {
          pass.forward(input, rows: block.count)
          sum = Double.sumLoss(
            loss, rows: block.count, outputs: 1, predictions: pass.prediction, targets: targets,
            weights: nil, scale: 1 / n, gradient: pass.predictionError)
          pass.backward(rows: block.count, inputGradient: nil)
          pass.storeGradient(input, rows: block.count, into: gradient)
        }
      }
    }
    return (
      sum / n, Array(workspace.storage[start..<start + network.parameters.count])
    )
  }

  @Test(arguments: Activation.allCases, [nil, 0.4])
  func gradients(activation: Activation, gradientWeight: Double?) throws {
    let network = GradientLossTests.network(activation, [9, 7])
    let samples = try TrainingSamples<Double>(
      inputs: normalMatrix(6, 4, seed: 5), targets: normals(6, seed: 6),
      gradients: GradientTargets(normalMatrix(6, 4, seed: 7)))
    for kind in Self.kinds {
      let mask = DropoutMask(kind, seed: 3, step: 5)
      let analytic = Self.masked(network, samples, mask, gradientWeight: gradientWeight).gradient
      let largest = analytic.map(abs).max() ?? 0
      #expect(largest > 1e-3)
      for i in analytic.indices {
        let numeric = GradientTests.derivative { step in
          var moved = network
          moved.parameters[i] += step
          return Self.masked(moved, samples, mask, gradientWeight: gradientWeight).loss
        }
        #expect(
          close(analytic[i], numeric, relative: 1e-6, absolute: 1e-8 * largest),
          "\(kind), parameter \(i): \(analytic[i]), numeric \(numeric)")
      }
    }
  }

  @Test(arguments: GradientTests.losses) func losses(loss: Loss) throws {
    let network = GradientLossTests.network(.tanh, [9, 7])
    let samples = try TrainingSamples<Double>(
      inputs: normalMatrix(6, 4, seed: 5), targets: normals(6, seed: 6))
    let mask = DropoutMask(.alpha(rate: 0.4), seed: 3, step: 5)
    let analytic = Self.masked(network, samples, mask, gradientWeight: nil, loss: loss).gradient
    for i in analytic.indices {
      let numeric = GradientTests.derivative { step in
        var moved = network
        moved.parameters[i] += step
        return Self.masked(moved, samples, mask, gradientWeight: nil, loss: loss).loss
      }
      #expect(close(analytic[i], numeric, relative: 1e-6, absolute: 1e-7))
    }
  }

  /// A normal variable through SELU has mean 0 and variance 1; alpha dropout keeps both, plain
  /// dropout does not (the control). The fraction dropped is the rate.
  @Test func moments() {
    let count = 400_000
    let source = normals(count, seed: 12)
    var bias = [0.0]
    func kept(_ kind: Dropout?) -> (mean: Double, variance: Double, dropped: Double) {
      var x = source
      var derivative = x
      var dropped = 0
      x.withUnsafeMutableBufferPointer { x in
        derivative.withUnsafeMutableBufferPointer { d in
          guard let x = x.baseAddress, let d = d.baseAddress else { return }
          Double.applyActivation(
            .selu, rows: count, columns: 1, stride: 1, bias: &bias, x: x, derivative: d)
          if let kind {
            let mask = DropoutMask(kind, seed: 1, step: 0)
            Double.dropOut(
              rows: 0..<count / 100, columns: 100, layer: 0, mask, x: x, first: d, second: nil)
          }
          dropped = (0..<count).count { d[$0] == 0 }
        }
      }
      let mean = x.reduce(0, +) / Double(count)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
      return (mean, variance, Double(dropped) / Double(count))
    }
    // Five standard errors of mean, variance and fraction.
    #expect(abs(kept(nil).mean) < 0.008 && abs(kept(nil).variance - 1) < 0.015)
    let alpha = kept(.alpha(rate: 0.2))
    #expect(abs(alpha.mean) < 0.008 && abs(alpha.variance - 1) < 0.015, "\(alpha)")
    #expect(abs(alpha.dropped - 0.2) < 0.0032)
    let plain = kept(.standard(rate: 0.2))
    #expect(abs(plain.mean) < 0.009 && abs(plain.variance - 1) > 0.1, "\(plain)")
    #expect(abs(plain.dropped - 0.2) < 0.0032)
  }

  /// The same units on one thread and on two, in single precision too; other ones in the next step
  /// and in the next layer.
  @Test func masksDependOnPlaceAlone() {
    let mask = DropoutMask(.standard(rate: 0.5), seed: 9, step: 4)
    func units(_ mask: DropoutMask, layer: Int = 1, blocks: [Range<Int>]) -> [Bool] {
      var x = [Float](repeating: 1, count: 8 * 70)
      var slopes = x
      for rows in blocks {
        x.withUnsafeMutableBufferPointer { x in
          slopes.withUnsafeMutableBufferPointer { slopes in
            guard let x = x.baseAddress, let slopes = slopes.baseAddress else { return }
            Float.dropOut(
              rows: rows, columns: 70, layer: layer, mask, x: x + rows.lowerBound * 70,
              first: slopes + rows.lowerBound * 70, second: nil)
          }
        }
      }
      #expect(x == slopes)
      return x.map { $0 == 0 }
    }
    let whole = units(mask, blocks: [0..<8])
    #expect(whole == units(mask, blocks: [0..<3, 3..<4, 4..<8]))
    #expect(whole != units(mask, layer: 2, blocks: [0..<8]))
    let next = DropoutMask(.standard(rate: 0.5), seed: 9, step: 5)
    #expect(whole != units(next, blocks: [0..<8]))
  }

  /// Interrupted within an epoch, stored, read and resumed: the same bits.
  @Test func resumedRunIsEqual() throws {
    try Threads.withSerialProducts {
      let samples = try TrainerTests.samples(2000, seed: 1)
      let trainer = try Trainer(
        TrainingConfiguration(
          batchSize: 64, dropout: .alpha(rate: 0.05), maximumEpochs: 3, seed: 4),
        training: samples)
      let network = MultilayerPerceptron<Float>(TrainerTests.architecture, seed: 5)
      let whole = try trainer.train(network)
      let stored = try interruptedTraining(trainer, network)
      #expect(stored.network == whole.finalNetwork)
      #expect(stored.bestNetwork == whole.bestNetwork)
      #expect(
        stored.progress.history.epochs.map(\.trainingLoss)
          == whole.history.epochs.map(\.trainingLoss))
      let other = try Trainer(
        TrainingConfiguration(
          batchSize: 64, dropout: .alpha(rate: 0.05), maximumEpochs: 3, seed: 5, shuffles: true),
        training: samples
      ).train(network)
      #expect(other.finalNetwork != whole.finalNetwork)
    }
  }

  @Test func ratesOutsideTheirRangeAreRefused() {
    for (configuration, field) in [
      (TrainingConfiguration(dropout: .standard(rate: 1)), "dropout.rate"),
      (TrainingConfiguration(dropout: .alpha(rate: -0.1)), "dropout.rate"),
      (TrainingConfiguration(l1: -1), "l1"), (TrainingConfiguration(l2: .nan), "l2"),
    ] {
      let error = #expect(throws: NetworkError.self) { try configuration.validate() }
      #expect(error?.description.contains(field) == true)
    }
  }
}
