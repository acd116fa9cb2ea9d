/// A model in the ONNX format: a graph of operations with constant tensors, and what is known
/// about it.
///
/// Made by ``ONNXGraphBuilder`` or read from a file; evaluated by ``ONNXInterpreter``.
public struct ONNXModel: Sendable, Equatable {
  /// Name of the graph.
  public var graphName: String
  /// What the caller provides, in order.
  public var inputs: [ONNXValue]
  /// What the graph computes, in order.
  public var outputs: [ONNXValue]
  /// Constant tensors, in the order of the file.
  public var initializers: [ONNXTensor]
  /// Operations, each after those whose results it uses.
  public var nodes: [ONNXNode]
  /// Free text about the model, by key.
  public var metadata: [String: String]
  /// A description for people.
  public var documentation: String
  /// The program that wrote the model.
  public var producerName: String
  /// The version of that program.
  public var producerVersion: String
  /// Version of the standard operator set.
  public var opset: Int
  /// Version of the file format.
  public var irVersion: Int

  /// The initializer of a name.
  ///
  /// - Throws: ``ONNXError/missingTensor(name:present:)``.
  public func initializer(_ name: String) throws -> ONNXTensor {
    guard let tensor = initializers.first(where: { $0.name == name }) else {
      throw ONNXError.missingTensor(name: name, present: initializers.map(\.name))
    }
    return tensor
  }

  /// Checks that every name is defined once, before it is used, and that the outputs are
  /// computed.
  ///
  /// - Throws: ``ONNXError/invalidGraph(reason:)`` naming the node and the name.
  public func validate() throws {
    var defined: Set<String> = []
    func define(_ name: String, by what: String) throws {
      guard defined.insert(name).inserted else {
        throw ONNXError.invalidGraph(reason: "'\(name)' is defined twice, again by \(what)")
      }
    }
    let constants = Set(initializers.map(\.name))
    for tensor in initializers { try define(tensor.name, by: "an initializer") }
    // Old files list the initializers among the inputs, too.
    for input in inputs where !constants.contains(input.name) {
      try define(input.name, by: "an input")
    }
    for node in nodes {
      for name in node.inputs where !name.isEmpty && !defined.contains(name) {
        throw ONNXError.invalidGraph(
          reason: "node '\(node.name)' (\(node.operatorType)) uses '\(name)', "
            + "which nothing before it defines")
      }
      for name in node.outputs where !name.isEmpty {
        try define(name, by: "node '\(node.name)'")
      }
    }
    for output in outputs where !defined.contains(output.name) {
      throw ONNXError.invalidGraph(reason: "nothing computes the output '\(output.name)'")
    }
  }
}
