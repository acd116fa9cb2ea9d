public import NumericalCore

/// A fully connected network: its architecture and all its parameters in one contiguous array.
///
/// A value: copies are independent, and share storage until one of them changes. Layer after
/// layer the array holds the weights, inputs x outputs in row-major order, then the biases;
/// ``layers`` says where. One optimiser pass, one checkpoint or one export goes over the array
/// once.
///
/// ```swift
/// let network = MultilayerPerceptron<Float>(
///   NetworkArchitecture(inputs: 95, hiddenWidths: [500, 500]), seed: 1)
/// let values = network.predict(points)  // one per row
/// ```
public struct MultilayerPerceptron<Scalar: NetworkScalar>: Sendable {
  /// Widths and activations.
  public let architecture: NetworkArchitecture
  /// The layers, with their places in ``parameters``.
  public let layers: [NetworkLayer]
  /// All weights and biases.
  public internal(set) var parameters: [Scalar]

  /// A network with given parameters.
  ///
  /// - Throws: `NetworkError.parameterCount` if the array does not fit the architecture.
  public init(
    _ architecture: NetworkArchitecture, parameters: [Scalar]
  ) throws(NetworkError) {
    guard parameters.count == architecture.parameterCount else {
      throw .parameterCount(
        expected: architecture.parameterCount, found: parameters.count,
        architecture: architecture.description)
    }
    self.architecture = architecture
    self.parameters = parameters
    layers = architecture.layers
  }

  /// The weights of layer `index`, inputs x outputs (a copy).
  public func weights(ofLayer index: Int) -> Matrix<Scalar> {
    let layer = layers[index]
    return Matrix(
      rows: layer.inputs, columns: layer.outputs, elements: Array(parameters[layer.weights]))
  }

  /// The biases of layer `index` (a copy).
  public func biases(ofLayer index: Int) -> [Scalar] { Array(parameters[layers[index].biases]) }
}

extension MultilayerPerceptron: Equatable {
  /// Whether architecture and all parameters are equal.
  public static func == (a: Self, b: Self) -> Bool {
    a.architecture == b.architecture && a.parameters == b.parameters
  }
}

extension MultilayerPerceptron: Codable {
  private enum CodingKeys: String, CodingKey { case architecture, parameters }

  /// Reads architecture and parameters.
  ///
  /// - Throws: `NetworkError.parameterCount` if they do not fit.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      fields.decode(NetworkArchitecture.self, forKey: .architecture),
      parameters: fields.decode([Scalar].self, forKey: .parameters))
  }

  /// Writes architecture and parameters.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(architecture, forKey: .architecture)
    try fields.encode(parameters, forKey: .parameters)
  }
}
