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

  /// The value that a fixed part makes of the outputs, and its gradients by the inputs.
  ///
  /// - Parameter combine: values for outputs (points x outputs), and their derivatives by them.
  func valuesAndGradients(
    _ inputs: Matrix<Double>,
    combining combine: (Matrix<Double>) -> (values: [Double], adjoints: Matrix<Double>)
  ) -> ([Double], Matrix<Double>) {
    switch self {
    case .float(let network):
      let result = Self.valuesAndGradients(network, inputs.converted(), combine)
      return (result.0, result.1.converted())
    case .double(let network): return Self.valuesAndGradients(network, inputs, combine)
    }
  }

  private static func valuesAndGradients<Scalar: NetworkScalar & BinaryFloatingPoint>(
    _ network: MultilayerPerceptron<Scalar>, _ inputs: Matrix<Scalar>,
    _ combine: (Matrix<Double>) -> (values: [Double], adjoints: Matrix<Double>)
  ) -> ([Double], Matrix<Scalar>) {
    let width = network.architecture.outputs
    var outputs = [Scalar](repeating: 0, count: inputs.rows * width)
    var gradients = Matrix<Scalar>(rows: inputs.rows, columns: inputs.columns, repeating: 0)
    var workspace = NetworkWorkspace<Scalar>(
      for: network.architecture, rows: inputs.rows, purpose: .inputGradients)
    var values: [Double] = []
    network.outputsAndInputGradients(
      inputs, outputs: &outputs, gradients: &gradients, workspace: &workspace
    ) { block, outputs, adjoints in
      let result = combine(
        Matrix(rows: block.count, columns: width, elements: outputs.map { Double($0) }))
      values = result.values
      for k in adjoints.indices { adjoints[k] = Scalar(result.adjoints.elements[k]) }
    }
    return (values, gradients)
  }
}

extension Matrix where Element: BinaryFloatingPoint {
  /// The elements in another precision.
  func converted<Other: BinaryFloatingPoint & Sendable>() -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: elements.map { Other($0) })
  }
}
