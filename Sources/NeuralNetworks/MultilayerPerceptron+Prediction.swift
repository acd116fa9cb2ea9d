public import NumericalCore

extension MultilayerPerceptron {
  /// Rows in one block of a large prediction: enough for full speed of the matrix products, few
  /// enough to stay small in memory.
  static var blockRows: Int { 1024 }

  /// The outputs for every row of inputs, row-major (one number per row for one output).
  ///
  /// - Parameter inputs: points x inputs.
  /// - Precondition: the matrix has as many columns as the network has inputs.
  public func predict(_ inputs: Matrix<Scalar>) -> [Scalar] {
    guard inputs.rows > 0 else { return [] }
    var workspace = NetworkWorkspace<Scalar>(
      for: architecture, rows: min(inputs.rows, Self.blockRows))
    var values = [Scalar].zeros(count: inputs.rows * architecture.outputs)
    predict(inputs, into: &values, workspace: &workspace)
    return values
  }

  /// Writes the outputs for every row of inputs, without allocating.
  ///
  /// - Parameters:
  ///   - inputs: points x inputs.
  ///   - values: points x outputs, row-major.
  ///   - workspace: memory for this architecture, of any purpose; its `rows` is the block size.
  public func predict(
    _ inputs: Matrix<Scalar>, into values: inout [Scalar],
    workspace: inout NetworkWorkspace<Scalar>
  ) {
    checkShapes(inputs, values.count, workspace)
    let outputs = architecture.outputs
    values.withUnsafeMutableBufferPointer { values in
      forEachBlock(of: inputs, workspace: &workspace) { pass, input, block in
        pass.forward(input, rows: block.count)
        guard let destination = values.baseAddress else { return }
        UnsafeMutableRawPointer(destination + block.lowerBound * outputs).copyMemory(
          from: pass.prediction, byteCount: block.count * outputs * MemoryLayout<Scalar>.stride)
      }
    }
  }

  /// Stops with a message where arguments do not fit the network.
  func checkShapes(
    _ inputs: Matrix<Scalar>, _ values: Int, _ workspace: NetworkWorkspace<Scalar>
  ) {
    precondition(
      inputs.columns == architecture.inputs,
      "\(inputs.columns) columns for a network of \(architecture.inputs) inputs")
    precondition(
      values == inputs.rows * architecture.outputs,
      "\(values) values for \(inputs.rows) rows of \(architecture.outputs) outputs")
    precondition(
      workspace.architecture == architecture, "a workspace made for \(workspace.architecture)")
  }

  /// Calls `body` for consecutive blocks of rows that fit the workspace.
  func forEachBlock(
    of inputs: Matrix<Scalar>, workspace: inout NetworkWorkspace<Scalar>,
    _ body: (NetworkPass<Scalar>, UnsafePointer<Scalar>, Range<Int>) -> Void
  ) {
    let plan = workspace.plan
    let blockRows = workspace.rows
    parameters.withUnsafeBufferPointer { parameters in
      workspace.storage.withUnsafeMutableBufferPointer { buffer in
        inputs.elements.withUnsafeBufferPointer { elements in
          guard let parameters = parameters.baseAddress, let buffer = buffer.baseAddress,
            let elements = elements.baseAddress
          else { return }
          let pass = NetworkPass(plan: plan, parameters: parameters, buffer: buffer)
          var first = 0
          while first < inputs.rows {
            let block = first..<min(first + blockRows, inputs.rows)
            body(pass, elements + first * inputs.columns, block)
            first = block.upperBound
          }
        }
      }
    }
  }
}
