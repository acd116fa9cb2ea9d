internal import NeuralNetworks
internal import NumericalCore
internal import ONNX

/// Networks as operators.
extension SurrogateGraph {
  /// The outputs of a network, batch x outputs in double precision.
  ///
  /// - Parameter prefix: what the names of its constants begin with.
  mutating func addNetwork(
    _ network: SurrogateNetwork, _ inputs: String, prefix: String = ""
  ) -> String {
    switch network {
    case .float(let network):
      let single = singlePrecision(inputs)
      let output = Self.addLayers(network, single, prefix: prefix, &builder) {
        $0.initializer($1, $2, shape: $3)
      }
      return builder.cast(output, to: .float64)
    case .double(let network):
      return Self.addLayers(network, inputs, prefix: prefix, &builder) {
        $0.initializer($1, $2, shape: $3)
      }
    }
  }

  /// The inputs in single precision, cast once for all networks.
  private mutating func singlePrecision(_ inputs: String) -> String {
    if let known = singles[inputs] { return known }
    let result = builder.cast(inputs, to: .float32)
    singles[inputs] = result
    return result
  }

  private static func addLayers<Scalar: NetworkScalar>(
    _ network: MultilayerPerceptron<Scalar>, _ input: String, prefix: String,
    _ graph: inout ONNXGraphBuilder,
    _ constant: (inout ONNXGraphBuilder, String, [Scalar], [Int]) -> String
  ) -> String {
    var value = input
    for (i, layer) in network.layers.enumerated() {
      let weights = constant(
        &graph, "\(prefix)layer\(i).weight", network.weights(ofLayer: i).elements,
        [layer.inputs, layer.outputs])
      let biases = constant(
        &graph, "\(prefix)layer\(i).bias", network.biases(ofLayer: i), [layer.outputs])
      value = graph.add("Gemm", [value, weights, biases])
      value = addActivation(layer.activation, value, label: "\(prefix)layer\(i)", &graph, constant)
    }
    return value
  }

  /// The constants λ and λα of SELU, as in the network's own kernels.
  private static let seluScale = 1.0507009873554804934
  private static let seluScaleAlpha = 1.0507009873554804934 * 1.6732632423543772848

  /// Attributes of operators are single precision: in double precision, SELU and leaky ReLU are put
  /// together from operators without any.
  private static func addActivation<Scalar: NetworkScalar>(
    _ activation: Activation, _ x: String, label: String, _ graph: inout ONNXGraphBuilder,
    _ constant: (inout ONNXGraphBuilder, String, [Scalar], [Int]) -> String
  ) -> String {
    switch activation {
    case .linear: return x
    case .selu where Scalar.self == Double.self:
      // λ relu(x) + λα (elu(x) - relu(x)).
      let scale = constant(&graph, "\(label).selu_scale", [Scalar(seluScale)], [1])
      let bend = constant(&graph, "\(label).selu_bend", [Scalar(seluScaleAlpha)], [1])
      let positive = graph.add("Relu", [x])
      let negative = graph.add("Sub", [graph.add("Elu", [x]), positive])
      return graph.add(
        "Add", [graph.add("Mul", [positive, scale]), graph.add("Mul", [negative, bend])])
    case .selu: return graph.add("Selu", [x])
    case .elu: return graph.add("Elu", [x])
    case .relu: return graph.add("Relu", [x])
    case .leakyRelu where Scalar.self == Double.self:
      // relu(x) + 0.01 (x - relu(x)).
      let slope = constant(&graph, "\(label).leak", [Scalar(0.01)], [1])
      let positive = graph.add("Relu", [x])
      return graph.add(
        "Add", [positive, graph.add("Mul", [graph.add("Sub", [x, positive]), slope])])
    case .leakyRelu: return graph.add("LeakyRelu", [x], attributes: ["alpha": .float(0.01)])
    case .tanh: return graph.add("Tanh", [x])
    case .softplus: return graph.add("Softplus", [x])
    case .sigmoid: return graph.add("Sigmoid", [x])
    case .silu: return graph.add("Mul", [x, graph.add("Sigmoid", [x])])
    case .gelu:
      let root = constant(&graph, "\(label).sqrt_half", [Scalar(0.5.squareRoot())], [1])
      let half = constant(&graph, "\(label).half", [Scalar(0.5)], [1])
      let one = constant(&graph, "\(label).one", [Scalar(1)], [1])
      // ONNX Runtime has the error function in single precision only.
      let argument = graph.add("Mul", [x, root])
      let erf =
        Scalar.self == Double.self
        ? graph.cast(graph.add("Erf", [graph.cast(argument, to: .float32)]), to: .float64)
        : graph.add("Erf", [argument])
      return graph.add("Mul", [graph.add("Mul", [x, half]), graph.add("Add", [erf, one])])
    }
  }
}
