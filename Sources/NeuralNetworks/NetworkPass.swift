internal import NumericalCore

/// Forward and backward passes of one block of rows, on memory that the caller owns.
///
/// Either the block is the work of one thread, one part of several; or matrix products run on the
/// threads of the BLAS library, and elementwise work is split over rows (forward) or columns
/// (backward), so that no sum of it depends on the number of threads.
struct NetworkPass<Scalar: NetworkScalar> {
  let plan: NetworkPlan
  let parameters: UnsafePointer<Scalar>
  let buffer: UnsafeMutablePointer<Scalar>
  /// What is dropped from the outputs of hidden layers; `nil` outside of training steps.
  var dropout: DropoutMask?
  /// What normalises hidden layers over the rows; `nil` outside of training steps.
  var normalization: BatchNormalizationStep<Scalar>?
  /// The place of the first row in its batch.
  var firstRow = 0

  /// Fewest elements that are worth a thread.
  static var grain: Int { 16384 }

  /// The output of the last layer, rows x outputs.
  var prediction: UnsafeMutablePointer<Scalar> { buffer + plan.outputs[plan.layers.count - 1] }

  /// The error with respect to the prediction, from which a backward pass starts.
  var predictionError: UnsafeMutablePointer<Scalar> { error(plan.layers.count - 1) }

  /// The errors of a layer, rows x outputs.
  func error(_ index: Int) -> UnsafeMutablePointer<Scalar> { buffer + plan.errors[index] }

  /// The derivatives with respect to a layer's biases; `nil` outside of training.
  func biasGradient(_ index: Int) -> UnsafeMutablePointer<Scalar>? {
    plan.biasGradients.isEmpty ? nil : buffer + plan.biasGradients[index]
  }

  /// Computes ``prediction`` for a block of inputs.
  func forward(_ input: UnsafePointer<Scalar>, rows: Int) {
    var source = input
    for index in plan.layers.indices {
      let output = buffer + plan.outputs[index]
      multiply(source, byWeightsOf: plan.layers[index], into: output, rows: rows)
      normalize(index, output, rows: rows)
      activate(index, output, rows: rows)
      source = UnsafePointer(output)
    }
  }

  /// Carries ``predictionError`` back through all layers, in training with the derivatives by the
  /// biases.
  ///
  /// - Parameter inputGradient: receives the derivatives with respect to the inputs, rows x inputs.
  func backward(rows: Int, inputGradient: UnsafeMutablePointer<Scalar>?) {
    for index in plan.layers.indices.reversed() {
      deactivate(index, rows: rows)
      backpropagateNormalization(index, rows: rows)
      if let destination = index == 0 ? inputGradient : error(index - 1) {
        multiply(
          error(index), byTransposedWeightsOf: plan.layers[index], into: destination, rows: rows)
      }
    }
  }

  /// `output = source W`.
  func multiply(
    _ source: UnsafePointer<Scalar>, byWeightsOf layer: NetworkLayer,
    into output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    let weights = parameters + layer.weights.lowerBound
    if layer.outputs == 1 {
      clear(output, rows)
      Scalar.gemv(
        .none, rows: rows, columns: layer.inputs, alpha: 1, a: source, strideA: layer.inputs,
        x: weights, beta: 0, y: output)
    } else if rows == 1 {
      clear(output, layer.outputs)
      Scalar.gemv(
        .transposed, rows: layer.inputs, columns: layer.outputs, alpha: 1, a: weights,
        strideA: layer.outputs, x: source, beta: 0, y: output)
    } else {
      Scalar.gemm(
        .none, .none, m: rows, n: layer.outputs, k: layer.inputs, alpha: 1, a: source,
        strideA: layer.inputs, b: weights, strideB: layer.outputs, beta: 0, c: output,
        strideC: layer.outputs)
    }
  }

  /// `output = error Wᵀ`.
  func multiply(
    _ error: UnsafePointer<Scalar>, byTransposedWeightsOf layer: NetworkLayer,
    into output: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    let weights = parameters + layer.weights.lowerBound
    if layer.outputs == 1 {
      let error = SharedRows(error)
      let weights = SharedRows(weights)
      let output = DisjointRows(output)
      parallelFor(rows, grain: max(1, Self.grain / layer.inputs)) { part in
        Scalar.outerProduct(
          rows: part.count, columns: layer.inputs, stride: layer.inputs,
          error.base + part.lowerBound, weights.base,
          product: output.base + part.lowerBound * layer.inputs)
      }
    } else if rows == 1 {
      clear(output, layer.inputs)
      Scalar.gemv(
        .none, rows: layer.inputs, columns: layer.outputs, alpha: 1, a: weights,
        strideA: layer.outputs, x: error, beta: 0, y: output)
    } else {
      Scalar.gemm(
        .none, .transposed, m: rows, n: layer.inputs, k: layer.outputs, alpha: 1, a: error,
        strideA: layer.outputs, b: weights, strideB: layer.outputs, beta: 0, c: output,
        strideC: layer.inputs)
    }
  }

