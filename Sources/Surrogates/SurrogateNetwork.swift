public import NeuralNetworks
internal import NumericalCore

/// The network of a surrogate in single or double precision.
public enum SurrogateNetwork: Sendable, Equatable {
  /// Single precision.
  case float(MultilayerPerceptron<Float>)
  /// Double precision.
  case double(MultilayerPerceptron<Double>)

  /// The layers.
  public var architecture: NetworkArchitecture {
    switch self {
    case .float(let network): return network.architecture
    case .double(let network): return network.architecture
    }
  }

  /// The same weights, computed with in double precision.
  public var inDoublePrecision: SurrogateNetwork {
    guard case .float(let network) = self,
      let copy = try? MultilayerPerceptron<Double>(
        network.architecture, parameters: network.parameters.map { Double($0) })
    else { return self }
    return .double(copy)
  }

  /// Outputs for a block of inputs.
  func predict(_ inputs: Matrix<Double>) -> [Double] {
    switch self {
    case .float(let network): return network.predict(inputs.converted()).map { Double($0) }
    case .double(let network): return network.predict(inputs)
    }
  }

  /// Outputs and their gradients by the inputs.
  func valuesAndGradients(_ inputs: Matrix<Double>) -> ([Double], Matrix<Double>) {
    switch self {
    case .float(let network):
      let result = network.valuesAndInputGradients(inputs.converted())
      return (result.values.map { Double($0) }, result.gradients.converted())
    case .double(let network):
      let result = network.valuesAndInputGradients(inputs)
      return (result.values, result.gradients)
    }
  }
}

extension Matrix where Element: BinaryFloatingPoint {
  /// The elements in another precision.
  func converted<Other: BinaryFloatingPoint & Sendable>() -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: elements.map { Other($0) })
  }
}
