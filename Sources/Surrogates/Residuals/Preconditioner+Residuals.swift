internal import NumericalCore

/// What the fixed part makes of the outputs of a network, in standardised units.
extension Preconditioner {
  /// The values of a network; its one output where there are no residuals.
  func values(
    of network: SurrogateNetwork, _ inputs: Matrix<Double>, _ whitened: Matrix<Double>,
    _ workspace: SurrogateNetwork.Workspace
  ) -> [Double] {
    let outputs = network.predict(inputs, workspace)
    guard let residuals else { return outputs }
    return residuals.combine(
      Matrix(rows: inputs.rows, columns: self.outputs, elements: outputs), whitened,
      scale: targetScale
    ).values
  }

  /// The values, and their gradients by the inputs.
  func valuesAndGradients(
    of network: SurrogateNetwork, _ inputs: Matrix<Double>, _ whitened: Matrix<Double>,
    _ workspace: SurrogateNetwork.Workspace
  ) -> ([Double], Matrix<Double>) {
    guard let residuals else {
      return network.valuesAndGradients(inputs, workspace) { outputs in
        (outputs.elements, Matrix(rows: outputs.rows, columns: 1, repeating: 1))
      }
    }
    var known: Matrix<Double>?
    var (values, gradients) = network.valuesAndGradients(inputs, workspace) { outputs in
      known = outputs
      return residuals.combine(outputs, whitened, scale: targetScale)
    }
    if let known { residuals.addDirectSlopes(known, to: &gradients) }
    return (values, gradients)
  }

  /// This preconditioner with the standardisation of what is left to a network with residuals, and
  /// the standardised targets, points x outputs.
  ///
  /// The first output is h = f − (peak − ½|z|²) + Σ g (ρ + ½ g), the others are g = r − ρ; all have
  /// one scale, so that an error of any of them weighs as much in nats.
  ///
  /// - Throws: ``DatasetError/constantTarget(_:)`` if there is nothing to learn.
  func standardizing(
    _ whitened: Matrix<Double>, _ targets: [Double], residuals values: Matrix<Double>
  ) throws -> Preconditioner {
    var result = self
    let left = remainder(whitened, targets, residuals: values)
    let (n, width) = (left.rows, left.columns)
    let mean = left.column(0).reduce(0, +) / Double(n)
    var squares = 0.0
    for i in 0..<n {
      for k in 0..<width {
        let x = left[i, k] - (k == 0 ? mean : 0)
        squares += x * x
      }
    }
    result.targetMean = mean
    result.targetScale = try scale(of: (squares / Double(n * width)).squareRoot(), targets)
    return result
  }

  /// The standardised targets of a network with residuals.
  func networkTargets(
    _ whitened: Matrix<Double>, _ targets: [Double], residuals values: Matrix<Double>
  ) -> [Double] {
    var left = remainder(whitened, targets, residuals: values)
    for i in 0..<left.rows { left[i, 0] -= targetMean }
    return left.elements.map { $0 / targetScale }
  }

  /// h and g in nats, points x outputs.
  private func remainder(
    _ whitened: Matrix<Double>, _ targets: [Double], residuals values: Matrix<Double>
  ) -> Matrix<Double> {
    let linear = residuals?.linear(whitened) ?? values
    let quadratic = quadratic(whitened)
    let count = values.columns
    var result = Matrix<Double>(rows: values.rows, columns: count + 1, repeating: 0)
    for i in 0..<values.rows {
      var h = targets[i] - quadratic[i]
      for k in 0..<count {
        let g = values[i, k] - linear[i, k]
        h += g * (linear[i, k] + 0.5 * g)
        result[i, 1 + k] = g
      }
      result[i, 0] = h
    }
    return result
  }
}
