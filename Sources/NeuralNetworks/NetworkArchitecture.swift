/// The shape of a fully connected network: numbers of inputs, hidden units and outputs, and the
/// functions between them.
public struct NetworkArchitecture: Codable, Sendable, Hashable {
  /// Number of inputs.
  public let inputs: Int
  /// Number of units of each hidden layer; empty for a linear model.
  public let hiddenWidths: [Int]
  /// Number of outputs.
  public let outputs: Int
  /// The function after each hidden layer.
  public let activation: Activation
  /// The function after the last layer.
  public let outputActivation: Activation

  /// An architecture.
  ///
  /// - Precondition: all numbers are positive.
  public init(
    inputs: Int, hiddenWidths: [Int], outputs: Int = 1, activation: Activation = .selu,
    outputActivation: Activation = .linear
  ) {
    precondition(
      inputs > 0 && outputs > 0 && hiddenWidths.allSatisfy { $0 > 0 },
      "a layer needs at least one unit: \(inputs), \(hiddenWidths), \(outputs)")
    self.inputs = inputs
    self.hiddenWidths = hiddenWidths
    self.outputs = outputs
    self.activation = activation
    self.outputActivation = outputActivation
  }

  /// Reads an architecture; `outputs`, `activation` and `outputActivation` may be absent.
  ///
  /// - Throws: `NetworkError.invalidArchitecture` for numbers that are not positive.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let inputs = try fields.decode(Int.self, forKey: .inputs)
    let hiddenWidths = try fields.decode([Int].self, forKey: .hiddenWidths)
    let outputs = try fields.decodeIfPresent(Int.self, forKey: .outputs) ?? 1
    guard inputs > 0, outputs > 0, hiddenWidths.allSatisfy({ $0 > 0 }) else {
      throw NetworkError.invalidArchitecture(
        inputs: inputs, hiddenWidths: hiddenWidths, outputs: outputs)
    }
    self.init(
      inputs: inputs, hiddenWidths: hiddenWidths, outputs: outputs,
      activation: try fields.decodeIfPresent(Activation.self, forKey: .activation) ?? .selu,
      outputActivation: try fields.decodeIfPresent(Activation.self, forKey: .outputActivation)
        ?? .linear)
  }

  /// The layers from input to output, with the place of each in the parameter array.
  ///
  /// Layer after layer: its weights, inputs x outputs in row-major order (element `i * outputs + j`
  /// leads from input `i` to output `j`), then its biases.
  public var layers: [NetworkLayer] {
    var result: [NetworkLayer] = []
    var offset = 0
    var width = inputs
    for (index, next) in (hiddenWidths + [outputs]).enumerated() {
      let layer = NetworkLayer(
        inputs: width, outputs: next,
        activation: index == hiddenWidths.count ? outputActivation : activation, offset: offset)
      result.append(layer)
      offset = layer.biases.upperBound
      width = next
    }
    return result
  }

  /// Number of weights and biases.
  public var parameterCount: Int {
    var count = 0
    var width = inputs
    for next in hiddenWidths + [outputs] {
      count += (width + 1) * next
      width = next
    }
    return count
  }

  /// Number of units of all hidden layers.
  var hiddenUnits: Int { hiddenWidths.reduce(0, +) }

  /// The largest number of units of any layer, the output layer included.
  var largestWidth: Int { max(outputs, hiddenWidths.max() ?? 0) }
}

extension NetworkArchitecture: CustomStringConvertible {
  /// The widths and the activation, e.g. `95-500-500-1 selu`.
  public var description: String {
    ([inputs] + hiddenWidths + [outputs]).map(String.init).joined(separator: "-")
      + " \(activation.rawValue)"
  }
}

/// One layer of a network: `f(x W + b)`, and where its parameters lie.
public struct NetworkLayer: Sendable, Hashable {
  /// Number of inputs, the rows of the weight matrix W.
  public let inputs: Int
  /// Number of outputs, the columns of W.
  public let outputs: Int
  /// The function f.
  public let activation: Activation
  /// The place of W in the network's parameter array, row-major.
  public let weights: Range<Int>
  /// The place of the biases b.
  public let biases: Range<Int>

  init(inputs: Int, outputs: Int, activation: Activation, offset: Int) {
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    weights = offset..<offset + inputs * outputs
    biases = weights.upperBound..<weights.upperBound + outputs
  }
}
