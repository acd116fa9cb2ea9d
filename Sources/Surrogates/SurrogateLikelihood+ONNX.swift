public import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
public import ONNX

/// The ONNX form of a surrogate: standard operators only, from physical parameters (`parameters`,
/// shape batch x d) to the log-posterior (`logpdf`, shape batch), with bounds, whitening,
/// quadratic part and standardisation inside. Names, ranges, prior and provenance are in the
/// metadata; the same file is read back as a surrogate.
///
/// In double precision the file gives the numbers of ``SurrogateLikelihood`` to rounding, but for
/// GELU, whose error function runtimes know in single precision only (about 1e-7).
extension SurrogateLikelihood {
  /// Name of the graph's input.
  public static let inputName = "parameters"
  /// Name of the graph's output.
  public static let outputName = "logpdf"
  static let metadataKey = "dnnlikelihood.surrogate"

  /// The surrogate as an ONNX model.
  ///
  /// - Parameter interface: the element type of input and output. Double precision keeps
  ///   differences of log densities; the network itself keeps its own precision.
  /// - Throws: `ONNXError`.
  public func onnxModel(interface: ONNXElementType = .float64) throws -> ONNXModel {
    // From opset 18 on, runtimes know all our activations in double precision too.
    var graph = ONNXGraphBuilder(name: "dnnlikelihood", opset: 18, irVersion: 8)
    let d = parameters.count
    graph.documentation =
      "Log-posterior of \(d) parameters. Input '\(Self.inputName)': one point a row, columns in "
      + "the order of the metadata 'parameter_names'. Output '\(Self.outputName)': the natural "
      + "logarithm of the density, -inf outside the bounds."
    graph.producerName = "DNNLikelihood for Swift"
    graph.producerVersion = provenance["version"] ?? ""
    graph.metadata = try metadata()
    graph.input(Self.inputName, interface, shape: ["batch", .fixed(d)])
    let x =
      interface == .float64
      ? Self.inputName : graph.cast(Self.inputName, to: .float64)
    let z = addWhitening(x, &graph)
    let network = addNetwork(addFeatures(x, z, &graph), &graph)
    let sum = addTarget(network, z, &graph)
    let guarded = addBounds(sum, x, &graph)
    let axes = graph.initializer("axis1", [Int64(1)], shape: [1])
    let flat = graph.add(
      "Squeeze", [guarded, axes], output: interface == .float64 ? Self.outputName : nil)
    if interface != .float64 { graph.cast(flat, to: interface, output: Self.outputName) }
    graph.output(Self.outputName, interface, shape: ["batch"])
    return try graph.build()
  }

  /// Writes the ONNX file.
  public func write(to url: URL, interface: ONNXElementType = .float64) throws {
    try onnxModel(interface: interface).write(to: url)
  }

  private func addWhitening(_ x: String, _ graph: inout ONNXGraphBuilder) -> String {
    let d = parameters.count
    let center = graph.initializer("center", preconditioner.center, shape: [1, d])
    let centred = graph.add("Sub", [x, center])
    guard let whitening = preconditioner.whitening else { return centred }
    let matrix = graph.initializer(
      "whitening_transposed", whitening.transposed().elements, shape: [d, d])
    return graph.add("MatMul", [centred, matrix])
  }

  /// The network's inputs: z, and the distances from the kinks.
  private func addFeatures(
    _ x: String, _ z: String, _ graph: inout ONNXGraphBuilder
  ) -> String {
    let kinks = preconditioner.kinks
    guard !kinks.isEmpty else { return z }
    let indices = graph.initializer(
      "kink_index", kinks.map { Int64($0.index) }, shape: [kinks.count])
    let position = graph.initializer(
      "kink_position", kinks.map(\.position), shape: [1, kinks.count])
    let scale = graph.initializer("kink_scale", kinks.map(\.scale), shape: [1, kinks.count])
    let chosen = graph.add("Gather", [x, indices], attributes: ["axis": .int(1)])
    let distance = graph.add("Abs", [graph.add("Sub", [chosen, position])])
    return graph.add(
      "Concat", [z, graph.add("Div", [distance, scale])], attributes: ["axis": .int(1)])
  }

