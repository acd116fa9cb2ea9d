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

  /// Memory for blocks of points, used again and again by one thread.
  enum Workspace {
    /// In single precision.
    case float(Memory<Float>)
    /// In double precision.
    case double(Memory<Double>)
  }

  /// A workspace that is changed in place.
  final class Memory<Scalar: NetworkScalar> {
    var workspace: NetworkWorkspace<Scalar>

    init(_ workspace: NetworkWorkspace<Scalar>) { self.workspace = workspace }
  }

  /// Memory for blocks of up to `rows` points, with or without gradients.
  func workspace(rows: Int, gradients: Bool) -> Workspace {
    let purpose: WorkspacePurpose = gradients ? .inputGradients : .prediction
    switch self {
    case .float: return .float(Memory(.init(for: architecture, rows: rows, purpose: purpose)))
    case .double: return .double(Memory(.init(for: architecture, rows: rows, purpose: purpose)))
    }
  }

  /// Outputs for a block of inputs.
  ///
  /// - Precondition: the workspace is that of this network.
  func predict(_ inputs: Matrix<Double>, _ workspace: Workspace) -> [Double] {
    switch (self, workspace) {
    case (.float(let network), .float(let memory)):
      return Self.predict(network, inputs.converted(), memory).map { Double($0) }
    case (.double(let network), .double(let memory)):
      return Self.predict(network, inputs, memory)
    default: preconditionFailure("memory for another precision")
    }
  }

  private static func predict<Scalar: NetworkScalar>(
    _ network: MultilayerPerceptron<Scalar>, _ inputs: Matrix<Scalar>, _ memory: Memory<Scalar>
  ) -> [Scalar] {
    var outputs = [Scalar].zeros(count: inputs.rows * network.architecture.outputs)
    network.predict(inputs, into: &outputs, workspace: &memory.workspace)
    return outputs
  }

  /// The value that a fixed part makes of the outputs, and its gradients by the inputs.
  ///
  /// - Parameter combine: values for outputs (points x outputs), and their derivatives by them.
  /// - Precondition: the workspace is that of this network, for gradients.
  func valuesAndGradients(
    _ inputs: Matrix<Double>, _ workspace: Workspace,
    combining combine: (Matrix<Double>) -> (values: [Double], adjoints: Matrix<Double>)
  ) -> ([Double], Matrix<Double>) {
    switch (self, workspace) {
    case (.float(let network), .float(let memory)):
      let result = Self.valuesAndGradients(network, inputs.converted(), memory, combine)
      return (result.0, result.1.converted())
    case (.double(let network), .double(let memory)):
      return Self.valuesAndGradients(network, inputs, memory, combine)
    default: preconditionFailure("memory for another precision")
    }
  }

  private static func valuesAndGradients<Scalar: NetworkScalar & BinaryFloatingPoint>(
    _ network: MultilayerPerceptron<Scalar>, _ inputs: Matrix<Scalar>, _ memory: Memory<Scalar>,
    _ combine: (Matrix<Double>) -> (values: [Double], adjoints: Matrix<Double>)
  ) -> ([Double], Matrix<Scalar>) {
    let width = network.architecture.outputs
    var outputs = [Scalar].zeros(count: inputs.rows * width)
    var gradients = Matrix<Scalar>(
      rows: inputs.rows, columns: inputs.columns, elements: .zeros(count: inputs.elements.count))
    var values: [Double] = []
    network.outputsAndInputGradients(
      inputs, outputs: &outputs, gradients: &gradients, workspace: &memory.workspace
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
