internal import CVectorKernels
public import NumericalCore

extension HistFactoryDensity {
  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    evaluate(points, values: &values, gradients: nil, bounded: true, .all)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    precondition(
      gradients.rows == points.rows && gradients.columns == points.columns,
      "gradients and points have different shapes")
    gradients.elements.withUnsafeMutableBufferPointer {
      evaluate(points, values: &values, gradients: $0.baseAddress, bounded: true, .all)
    }
  }

  /// The log-likelihood (pyhf's `logpdf`) of every row, also outside of the bounds.
  public func logLikelihoods(at points: Matrix<Double>) -> [Double] {
    unbounded(points, .all)
  }

  /// The sum of the Poisson terms of the bins for every row, also outside of the bounds.
  public func mainLogLikelihoods(at points: Matrix<Double>) -> [Double] {
    unbounded(points, .main)
  }

  /// The sum of the terms of the auxiliary measurements for every row, also outside of the bounds.
  public func constraintLogLikelihoods(at points: Matrix<Double>) -> [Double] {
    unbounded(points, .constraints)
  }

  /// The log-likelihood and its gradient for every row, also outside of the bounds; the gradient
  /// is zero where the value is -∞.
  public func logLikelihoodsAndGradients(
    at points: Matrix<Double>
  ) -> (values: [Double], gradients: Matrix<Double>) {
    var values = [Double](repeating: 0, count: points.rows)
    var gradients = Matrix<Double>(rows: points.rows, columns: points.columns, repeating: 0)
    gradients.elements.withUnsafeMutableBufferPointer {
      evaluate(points, values: &values, gradients: $0.baseAddress, bounded: false, .all)
    }
    return (values, gradients)
  }

  private enum Part { case main, constraints, all }

  private func unbounded(_ points: Matrix<Double>, _ part: Part) -> [Double] {
    var values = [Double](repeating: 0, count: points.rows)
    evaluate(points, values: &values, gradients: nil, bounded: false, part)
    return values
  }

  private func evaluate(
    _ points: Matrix<Double>, values: inout [Double],
    gradients: UnsafeMutablePointer<Double>?, bounded: Bool, _ part: Part
  ) {
    let dimension = parameters.count
    DensityRows.forEach(
      points, dimension: dimension, values: &values, gradients: gradients, grain: 16
    ) { range, rows in
      let scratch = HistFactoryScratch(model.tables, termCount: terms.largestCount)
      for i in range {
        let (point, gradient) = (rows.point(i), rows.gradient(i))
        if bounded && !model.contains(point) {
          rows.set(-.infinity, at: i)
          gradient?.update(repeating: 0, count: dimension)
        } else {
          rows.set(logLikelihood(point, gradient, part, scratch), at: i)
        }
      }
    }
  }

  /// The chosen part of the log-likelihood at one point, and its gradient where it is asked for.
  private func logLikelihood(
    _ point: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>?, _ part: Part,
    _ scratch: borrowing HistFactoryScratch
  ) -> Double {
    let dimension = model.tables.parameterCount
    gradient?.update(repeating: 0, count: dimension)
    let kernel = scratch.kernel
    var result = 0.0
    if part != .constraints {
      scratch.fillRates(model.tables, point)
      var main = terms.kernel.main
      result += vk_poisson_log_density(
        &main, kernel.expected, kernel.term_value, kernel.adjoint)
      guard result > -.infinity else { return -.infinity }
      if let gradient {
        var (tables, workspace) = (model.tables.kernel.value, kernel)
        vk_histfactory_gradient(&tables, &workspace, gradient)
      }
    }
    if part != .main { result += addConstraints(point, gradient, scratch) }
    guard result > -.infinity, result < .infinity else {
      gradient?.update(repeating: 0, count: dimension)
      return -.infinity  // also for NaN, from coordinates that are no numbers
    }
    return result
  }

  private func addConstraints(
    _ point: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>?,
    _ scratch: borrowing HistFactoryScratch
  ) -> Double {
    let kernel = terms.kernel
    guard let variables = scratch.kernel.variables, let slopes = scratch.kernel.variable_slope
    else { return 0 }
    var result = 0.0
    if kernel.poissonCount > 0 {
      let parameter = kernel.poissonParameter
      for i in 0..<kernel.poissonCount { variables[i] = point[Int(parameter[i])] }
      for i in kernel.poissonCount..<kernel.poisson.count { variables[i] = 1 }
      var poisson = kernel.poisson
      result += vk_poisson_log_density(
        &poisson, variables, scratch.kernel.term_value, slopes)
      if let gradient {
        for i in 0..<kernel.poissonCount { gradient[Int(parameter[i])] += slopes[i] }
      }
    }
    if kernel.normalCount > 0 {
      let parameter = kernel.normalParameter
      for i in 0..<kernel.normalCount { variables[i] = point[Int(parameter[i])] }
      for i in kernel.normalCount..<kernel.normalTerms { variables[i] = 1 }
      result += vk_normal_log_density(
        kernel.normalTerms, kernel.mean, kernel.inverseWidth, kernel.constant, variables,
        scratch.kernel.term_value, slopes)
      if let gradient {
        for i in 0..<kernel.normalCount { gradient[Int(parameter[i])] += slopes[i] }
      }
    }
    return result
  }
}

extension HistFactoryModel {
  /// Whether all coordinates lie between their bounds.
  func contains(_ point: UnsafePointer<Double>) -> Bool {
    for i in 0..<lower.count where !(point[i] >= lower[i] && point[i] <= upper[i]) { return false }
    return true
  }
}
