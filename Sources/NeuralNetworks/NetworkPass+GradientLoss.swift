internal import NumericalCore

/// The passes of training on values and gradients.
///
/// For a loss that contains v · ∇f with a direction v for every row, the derivatives with respect
/// to the weights are those of the directional derivative of f along v: v is carried forward
/// through the network as a tangent, and value and tangent are carried back together
/// (forward-over-reverse; Pearlmutter, Neural Computation 6 (1994) 147). The adjoint of the
/// tangent is the slope that the first backward pass has left in every layer, so that it is not
/// computed again; the two products for the gradient of a weight matrix are one of twice as many
/// rows.
extension NetworkPass {
  /// Tangents of a layer's outputs, behind `rows` rows of outputs.
  private func tangent(_ index: Int, rows: Int) -> UnsafeMutablePointer<Scalar> {
    buffer + plan.outputs[index] + rows * plan.layers[index].outputs
  }

  /// Slopes of the network's output by a layer's arguments, behind `rows` rows of errors.
  private func slope(_ index: Int, rows: Int) -> UnsafeMutablePointer<Scalar> {
    error(index) + rows * plan.layers[index].outputs
  }

  private func first(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    buffer + plan.firstDerivatives[index]
  }

  private func second(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    buffer + plan.secondDerivatives[index]
  }

  /// Computes ``prediction`` and keeps the first two derivatives of every activation.
  func forwardWithCurvature(_ input: UnsafePointer<Scalar>, rows: Int) {
    var source = input
    for (index, layer) in plan.layers.enumerated() {
      let output = buffer + plan.outputs[index]
      multiply(source, byWeightsOf: layer, into: output, rows: rows)
      let width = layer.outputs
      let bias = SharedRows(parameters + layer.biases.lowerBound)
      let x = DisjointRows(output)
      let first = DisjointRows(first(index))
      let second = DisjointRows(second(index))
      let mask = mask(ofLayer: index)
      let firstRow = firstRow
      parallelFor(rows, grain: max(1, Self.grain / width)) { part in
        let start = part.lowerBound * width
        Scalar.applyActivationWithCurvature(
          layer.activation, rows: part.count, columns: width, bias: bias.base, x: x.base + start,
          first: first.base + start, second: second.base + start)
        if let mask {
          Scalar.dropOut(
            rows: part.shifted(by: firstRow), columns: width, layer: index, mask, x: x.base + start,
            first: first.base + start, second: second.base + start)
        }
      }
      source = UnsafePointer(output)
    }
  }

  /// The derivatives of the one output with respect to the inputs, rows x inputs; call after
  /// ``forwardWithCurvature(_:rows:)``.
  func inputSlopes(into inputGradient: UnsafeMutablePointer<Scalar>, rows: Int) {
    let last = plan.layers.count - 1
    slope(last, rows: rows).update(repeating: 1, count: rows)
    for index in plan.layers.indices.reversed() {
      let layer = plan.layers[index]
      let error = slope(index, rows: rows)
      let slope = DisjointRows(error)
      let first = SharedRows(UnsafePointer(first(index)))
      let second = DisjointRows(second(index))
      parallelFor(rows * layer.outputs, grain: Self.grain) { part in
        let start = part.lowerBound
        Scalar.backpropagateSlope(
          count: part.count, first: first.base + start, second: second.base + start,
          slope: slope.base + start)
      }
      multiply(
        error, byTransposedWeightsOf: layer,
        into: index == 0 ? inputGradient : self.slope(index - 1, rows: rows), rows: rows)
    }
  }

  /// Carries ``predictionError`` and a direction for every row back through all layers, with the
  /// derivatives by the biases; call after ``inputSlopes(into:rows:)``.
  ///
  /// - Parameter input: the inputs, followed by as many rows of directions.
  func gradientBackward(_ input: UnsafePointer<Scalar>, rows: Int) {
    carryTangents(input + rows * plan.layers[0].inputs, rows: rows)
    for index in plan.layers.indices.reversed() {
      addCurvature(index, rows: rows)
      if index > 0 {
        multiply(
          error(index), byTransposedWeightsOf: plan.layers[index], into: error(index - 1),
          rows: rows)
      }
    }
  }

