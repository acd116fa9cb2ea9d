import NumericalCore
import Testing

@testable import NeuralNetworks

/// Derivatives against central differences, in double precision.
@Suite struct GradientTests {
  static let losses: [Loss] = [
    .meanSquaredError, .meanAbsoluteError, .huber(threshold: 0.5), .meanAbsolutePercentageError,
    .meanSquaredLogarithmicError,
  ]

  /// A small network with biases that are not zero.
  static func network(_ activation: Activation, outputs: Int = 1) -> MultilayerPerceptron<Double> {
    let architecture = NetworkArchitecture(
      inputs: 5, hiddenWidths: [9, 7], outputs: outputs, activation: activation)
    var network = MultilayerPerceptron<Double>(architecture, seed: 3)
    let noise = normals(network.parameters.count, seed: 4)
    for i in network.parameters.indices { network.parameters[i] += 0.1 * noise[i] }
    return network
  }

  /// The derivative of `f` at 0 by Richardson-extrapolated central differences: error O(h⁴).
  static func derivative(_ f: (Double) -> Double) -> Double {
    let h = 1e-4
    let coarse = (f(2 * h) - f(-2 * h)) / (4 * h)
    let fine = (f(h) - f(-h)) / (2 * h)
    return (4 * fine - coarse) / 3
  }

  @Test(arguments: Activation.allCases, losses)
  func parameterGradients(activation: Activation, loss: Loss) {
    let network = Self.network(activation, outputs: 2)
    let inputs: Matrix<Double> = normalMatrix(6, 5, seed: 5)
    let targets = normals(12, seed: 6)
    let weights: [Double] = [1, 0.5, 2, 1, 0, 3]
    let analytic = lossAndGradient(network, inputs, targets, weights, loss: loss).gradient
    let largest = analytic.map(abs).max() ?? 0
    #expect(largest > 1e-3)
    for i in analytic.indices {
      let numeric = Self.derivative { step in
        var moved = network
        moved.parameters[i] += step
        return lossAndGradient(moved, inputs, targets, weights, loss: loss).loss
      }
      #expect(
        close(analytic[i], numeric, relative: 1e-6, absolute: 1e-8 * largest),
        "parameter \(i): \(analytic[i]), numeric \(numeric)")
    }
  }

  @Test(arguments: Activation.allCases)
  func inputGradients(activation: Activation) {
    let network = Self.network(activation)
    let inputs: Matrix<Double> = normalMatrix(6, 5, seed: 7)
    let (values, gradients) = network.valuesAndInputGradients(inputs)
    #expect(values == network.predict(inputs))
    for i in 0..<6 {
      for j in 0..<5 {
        let numeric = Self.derivative { step in
          var moved = inputs
          moved[i, j] += step
          return network.predict(moved)[i]
        }
        #expect(
          close(gradients[i, j], numeric, relative: 1e-6, absolute: 1e-9),
          "row \(i), input \(j): \(gradients[i, j]), numeric \(numeric)")
      }
    }
  }

  /// One row takes other matrix routines than many; blocks must not change anything either.
  @Test func blocksAgree() {
    let network = Self.network(.selu)
    let inputs: Matrix<Double> = normalMatrix(23, 5, seed: 8)
    let (values, gradients) = network.valuesAndInputGradients(inputs)
    for blockRows in [1, 4, 23] {
      var workspace = NetworkWorkspace<Double>(
        for: network.architecture, rows: blockRows, purpose: .inputGradients)
      var blockValues = [Double](repeating: 0, count: 23)
      var blockGradients = Matrix(rows: 23, columns: 5, repeating: 0.0)
      network.valuesAndInputGradients(
        inputs, values: &blockValues, gradients: &blockGradients, workspace: &workspace)
      #expect(zip(values, blockValues).allSatisfy { close($0, $1, relative: 1e-13) })
      #expect(
        zip(gradients.elements, blockGradients.elements).allSatisfy {
          close($0, $1, relative: 1e-12)
        })
    }
  }

  @Test(arguments: Activation.allCases)
  func singlePrecisionAgrees(activation: Activation) throws {
    let network = Self.network(activation)
    let inputs: Matrix<Double> = normalMatrix(40, 5, seed: 9)
    let targets = normals(40, seed: 10)
    let single = try MultilayerPerceptron<Float>(
      network.architecture, parameters: network.parameters.map(Float.init))
    let singleInputs = Matrix(rows: 40, columns: 5, elements: inputs.elements.map(Float.init))
    let a = lossAndGradient(network, inputs, targets, loss: .meanSquaredError)
    let b = lossAndGradient(
      single, singleInputs, targets.map(Float.init), loss: .meanSquaredError)
    #expect(close(a.loss, b.loss, relative: 2e-6))
    let largest = a.gradient.map(abs).max() ?? 0
    for (x, y) in zip(a.gradient, b.gradient) {
      #expect(close(x, Double(y), relative: 1e-5, absolute: 2e-6 * largest))
    }
  }
}
