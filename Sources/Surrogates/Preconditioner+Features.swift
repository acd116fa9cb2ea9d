internal import NeuralNetworks
internal import NumericalCore

/// The network's inputs beyond the whitened parameters, and the gradients that it should have.
extension Preconditioner {
  /// The network's inputs (z, h) for points x with their whitened form z.
  func networkInputs(_ points: Matrix<Double>, whitened: Matrix<Double>) -> Matrix<Double> {
    guard !kinks.isEmpty else { return whitened }
    let d = whitened.columns
    var result = Matrix<Double>(rows: points.rows, columns: d + kinks.count, repeating: 0)
    result.elements.withUnsafeMutableBufferPointer { to in
      whitened.elements.withUnsafeBufferPointer { z in
        for row in 0..<points.rows {
          let start = row * (d + kinks.count)
          for k in 0..<d { to[start + k] = z[row * d + k] }
          for (k, kink) in kinks.enumerated() {
            to[start + d + k] = abs(points[row, kink.index] - kink.position) / kink.scale
          }
        }
      }
    }
    return result
  }

  /// The derivatives of the features by their parameters; right-hand ones at the kinks.
  func featureSlopes(_ points: Matrix<Double>) -> Matrix<Double> {
    var result = Matrix<Double>(rows: points.rows, columns: kinks.count, repeating: 0)
    for row in 0..<points.rows {
      for (k, kink) in kinks.enumerated() {
        result[row, k] = (points[row, kink.index] >= kink.position ? 1 : -1) / kink.scale
      }
    }
    return result
  }

  /// W⁻¹, which carries gradients by x to gradients by z; `nil` for the unit matrix or one that is
  /// singular.
  private var unwhitening: Matrix<Double>? {
    whitening.flatMap { matrix in
      Cholesky(matrix.times(matrix, transposeSelf: true)).map {
        $0.inverse.times(matrix, transposeOther: true)
      }
    }
  }

  /// The gradients by z that the network should have, with those of its features.
  ///
  /// - Parameters:
  ///   - gradients: of the log density by the parameters, one a row.
  ///   - points: the points.
  ///   - whitened: their whitened form z.
  func gradientTargets(
    _ gradients: Matrix<Double>, _ points: Matrix<Double>, whitened: Matrix<Double>
  ) -> GradientTargets<Double> {
    let inverse = unwhitening
    var targets = inverse.map { gradients.times($0) } ?? gradients
    let pull = peak == nil ? 0.0 : 1.0
    targets.elements.withUnsafeMutableBufferPointer { target in
      whitened.elements.withUnsafeBufferPointer { z in
        for k in target.indices { target[k] = (target[k] + pull * z[k]) / targetScale }
      }
    }
    guard !kinks.isEmpty else { return GradientTargets(targets) }
    let d = points.columns
    let directions = (inverse ?? .identity(d)).selectingRows(kinks.map(\.index))
    return GradientTargets(
      targets, features: .init(slopes: featureSlopes(points), directions: directions))
  }
}