  /// The derivatives with respect to the weights that lead from some of a layer's inputs; call after
  /// a backward pass.
  ///
  /// - Parameters:
  ///   - units: the inputs of the layer.
  ///   - input: the inputs of the network in the last forward pass; in training on gradients the
  ///     directions follow.
  ///   - adding: whether to add to what is there.
  ///   - gradient: inputs x outputs of the whole layer.
  func weightGradient(
    _ index: Int, units: Range<Int>, _ input: UnsafePointer<Scalar>, rows: Int, adding: Bool,
    into gradient: UnsafeMutablePointer<Scalar>
  ) {
    let layer = plan.layers[index]
    let source = index == 0 ? input : UnsafePointer(buffer + plan.outputs[index - 1])
    let first = source + units.lowerBound
    let result = gradient + units.lowerBound * layer.outputs
    let rows = plan.hasTangents ? 2 * rows : rows
    if layer.outputs == 1 {
      if !adding { clear(result, units.count) }
      Scalar.gemv(
        .transposed, rows: rows, columns: units.count, alpha: 1, a: first, strideA: layer.inputs,
        x: error(index), beta: adding ? 1 : 0, y: result)
    } else {
      Scalar.gemm(
        .transposed, .none, m: units.count, n: layer.outputs, k: rows, alpha: 1, a: first,
        strideA: layer.inputs, b: error(index), strideB: layer.outputs, beta: adding ? 1 : 0,
        c: result, strideC: layer.outputs)
    }
  }

  /// What is dropped from a layer's outputs; `nil` for the last layer.
  func mask(ofLayer index: Int) -> DropoutMask? {
    index < plan.layers.count - 1 ? dropout : nil
  }

  /// Adds the biases and applies the activation, in place.
  private func activate(_ index: Int, _ output: UnsafeMutablePointer<Scalar>, rows: Int) {
    let layer = plan.layers[index]
    let width = layer.outputs
    let bias = SharedRows(parameters + layer.biases.lowerBound)
    let kept = plan.derivatives[index]
    let derivative = kept < 0 ? nil : DisjointRows(buffer + kept)
    let output = DisjointRows(output)
    let mask = mask(ofLayer: index)
    let firstRow = firstRow
    parallelFor(rows, grain: max(1, Self.grain / width)) { part in
      let start = part.lowerBound * width
      Scalar.applyActivation(
        layer.activation, rows: part.count, columns: width, stride: width, bias: bias.base,
        x: output.base + start, derivative: derivative.map { $0.base + start })
      if let mask, let derivative {
        Scalar.dropOut(
          rows: part.shifted(by: firstRow), columns: width, layer: index, mask,
          x: output.base + start,
          first: derivative.base + start, second: nil)
      }
    }
  }

  /// Multiplies the error by the derivative of the activation and sums it for the biases.
  private func deactivate(_ index: Int, rows: Int) {
    let layer = plan.layers[index]
    let gradient = biasGradient(index)
    if layer.activation == .linear && gradient == nil { return }
    let isStored = plan.derivatives[index] >= 0
    let kept = isStored ? plan.derivatives[index] : plan.outputs[index]
    let output = SharedRows(UnsafePointer(buffer + kept))
    let error = DisjointRows(error(index))
    let biases = gradient.map { DisjointRows($0) }
    parallelFor(layer.outputs, grain: max(16, Self.grain / rows)) { part in
      Scalar.backpropagateActivation(
        isStored ? nil : layer.activation, rows: rows, columns: part.count, stride: layer.outputs,
        outputOrDerivative: output.base + part.lowerBound, delta: error.base + part.lowerBound,
        biasGradient: biases.map { $0.base + part.lowerBound })
    }
  }

  /// Sets elements to zero, because some libraries read `y` even when β = 0.
  func clear(_ pointer: UnsafeMutablePointer<Scalar>, _ count: Int) {
    UnsafeMutableRawPointer(pointer).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<Scalar>.stride)
  }
}

extension Range<Int> {
  /// The range `count` places further on.
  func shifted(by count: Int) -> Range { lowerBound + count..<upperBound + count }
}
