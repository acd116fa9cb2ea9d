public import NumericalCore

/// Gradients that a network of one output should have, for training on values and gradients
/// (Czarnecki et al., arXiv:1706.04859, "Sobolev training").
///
/// The gradients are with respect to coordinates. The network's first inputs are these
/// coordinates; further inputs, if there are any, are features whose derivatives by the
/// coordinates are `slopes[sample][feature] · directions[feature]`.
public struct GradientTargets<Scalar: NetworkScalar>: Sendable {
  /// Samples x coordinates.
  public let gradients: Matrix<Scalar>
  /// The derivatives of the features; `nil` where all inputs are coordinates.
  public let features: Features?

  /// The derivatives of the inputs that are no coordinates.
  public struct Features: Sendable {
    /// Samples x features.
    public let slopes: Matrix<Scalar>
    /// Features x coordinates.
    public let directions: Matrix<Scalar>

    /// The derivatives of features by the coordinates, `slopes[sample][feature] ·
    /// directions[feature]`.
    public init(slopes: Matrix<Scalar>, directions: Matrix<Scalar>) {
      self.slopes = slopes
      self.directions = directions
    }
  }

  /// Gradients by the coordinates.
  public init(_ gradients: Matrix<Scalar>, features: Features? = nil) {
    self.gradients = gradients
    self.features = features
  }

  /// Number of coordinates.
  var coordinates: Int { gradients.columns }

  /// Stops with an error where the parts do not fit samples and inputs.
  func check(samples: Int, inputs: Int, outputs: Int) throws(NetworkError) {
    guard outputs == 1 else {
      throw .shape(field: "gradients", expected: "samples of one output", found: "\(outputs)")
    }
    let count = features?.directions.rows ?? 0
    guard gradients.rows == samples, gradients.columns + count == inputs, gradients.columns > 0
    else {
      throw .shape(
        field: "gradients", expected: "\(samples) rows of \(inputs - count) columns",
        found: "\(gradients.rows) of \(gradients.columns)")
    }
    guard let features else { return }
    guard features.slopes.rows == samples, features.slopes.columns == count,
      features.directions.columns == gradients.columns
    else {
      throw .shape(
        field: "features of the gradients",
        expected: "slopes \(samples) x \(count), directions \(count) x \(gradients.columns)",
        found: "\(features.slopes.rows) x \(features.slopes.columns), "
          + "\(count) x \(features.directions.columns)")
    }
  }
}
