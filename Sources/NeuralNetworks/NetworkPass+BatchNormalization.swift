internal import NumericalCore

/// Batch normalisation in the passes of a training step: between the product with the weights and
/// the activation, on columns, so that no sum depends on the number of threads.
extension NetworkPass {
  /// Normalises the arguments of a hidden layer's activation, in place, all but the biases.
  func normalize(_ index: Int, _ x: UnsafeMutablePointer<Scalar>, rows: Int) {
    guard let normalization, index < plan.layers.count - 1 else { return }
    let width = plan.layers[index].outputs
    let unit = plan.firstUnits[index]
    let epsilon = normalization.configuration.epsilon
    let scale = SharedRows(UnsafePointer(normalization.scales + unit))
    let x = DisjointRows(x)
    let normalized = DisjointRows(buffer + plan.normalized[index])
    let mean = DisjointRows(buffer + plan.batchAverages + unit)
    let variance = DisjointRows(buffer + plan.batchAverages + normalization.units + unit)
    let inverse = DisjointRows(buffer + plan.inverseDeviations + unit)
    parallelFor(width, grain: max(16, Self.grain / rows)) { part in
      let start = part.lowerBound
      Scalar.normalize(
        rows: rows, columns: part.count, stride: width, epsilon: epsilon,
        scale: scale.base + start, x: x.base + start, normalized: normalized.base + start,
        mean: mean.base + start, variance: variance.base + start, inverse: inverse.base + start)
    }
  }

  /// Carries the error of a hidden layer back through its normalisation, in place, and sums it for
  /// the scales; the derivatives with respect to the layer's biases are known.
  func backpropagateNormalization(_ index: Int, rows: Int) {
    guard let normalization, index < plan.layers.count - 1,
      let sums = biasGradient(index)
    else { return }
    let width = plan.layers[index].outputs
    let unit = plan.firstUnits[index]
    let scale = SharedRows(UnsafePointer(normalization.scales + unit))
    let normalized = SharedRows(UnsafePointer(buffer + plan.normalized[index]))
    let inverse = SharedRows(UnsafePointer(buffer + plan.inverseDeviations + unit))
    let biasGradient = SharedRows(UnsafePointer(sums))
    let error = DisjointRows(error(index))
    let scaleGradient = DisjointRows(buffer + plan.scaleGradient + unit)
    parallelFor(width, grain: max(16, Self.grain / rows)) { part in
      let start = part.lowerBound
      Scalar.backpropagateNormalization(
        rows: rows, columns: part.count, stride: width, scale: scale.base + start,
        normalized: normalized.base + start, inverse: inverse.base + start,
        biasGradient: biasGradient.base + start, delta: error.base + start,
        scaleGradient: scaleGradient.base + start)
    }
  }
}
