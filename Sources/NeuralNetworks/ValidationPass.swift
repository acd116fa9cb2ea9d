internal import NumericalCore

/// The losses of a network on samples, in blocks that threads share out.
struct ValidationPass<Scalar: NetworkScalar>: @unchecked Sendable {
  let trainer: Trainer<Scalar>
  let samples: TrainingSamples<Scalar>
  /// A pass for each thread.
  let parts: [NetworkPass<Scalar>]

  /// Computes the sum of the losses of every block of `rows` samples.
  func run(_ rows: Int, _ losses: inout [StepLoss]) {
    let blocks = losses.count
    losses.withUnsafeMutableBufferPointer { losses in
      guard let base = losses.baseAddress else { return }
      let losses = DisjointRows(base)
      parallelFor(parts.count) { range in
        for part in range {
          for block in stride(from: part, to: blocks, by: parts.count) {
            losses.base[block] = loss(
              parts[part], block * rows..<min((block + 1) * rows, samples.count))
          }
        }
      }
    }
  }

  private func loss(_ pass: NetworkPass<Scalar>, _ block: Range<Int>) -> StepLoss {
    let outputs = samples.outputs
    return samples.inputs.elements.withUnsafeBufferPointer { inputs in
      samples.targets.withUnsafeBufferPointer { targets in
        (samples.weights ?? []).withUnsafeBufferPointer { weights in
          guard let inputs = inputs.baseAddress, let targets = targets.baseAddress else {
            return StepLoss(value: .nan, gradient: nil)
          }
          let input = inputs + block.lowerBound * samples.inputs.columns
          let weights =
            samples.weights == nil ? nil : weights.baseAddress.map { $0 + block.lowerBound }
          var gradient: Double?
          if trainer.purpose == .gradientTraining, let wanted = samples.gradients {
            pass.forwardWithCurvature(input, rows: block.count)
            gradient = wanted.sumLoss(pass, block, weights)
          } else {
            pass.forward(input, rows: block.count)
          }
          let value = Scalar.sumLoss(
            trainer.configuration.loss, rows: block.count, outputs: outputs,
            predictions: pass.prediction, targets: targets + block.lowerBound * outputs,
            weights: weights, scale: 1, gradient: nil)
          return StepLoss(value: value, gradient: gradient)
        }
      }
    }
  }
}