  private func addNetwork(_ z: String, _ graph: inout ONNXGraphBuilder) -> String {
    switch network {
    case .float(let network):
      let output = Self.addLayers(network, graph.cast(z, to: .float32), &graph) {
        $0.initializer($1, $2, shape: $3)
      }
      return graph.cast(output, to: .float64)
    case .double(let network):
      return Self.addLayers(network, z, &graph) { $0.initializer($1, $2, shape: $3) }
    }
  }

  private static func addLayers<Scalar: NetworkScalar>(
    _ network: MultilayerPerceptron<Scalar>, _ input: String, _ graph: inout ONNXGraphBuilder,
    _ constant: (inout ONNXGraphBuilder, String, [Scalar], [Int]) -> String
  ) -> String {
    var value = input
    for (i, layer) in network.layers.enumerated() {
      let weights = constant(
        &graph, "layer\(i).weight", network.weights(ofLayer: i).elements,
        [layer.inputs, layer.outputs])
      let biases = constant(
        &graph, "layer\(i).bias", network.biases(ofLayer: i), [layer.outputs])
      value = graph.add("Gemm", [value, weights, biases])
      value = addActivation(layer.activation, value, layer: i, &graph, constant)
    }
    return value
  }

  /// The constants λ and λα of SELU, as in the network's own kernels.
  private static let seluScale = 1.0507009873554804934
  private static let seluScaleAlpha = 1.0507009873554804934 * 1.6732632423543772848

  /// Attributes of operators are single precision: in double precision, SELU and leaky ReLU are put
  /// together from operators without any.
  private static func addActivation<Scalar: NetworkScalar>(
    _ activation: Activation, _ x: String, layer: Int, _ graph: inout ONNXGraphBuilder,
    _ constant: (inout ONNXGraphBuilder, String, [Scalar], [Int]) -> String
  ) -> String {
    switch activation {
    case .linear: return x
    case .selu where Scalar.self == Double.self:
      // λ relu(x) + λα (elu(x) - relu(x)).
      let scale = constant(&graph, "layer\(layer).selu_scale", [Scalar(seluScale)], [1])
      let bend = constant(&graph, "layer\(layer).selu_bend", [Scalar(seluScaleAlpha)], [1])
      let positive = graph.add("Relu", [x])
      let negative = graph.add("Sub", [graph.add("Elu", [x]), positive])
      return graph.add(
        "Add", [graph.add("Mul", [positive, scale]), graph.add("Mul", [negative, bend])])
    case .selu: return graph.add("Selu", [x])
    case .elu: return graph.add("Elu", [x])
    case .relu: return graph.add("Relu", [x])
    case .leakyRelu where Scalar.self == Double.self:
      // relu(x) + 0.01 (x - relu(x)).
      let slope = constant(&graph, "layer\(layer).leak", [Scalar(0.01)], [1])
      let positive = graph.add("Relu", [x])
      return graph.add(
        "Add", [positive, graph.add("Mul", [graph.add("Sub", [x, positive]), slope])])
    case .leakyRelu: return graph.add("LeakyRelu", [x], attributes: ["alpha": .float(0.01)])
    case .tanh: return graph.add("Tanh", [x])
    case .softplus: return graph.add("Softplus", [x])
    case .sigmoid: return graph.add("Sigmoid", [x])
    case .silu: return graph.add("Mul", [x, graph.add("Sigmoid", [x])])
    case .gelu:
      let root = constant(&graph, "layer\(layer).sqrt_half", [Scalar(0.5.squareRoot())], [1])
      let half = constant(&graph, "layer\(layer).half", [Scalar(0.5)], [1])
      let one = constant(&graph, "layer\(layer).one", [Scalar(1)], [1])
      // ONNX Runtime has the error function in single precision only.
      let argument = graph.add("Mul", [x, root])
      let erf =
        Scalar.self == Double.self
        ? graph.cast(graph.add("Erf", [graph.cast(argument, to: .float32)]), to: .float64)
        : graph.add("Erf", [argument])
      return graph.add("Mul", [graph.add("Mul", [x, half]), graph.add("Add", [erf, one])])
    }
  }