  private func carryTangents(_ direction: UnsafePointer<Scalar>, rows: Int) {
    var source = direction
    for (index, layer) in plan.layers.enumerated() {
      let output = tangent(index, rows: rows)
      multiply(source, byWeightsOf: layer, into: output, rows: rows)
      let tangent = DisjointRows(output)
      let first = SharedRows(UnsafePointer(first(index)))
      let second = DisjointRows(second(index))
      parallelFor(rows * layer.outputs, grain: Self.grain) { part in
        let start = part.lowerBound
        Scalar.applyTangent(
          count: part.count, first: first.base + start, second: second.base + start,
          tangent: tangent.base + start)
      }
      source = UnsafePointer(output)
    }
  }

  private func addCurvature(_ index: Int, rows: Int) {
    guard let sums = biasGradient(index) else { return }
    let width = plan.layers[index].outputs
    let error = DisjointRows(error(index))
    let biases = DisjointRows(sums)
    let first = SharedRows(UnsafePointer(first(index)))
    let second = SharedRows(UnsafePointer(second(index)))
    parallelFor(width, grain: max(16, Self.grain / rows)) { part in
      let start = part.lowerBound
      Scalar.backpropagateTangent(
        rows: rows, columns: part.count, stride: width, first: first.base + start,
        second: second.base + start, delta: error.base + start,
        biasGradient: biases.base + start)
    }
  }

  /// The sum over rows of |∇f − g|² by the coordinates.
  ///
  /// Call after ``forwardWithCurvature(_:rows:)``. Where `scale` is given, the rows behind the
  /// batch's inputs become the directions `scale · ∂/∂∇f` by the network's inputs.
  ///
  /// - Parameters:
  ///   - coordinates: number of coordinates, the first inputs.
  ///   - targets: rows x coordinates.
  ///   - slopes: rows x features, for the other inputs.
  ///   - directions: features x coordinates; `nil` without features.
  func sumGradientLoss(
    rows: Int, coordinates: Int, targets: UnsafePointer<Scalar>, slopes: UnsafePointer<Scalar>,
    directions: Matrix<Scalar>?, weights: UnsafePointer<Scalar>?, scale: Double?
  ) -> Double {
    let inputs = plan.layers[0].inputs
    let features = inputs - coordinates
    let gradient = buffer + plan.batchInputs + rows * inputs
    inputSlopes(into: gradient, rows: rows)
    func multiplyBySlopes() {
      Scalar.multiplyRows(
        rows: rows, columns: features, slopes, stride: features, into: gradient + coordinates,
        stride: inputs)
    }
    if let directions {
      multiplyBySlopes()
      directions.elements.withUnsafeBufferPointer { directions in
        guard let directions = directions.baseAddress else { return }
        Scalar.gemm(
          .none, .none, m: rows, n: coordinates, k: features, alpha: 1,
          a: gradient + coordinates, strideA: inputs, b: directions, strideB: coordinates, beta: 1,
          c: gradient, strideC: inputs)
      }
    }
    let sum = Scalar.sumGradientLoss(
      rows: rows, columns: coordinates, gradient: gradient, stride: inputs, target: targets,
      weights: weights, scale: scale ?? 0, direction: scale == nil ? nil : gradient,
      directionStride: inputs)
    if let directions, scale != nil {
      directions.elements.withUnsafeBufferPointer { directions in
        guard let directions = directions.baseAddress else { return }
        Scalar.gemm(
          .none, .transposed, m: rows, n: features, k: coordinates, alpha: 1, a: gradient,
          strideA: inputs, b: directions, strideB: coordinates, beta: 0,
          c: gradient + coordinates, strideC: inputs)
      }
      multiplyBySlopes()
    }
    return sum
  }
}

extension GradientTargets {
  /// The sum of the losses of a block of samples after a forward pass with curvature.
  func sumLoss(
    _ pass: NetworkPass<Scalar>, _ block: Range<Int>, _ weights: UnsafePointer<Scalar>?
  ) -> Double {
    gradients.elements.withUnsafeBufferPointer { targets in
      (features?.slopes.elements ?? []).withUnsafeBufferPointer { slopes in
        guard let targets = targets.baseAddress else { return .nan }
        // Without features no slope is read.
        let slopes = features.flatMap { features in
          slopes.baseAddress.map { $0 + block.lowerBound * features.slopes.columns }
        }
        return pass.sumGradientLoss(
          rows: block.count, coordinates: coordinates,
          targets: targets + block.lowerBound * coordinates, slopes: slopes ?? targets,
          directions: features?.directions, weights: weights, scale: nil)
      }
    }
  }
}
