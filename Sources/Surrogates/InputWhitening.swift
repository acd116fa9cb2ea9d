internal import NeuralNetworks
internal import NumericalCore

/// Coordinates of unit covariance over the training points, for the training alone: the first layer
/// takes them over at the end, so that the network's inputs are those of its preconditioner.
///
/// The whitening of a curved valley's local curvature leaves inputs of very different sizes, from
/// which networks learn poorly.
struct InputWhitening {
  private let mean: [Double]
  /// y = map (z − mean).
  private let map: Matrix<Double>
  /// The inverse of the map.
  private let inverse: Matrix<Double>

  /// The whitening of the first `coordinates` inputs; `nil` if their covariance is singular.
  init?(_ inputs: Matrix<Double>, coordinates d: Int) {
    var points = Matrix<Double>(rows: inputs.rows, columns: d, repeating: 0)
    for i in 0..<inputs.rows { for k in 0..<d { points[i, k] = inputs[i, k] } }
    guard inputs.rows > 2 * d, let cholesky = Cholesky(points.covariance()) else { return nil }
    mean = points.columnMeans()
    map = cholesky.inverseLower
    inverse = cholesky.lower
  }

  /// Whether inputs have very different sizes: more than three times the unit in some direction.
  ///
  /// Where the preconditioner already leaves them of one size, its own coordinates are the better
  /// ones: gradients are then weighed by the curvature at the maximum.
  var isNeeded: Bool {
    let covariance = inverse.times(inverse, transposeOther: true)
    return SymmetricEigen(covariance).map { ($0.values.last ?? 0) > 9 } ?? false
  }

  /// Inputs with whitened coordinates; the others stay.
  func apply(_ inputs: Matrix<Double>) -> Matrix<Double> {
    let d = mean.count
    var centred = Matrix<Double>(rows: inputs.rows, columns: d, repeating: 0)
    for i in 0..<inputs.rows { for k in 0..<d { centred[i, k] = inputs[i, k] - mean[k] } }
    let whitened = centred.times(map, transposeOther: true)
    var result = inputs
    for i in 0..<inputs.rows { for k in 0..<d { result[i, k] = whitened[i, k] } }
    return result
  }

  /// Gradients by the whitened coordinates, for gradients by the coordinates as they were.
  func apply(_ targets: GradientTargets<Double>) -> GradientTargets<Double> {
    GradientTargets(
      targets.gradients.times(inverse),
      features: targets.features.map {
        .init(slopes: $0.slopes, directions: $0.directions.times(inverse))
      })
  }

  /// The network of the inputs as they were, for a network of whitened ones.
  func undone<Scalar: NetworkScalar & BinaryFloatingPoint>(
    _ network: MultilayerPerceptron<Scalar>
  ) -> MultilayerPerceptron<Scalar> {
    let layer = network.layers[0]
    let (d, width) = (mean.count, layer.outputs)
    var weights = Matrix<Double>(rows: d, columns: width, repeating: 0)
    var parameters = network.parameters
    for k in weights.elements.indices {
      weights.elements[k] = Double(parameters[layer.weights.lowerBound + k])
    }
    let own = map.times(weights, transposeSelf: true)
    let shift = own.transposed().times(mean)
    for k in own.elements.indices {
      parameters[layer.weights.lowerBound + k] = Scalar(own.elements[k])
    }
    for k in 0..<width {
      let place = layer.biases.lowerBound + k
      parameters[place] = Scalar(Double(parameters[place]) - shift[k])
    }
    return (try? MultilayerPerceptron(network.architecture, parameters: parameters)) ?? network
  }
}