  /// Standardisation undone and the quadratic part added.
  private func addTarget(
    _ network: String, _ z: String, _ graph: inout ONNXGraphBuilder
  ) -> String {
    let scale = graph.initializer("target_scale", [preconditioner.targetScale], shape: [1])
    let mean = graph.initializer("target_mean", [preconditioner.targetMean], shape: [1])
    let residual = graph.add("Add", [graph.add("Mul", [network, scale]), mean])
    guard let peak = preconditioner.peak else { return residual }
    let axes = graph.initializer("quadratic_axis", [Int64(1)], shape: [1])
    let squares = graph.add(
      "ReduceSum", [graph.add("Mul", [z, z]), axes], attributes: ["keepdims": .int(1)])
    let half = graph.initializer("minus_half", [-0.5], shape: [1])
    let top = graph.initializer("peak", [peak], shape: [1])
    let quadratic = graph.add("Add", [graph.add("Mul", [squares, half]), top])
    return graph.add("Add", [quadratic, residual])
  }

  /// -∞ where a parameter is not inside its bounds.
  private func addBounds(
    _ value: String, _ x: String, _ graph: inout ONNXGraphBuilder
  ) -> String {
    let d = parameters.count
    let bounds = parameters.parameters
    // Strict comparisons with the next numbers outside, because runtimes make GreaterOrEqual of a
    // NaN true. Infinite bounds, too: then NaN and infinities give -∞ as in Swift.
    let lower = graph.initializer("lower_bounds", bounds.map(\.lower.nextDown), shape: [1, d])
    let upper = graph.initializer("upper_bounds", bounds.map(\.upper.nextUp), shape: [1, d])
    let inside = graph.add(
      "And", [graph.add("Greater", [x, lower]), graph.add("Less", [x, upper])])
    let axes = graph.initializer("bounds_axis", [Int64(1)], shape: [1])
    let all = graph.add(
      "ReduceMin", [graph.cast(inside, to: .float64), axes], attributes: ["keepdims": .int(1)])
    let half = graph.initializer("half", [0.5], shape: [1])
    let outside = graph.initializer("minus_infinity", [-Double.infinity], shape: [1])
    return graph.add("Where", [graph.add("Greater", [all, half]), value, outside])
  }

  private func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let record = SurrogateRecord(
      parameters: parameters, architecture: network.architecture,
      precision: network.precision, hasWhitening: preconditioner.whitening != nil,
      peak: preconditioner.peak, targetMean: preconditioner.targetMean,
      targetScale: preconditioner.targetScale,
      kinks: preconditioner.kinks.isEmpty ? nil : preconditioner.kinks, prior: prior,
      provenance: provenance)
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    var result = provenance
    result[Self.metadataKey] = try text(record)
    result["parameter_names"] = try text(parameters.names)
    result["output"] = "log-posterior (natural logarithm)"
    return result
  }
}

/// What of a surrogate is not in the tensors of its file.
private struct SurrogateRecord: Codable {
  var parameters: ParameterSpace
  var architecture: NetworkArchitecture
  var precision: TrainingRecipe.Precision
  var hasWhitening: Bool
  var peak: Double?
  var targetMean: Double
  var targetScale: Double
  var kinks: [Preconditioner.Kink]?
  var prior: ProductPrior?
  var provenance: [String: String]
}

