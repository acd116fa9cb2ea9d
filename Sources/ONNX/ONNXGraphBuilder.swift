/// Builds a model operation by operation; every call returns the name of its result.
///
/// ```swift
/// var graph = ONNXGraphBuilder(name: "likelihood")
/// let x = graph.input("x", .float32, shape: ["batch", 95])
/// let w = graph.initializer("w", weights, shape: [95, 1])
/// let y = graph.add("MatMul", [x, w], output: "lnp")
/// graph.output(y, .float32, shape: ["batch", 1])
/// try graph.build().write(to: url)
/// ```
public struct ONNXGraphBuilder: Sendable {
  /// Free text about the model, by key.
  public var metadata: [String: String] = [:]
  /// A description for people.
  public var documentation = ""
  /// The program that writes the model.
  public var producerName = ""
  /// The version of that program.
  public var producerVersion = ""

  private let name: String
  private let opset: Int
  private let irVersion: Int
  private var inputs: [ONNXValue] = []
  private var outputs: [ONNXValue] = []
  private var initializers: [ONNXTensor] = []
  private var nodes: [ONNXNode] = []

  /// An empty graph.
  ///
  /// - Parameters:
  ///   - name: name of the graph.
  ///   - opset: version of the standard operators; 13 (2021) is read by every current runtime.
  ///   - irVersion: version of the file format.
  public init(name: String, opset: Int = 13, irVersion: Int = 8) {
    self.name = name
    self.opset = opset
    self.irVersion = irVersion
  }

  /// Declares an input, e.g. of shape `["batch", 95]`.
  @discardableResult
  public mutating func input(
    _ name: String, _ elementType: ONNXElementType, shape: [ONNXDimension]
  ) -> String {
    inputs.append(ONNXValue(name: name, elementType: elementType, shape: shape))
    return name
  }

  /// Declares a value that was computed to be an output.
  public mutating func output(
    _ name: String, _ elementType: ONNXElementType, shape: [ONNXDimension]
  ) {
    outputs.append(ONNXValue(name: name, elementType: elementType, shape: shape))
  }

  /// Adds a constant tensor.
  @discardableResult
  public mutating func initializer(_ tensor: ONNXTensor) -> String {
    initializers.append(tensor)
    return tensor.name
  }

  /// Adds a constant tensor of single-precision numbers.
  @discardableResult
  public mutating func initializer(
    _ name: String, _ elements: [Float], shape: [Int]
  ) -> String { initializer(ONNXTensor(name, elements, shape: shape)) }

  /// Adds a constant tensor of double-precision numbers.
  @discardableResult
  public mutating func initializer(
    _ name: String, _ elements: [Double], shape: [Int]
  ) -> String { initializer(ONNXTensor(name, elements, shape: shape)) }

  /// Adds a constant tensor of integers.
  @discardableResult
  public mutating func initializer(
    _ name: String, _ elements: [Int64], shape: [Int]
  ) -> String { initializer(ONNXTensor(name, elements, shape: shape)) }

  /// Adds an operation.
  ///
  /// - Parameters:
  ///   - operatorType: the operator, e.g. `Gemm`.
  ///   - operands: names of the inputs; empty for an optional one that is left out.
  ///   - output: name of the result; by default made from the operator and a number.
  ///   - attributes: constants of the operator.
  /// - Returns: the name of the result.
  @discardableResult
  public mutating func add(
    _ operatorType: String, _ operands: [String], output: String? = nil,
    attributes: [String: ONNXAttribute] = [:]
  ) -> String {
    let label = "\(operatorType)_\(nodes.count)"
    let result = output ?? label
    nodes.append(
      ONNXNode(
        name: label, operatorType: operatorType, inputs: operands, outputs: [result],
        attributes: attributes))
    return result
  }

  /// Adds a conversion to another element type.
  @discardableResult
  public mutating func cast(
    _ operand: String, to type: ONNXElementType, output: String? = nil
  ) -> String {
    add("Cast", [operand], output: output, attributes: ["to": .int(type.code)])
  }

  /// The finished model.
  ///
  /// - Throws: ``ONNXError/invalidGraph(reason:)`` if a name is defined twice or used before it
  ///   is defined.
  public func build() throws -> ONNXModel {
    let model = ONNXModel(
      graphName: name, inputs: inputs, outputs: outputs, initializers: initializers,
      nodes: nodes, metadata: metadata, documentation: documentation,
      producerName: producerName, producerVersion: producerVersion, opset: opset,
      irVersion: irVersion)
    try model.validate()
    return model
  }
}
