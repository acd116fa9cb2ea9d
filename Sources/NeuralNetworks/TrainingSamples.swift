public import NumericalCore

/// Inputs with the outputs a network should learn, and perhaps weights.
public struct TrainingSamples<Scalar: NetworkScalar>: Sendable {
  /// Samples x inputs.
  public let inputs: Matrix<Scalar>
  /// Samples x outputs, row-major (one number per sample for one output).
  public let targets: [Scalar]
  /// One weight per sample; `nil` for equal weights of 1.
  public let weights: [Scalar]?
  /// The gradients to learn beside the targets; `nil` for values alone.
  public let gradients: GradientTargets<Scalar>?

  /// Samples for training or validation.
  ///
  /// - Throws: `NetworkError.shape` if the numbers of inputs, targets, weights and
  ///   gradients do not fit.
  public init(
    inputs: Matrix<Scalar>, targets: [Scalar], weights: [Scalar]? = nil,
    gradients: GradientTargets<Scalar>? = nil
  ) throws(NetworkError) {
    guard inputs.rows > 0 else {
      throw .shape(field: "inputs", expected: "at least one sample", found: "none")
    }
    guard targets.count > 0, targets.count % inputs.rows == 0 else {
      throw .shape(
        field: "targets", expected: "a multiple of \(inputs.rows) values",
        found: "\(targets.count)")
    }
    if let weights, weights.count != inputs.rows {
      throw .shape(
        field: "weights", expected: "\(inputs.rows) values", found: "\(weights.count)")
    }
    try gradients?.check(
      samples: inputs.rows, inputs: inputs.columns, outputs: targets.count / inputs.rows)
    self.gradients = gradients
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// Number of samples.
  public var count: Int { inputs.rows }
  /// Numbers to learn per sample.
  public var outputs: Int { targets.count / inputs.rows }
}