extension SurrogateNetwork {
  fileprivate var precision: TrainingRecipe.Precision {
    if case .float = self { return .float32 }
    return .float64
  }
}

// MARK: - Reading

extension SurrogateLikelihood {
  /// Reads a surrogate from a file that ``write(to:interface:)`` made.
  ///
  /// - Throws: `ONNXError` for a file that is no ONNX model, ``SurrogateFileError`` for a model of
  ///   another program or one whose parts do not fit each other.
  public init(reading url: URL) throws {
    let model = try ONNXModel(reading: url)
    guard let text = model.metadata[Self.metadataKey] else {
      throw SurrogateFileError(
        file: url, problem: "it has no metadata '\(Self.metadataKey)': not made by dnnlik")
    }
    let record: SurrogateRecord
    do {
      record = try JSONDecoder().decode(SurrogateRecord.self, from: Data(text.utf8))
    } catch {
      throw SurrogateFileError(
        file: url, problem: "its metadata '\(Self.metadataKey)' cannot be read: \(error)")
    }
    do {
      try self.init(record, model)
    } catch {
      throw SurrogateFileError(file: url, problem: "\(error)")
    }
  }

  private init(_ record: SurrogateRecord, _ model: ONNXModel) throws {
    let d = record.parameters.count
    func numbers(_ name: String, shape: [Int]) throws -> [Double] {
      let tensor = try model.initializer(name)
      guard tensor.shape == shape else {
        throw ONNXError.wrongShape(tensor: name, expected: "\(shape)", found: tensor.shape)
      }
      return tensor.doubles()
    }
    let kinks = record.kinks ?? []
    guard kinks.allSatisfy({ (0..<d).contains($0.index) }) else {
      throw NetworkError.shape(
        field: "kinks", expected: "positions of \(d) parameters",
        found: "\(kinks.map(\.index))")
    }
    guard record.architecture.inputs == d + kinks.count, record.architecture.outputs == 1 else {
      throw NetworkError.shape(
        field: "network", expected: "\(d + kinks.count) inputs and 1 output",
        found: "\(record.architecture.inputs) and \(record.architecture.outputs)")
    }
    if let prior = record.prior, prior.factors.count != d {
      throw NetworkError.shape(
        field: "prior", expected: "\(d) factors", found: "\(prior.factors.count)")
    }
    let whitening =
      record.hasWhitening
      ? Matrix(
        rows: d, columns: d, elements: try numbers("whitening_transposed", shape: [d, d])
      ).transposed() : nil
    let preconditioner = Preconditioner(
      center: try numbers("center", shape: [1, d]), whitening: whitening,
      peak: record.peak, targetMean: record.targetMean, targetScale: record.targetScale,
      kinks: kinks)
    let network: SurrogateNetwork
    switch record.precision {
    case .float32:
      network = .float(try Self.network(record.architecture, model) { try $0.floats() })
    case .float64:
      network = .double(try Self.network(record.architecture, model) { $0.doubles() })
    }
    self.init(
      parameters: record.parameters, preconditioner: preconditioner, network: network,
      prior: record.prior, provenance: record.provenance)
  }

  private static func network<Scalar: NetworkScalar>(
    _ architecture: NetworkArchitecture, _ model: ONNXModel,
    _ elements: (ONNXTensor) throws -> [Scalar]
  ) throws -> MultilayerPerceptron<Scalar> {
    var parameters: [Scalar] = []
    for i in architecture.layers.indices {
      parameters += try elements(model.initializer("layer\(i).weight"))
      parameters += try elements(model.initializer("layer\(i).bias"))
    }
    return try MultilayerPerceptron(architecture, parameters: parameters)
  }
}

/// A file that is no surrogate.
public struct SurrogateFileError: Error, CustomStringConvertible {
  /// The file.
  public let file: URL
  /// What is wrong with it.
  public let problem: String

  public var description: String { "\(file.path) is not a surrogate: \(problem)" }
}
