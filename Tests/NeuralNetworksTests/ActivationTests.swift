import NumericalCore
import Testing

@testable import NeuralNetworks

/// Activation kernels against values in 50-digit arithmetic (Reference/activations.py).
@Suite struct ActivationTests {
  struct Table: Decodable {
    struct Entry: Decodable {
      let activation: Activation
      let x, value, derivative: [Double]
    }
    let table: [Entry]
  }

  /// Value and derivative of the kernels, the second by way of the backward pass.
  static func evaluate<Scalar: NetworkScalar>(
    _ activation: Activation, _ x: [Scalar]
  ) -> (value: [Scalar], trainingValue: [Scalar], derivative: [Scalar]) {
    let n = x.count
    let bias = [Scalar](repeating: 0, count: n)
    var value = x
    Scalar.applyActivation(
      activation, rows: 1, columns: n, stride: n, bias: bias, x: &value, derivative: nil)
    var trainingValue = x
    var kept = bias
    Scalar.applyActivation(
      activation, rows: 1, columns: n, stride: n, bias: bias, x: &trainingValue, derivative: &kept)
    var derivative = [Scalar](repeating: 1, count: n)
    Scalar.backpropagateActivation(
      activation.storesDerivative ? nil : activation, rows: 1, columns: n, stride: n,
      outputOrDerivative: activation.storesDerivative ? kept : value, delta: &derivative,
      biasGradient: nil)
    return (value, trainingValue, derivative)
  }

  @Test func doublePrecision() throws {
    for entry in try reference("activations.json", as: Table.self).table {
      let found = Self.evaluate(entry.activation, entry.x)
      for i in entry.x.indices {
        #expect(close(found.value[i], found.trainingValue[i], relative: 1e-15))
        #expect(
          close(found.value[i], entry.value[i], relative: 2e-15, absolute: 1e-16),
          "\(entry.activation)(\(entry.x[i])) = \(found.value[i]), not \(entry.value[i])")
        #expect(
          close(found.derivative[i], entry.derivative[i], relative: 1e-14, absolute: 5e-16),
          "\(entry.activation)'(\(entry.x[i])) = \(found.derivative[i])")
      }
    }
  }

  @Test func singlePrecision() throws {
    for entry in try reference("activations.json", as: Table.self).table {
      let found = Self.evaluate(entry.activation, entry.x.map(Float.init))
      for i in entry.x.indices {
        #expect(
          close(Double(found.value[i]), entry.value[i], relative: 1e-6, absolute: 1e-8),
          "\(entry.activation)(\(entry.x[i])) = \(found.value[i]), not \(entry.value[i])")
        #expect(
          close(Double(found.derivative[i]), entry.derivative[i], relative: 1e-6, absolute: 3e-7),
          "\(entry.activation)'(\(entry.x[i])) = \(found.derivative[i])")
      }
    }
  }

  /// Far arguments give limits, and NaN stays NaN, so that training notices it.
  @Test(arguments: Activation.allCases)
  func extremes(activation: Activation) {
    let double = Self.evaluate(activation, [-1e30, 1e30, Double.nan])
    let single = Self.evaluate(activation, [-1e30, 1e30, Float.nan])
    #expect(double.value[2].isNaN && single.value[2].isNaN)
    let limits: (low: Double, high: Double) =
      switch activation {
      case .selu: (-1.7580993408473766, 1.0507009873554805e30)
      case .elu: (-1, 1e30)
      case .relu, .softplus, .silu, .gelu: (0, 1e30)
      case .leakyRelu: (-1e28, 1e30)
      case .tanh: (-1, 1)
      case .sigmoid: (0, 1)
      case .linear: (-1e30, 1e30)
      }
    #expect(close(double.value[0], limits.low, relative: 1e-14, absolute: 1e-270))
    #expect(close(double.value[1], limits.high, relative: 1e-14))
    #expect(close(Double(single.value[0]), limits.low, relative: 1e-6, absolute: 1e-7))
    #expect(close(Double(single.value[1]), limits.high, relative: 1e-6))
  }
}
