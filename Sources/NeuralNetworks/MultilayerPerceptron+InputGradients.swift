public import NumericalCore

extension MultilayerPerceptron {
  /// The output and its derivatives with respect to the inputs, for every row.
  ///
  /// One forward and one backward pass for each block of rows.
  ///
  /// - Parameter inputs: points x inputs.
  /// - Returns: one value per point, and the gradients, points x inputs.
  /// - Precondition: the network has one output.
  public func valuesAndInputGradients(
    _ inputs: Matrix<Scalar>
  ) -> (values: [Scalar], gradients: Matrix<Scalar>) {
    var values = [Scalar].zeros(count: inputs.rows)
    var gradients = Matrix<Scalar>(
      rows: inputs.rows, columns: inputs.columns, elements: .zeros(count: inputs.elements.count))
    guard inputs.rows > 0 else { return (values, gradients) }
    var workspace = NetworkWorkspace<Scalar>(
      for: architecture, rows: min(inputs.rows, Self.blockRows), purpose: .inputGradients)
    valuesAndInputGradients(
      inputs, values: &values, gradients: &gradients, workspace: &workspace)
    return (values, gradients)
  }

  /// Writes the output and its derivatives with respect to the inputs, without allocating.
  ///
  /// - Parameters:
  ///   - inputs: points x inputs.
  ///   - values: one per point.
  ///   - gradients: points x inputs.
  ///   - workspace: memory for this architecture, made for `.inputGradients` or `.training`.
  /// - Precondition: the network has one output.
  public func valuesAndInputGradients(
    _ inputs: Matrix<Scalar>, values: inout [Scalar], gradients: inout Matrix<Scalar>,
    workspace: inout NetworkWorkspace<Scalar>
  ) {
    precondition(architecture.outputs == 1, "gradients are those of a network with one output")
    outputsAndInputGradients(
      inputs, outputs: &values, gradients: &gradients, workspace: &workspace
    ) { _, _, adjoints in
      for row in adjoints.indices { adjoints[row] = 1 }
    }
  }

  /// Writes all outputs, and the derivatives of a function of them with respect to the inputs,
  /// without allocating.
  ///
  /// - Parameters:
  ///   - inputs: points x inputs.
  ///   - outputs: points x outputs, row-major.
  ///   - gradients: points x inputs.
  ///   - workspace: memory for this architecture, made for `.inputGradients` or `.training`.
  ///   - adjoint: called for blocks of points with the outputs; sets the derivatives of the function
  ///     by them, in the same order.
  public func outputsAndInputGradients(
    _ inputs: Matrix<Scalar>, outputs: inout [Scalar], gradients: inout Matrix<Scalar>,
    workspace: inout NetworkWorkspace<Scalar>,
    adjoint: (Range<Int>, UnsafeBufferPointer<Scalar>, UnsafeMutableBufferPointer<Scalar>) -> Void
  ) {
    checkShapes(inputs, outputs.count, workspace)
    precondition(
      workspace.purpose == .inputGradients || workspace.purpose == .training,
      "the workspace has no room for gradients")
    precondition(
      gradients.rows == inputs.rows && gradients.columns == inputs.columns,
      "gradients have the shape of the inputs")
    let (columns, width) = (inputs.columns, architecture.outputs)
    outputs.withUnsafeMutableBufferPointer { outputs in
      gradients.elements.withUnsafeMutableBufferPointer { gradients in
        forEachBlock(of: inputs, workspace: &workspace) { pass, input, block in
          guard let outputs = outputs.baseAddress, let gradients = gradients.baseAddress else {
            return
          }
          pass.forward(input, rows: block.count)
          let count = block.count * width
          UnsafeMutableRawPointer(outputs + block.lowerBound * width).copyMemory(
            from: pass.prediction, byteCount: count * MemoryLayout<Scalar>.stride)
          adjoint(
            block, UnsafeBufferPointer(start: pass.prediction, count: count),
            UnsafeMutableBufferPointer(start: pass.predictionError, count: count))
          pass.backward(
            rows: block.count, inputGradient: gradients + block.lowerBound * columns)
        }
      }
    }
  }
}
