internal import NumericalCore

extension MultilayerPerceptron {
  /// A network with random weights and zero biases.
  ///
  /// Weights are a function of the seed, the layer and the place in it alone. The output layer is
  /// drawn from the Glorot uniform distribution, hidden layers from `hidden`, which by default is
  /// the activation's ``Activation/defaultInitializer``.
  public init(
    _ architecture: NetworkArchitecture, seed: UInt64, hidden: WeightInitializer? = nil
  ) {
    self.architecture = architecture
    let layers = architecture.layers
    self.layers = layers
    var parameters = [Scalar](repeating: 0, count: architecture.parameterCount)
    let stream = RandomStream(seed: seed, purpose: "weights")
    parameters.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for (index, layer) in layers.enumerated() {
        let initializer: WeightInitializer =
          index == layers.count - 1
          ? .glorotUniform : hidden ?? architecture.activation.defaultInitializer
        let weights = DisjointRows(base + layer.weights.lowerBound)
        parallelFor(layer.inputs, grain: max(1, 4096 / layer.outputs)) { rows in
          for row in rows {
            var random = stream.sequence(step: index, walker: row)
            let values = (0..<layer.outputs).map { _ in
              initializer.draw(inputs: layer.inputs, outputs: layer.outputs, from: &random)
            }
            Scalar.store(values, at: weights.base + row * layer.outputs)
          }
        }
      }
    }
    self.parameters = parameters
  }
}
