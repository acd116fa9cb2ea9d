internal import CVectorKernels
internal import NumericalCore

/// The sums of the losses of samples.
struct StepLoss {
  let value: Double
  let gradient: Double?

  var isFinite: Bool { value.isFinite && (gradient ?? 0).isFinite }

  static func + (a: StepLoss, b: StepLoss) -> StepLoss {
    StepLoss(
      value: a.value + b.value,
      gradient: a.gradient.flatMap { first in b.gradient.map { first + $0 } })
  }
}

/// One step of training on memory that the caller owns.
///
/// Threads share the rows of the batch out for the passes, and then the parameters for their
/// derivatives and the optimiser: two meetings a step, where products that are shared out one by one
/// have one or two for every layer and pass.
struct TrainingStep<Scalar: NetworkScalar>: @unchecked Sendable {
  let trainer: Trainer<Scalar>
  /// A pass for each part of the batch, which are worked on side by side.
  private(set) var parts: [NetworkPass<Scalar>]
  /// The derivatives with respect to all parameters.
  let gradient: UnsafeMutablePointer<Scalar>
  let parameters: UnsafeMutablePointer<Scalar>
  let firstMoment: UnsafeMutablePointer<Scalar>
  let secondMoment: UnsafeMutablePointer<Scalar>

  /// Lets all parts drop what a mask says.
  mutating func dropOut(_ mask: DropoutMask) {
    for part in parts.indices { parts[part].dropout = mask }
  }

  /// Lets hidden layers be normalised over the batch, which has one part then.
  mutating func normalize(_ normalization: BatchNormalizationStep<Scalar>?) {
    parts[0].normalization = normalization
  }

  /// Gathers a batch, computes its gradient and moves the parameters.
  ///
  /// - Returns: the sum of the losses of the batch before the step.
  func run(_ order: UnsafePointer<Int>, count: Int, rate: Double, number: Int) -> StepLoss {
    let used = min(parts.count, count)
    let loss = withUnsafeTemporaryAllocation(of: StepLoss.self, capacity: used) { losses in
      guard let base = losses.baseAddress else { return StepLoss(value: .nan, gradient: nil) }
      let losses = DisjointRows(base)
      let order = SharedRows(order)
      parallelFor(used) { range in
        for part in range {
          (losses.base + part).initialize(
            to: pass(part, order.base, rows(part, of: used, count), count, step: number - 1))
        }
      }
      return (1..<used).reduce(losses.base[0]) { $0 + losses.base[$1] }
    }
    // A step with a loss that is not finite would destroy the parameters.
    if loss.isFinite { updateParameters(used, count, rate: rate, number: number) }
    return loss
  }

  /// The rows of a part of a batch.
  func rows(_ part: Int, of parts: Int, _ count: Int) -> Range<Int> {
    count * part / parts..<count * (part + 1) / parts
  }

  /// Gathers the rows of a part and carries them forward and back.
  ///
  /// - Parameters:
  ///   - rows: the part's rows of the batch.
  ///   - total: the rows of the whole batch.
  private func pass(
    _ part: Int, _ order: UnsafePointer<Int>, _ rows: Range<Int>, _ total: Int, step: Int
  ) -> StepLoss {
    var pass = parts[part]
    pass.firstRow = rows.lowerBound
    let plan = pass.plan
    let order = order + rows.lowerBound
    let samples = trainer.training
    gather(samples.inputs.elements, order, rows.count, into: pass.buffer + plan.batchInputs)
    gather(samples.targets, order, rows.count, into: pass.buffer + plan.batchTargets)
    let weights = samples.weights.map { weights in
      gather(weights, order, rows.count, into: pass.buffer + plan.batchWeights)
      return UnsafePointer(pass.buffer + plan.batchWeights)
    }
    return trainer.purpose == .gradientTraining
      ? valueAndGradientLoss(pass, order, rows.count, total, weights, step: step)
      : StepLoss(value: valueLoss(pass, rows.count, total, weights), gradient: nil)
  }

  /// The loss of gathered rows, and the errors of all layers.
  private func valueLoss(
    _ pass: NetworkPass<Scalar>, _ rows: Int, _ total: Int, _ weights: UnsafePointer<Scalar>?
  ) -> Double {
    pass.forward(UnsafePointer(pass.buffer + pass.plan.batchInputs), rows: rows)
    let loss = sumLoss(pass, rows, total, weights)
    if loss.isFinite { pass.backward(rows: rows, inputGradient: nil) }
    return loss
  }

  /// The same with the loss of the gradients.
  private func valueAndGradientLoss(
    _ pass: NetworkPass<Scalar>, _ order: UnsafePointer<Int>, _ rows: Int, _ total: Int,
    _ weights: UnsafePointer<Scalar>?, step: Int
  ) -> StepLoss {
    guard let targets = trainer.training.gradients, let term = trainer.configuration.gradientLoss
    else { return StepLoss(value: .nan, gradient: nil) }
    let plan = pass.plan
    gather(targets.gradients.elements, order, rows, into: pass.buffer + plan.batchGradients)
    if let features = targets.features {
      gather(features.slopes.elements, order, rows, into: pass.buffer + plan.batchSlopes)
    }
    let inputs = UnsafePointer(pass.buffer + plan.batchInputs)
    pass.forwardWithCurvature(inputs, rows: rows)
    let value = sumLoss(pass, rows, total, weights)
    let steps = trainer.configuration.maximumEpochs * trainer.stepsPerEpoch
    let gradient = pass.sumGradientLoss(
      rows: rows, coordinates: targets.coordinates,
      targets: pass.buffer + plan.batchGradients, slopes: pass.buffer + plan.batchSlopes,
      directions: targets.features?.directions, weights: weights,
      scale: term.weight(step: step, of: steps) / Double(total))
    let loss = StepLoss(value: value, gradient: gradient)
    if loss.isFinite { pass.gradientBackward(inputs, rows: rows) }
    return loss
  }

  /// The sum of the losses of the predictions, and their derivatives.
  private func sumLoss(
    _ pass: NetworkPass<Scalar>, _ rows: Int, _ total: Int, _ weights: UnsafePointer<Scalar>?
  ) -> Double {
    let outputs = trainer.training.outputs
    return Scalar.sumLoss(
      trainer.configuration.loss, rows: rows, outputs: outputs, predictions: pass.prediction,
      targets: pass.buffer + pass.plan.batchTargets, weights: weights,
      scale: 1 / Double(total * outputs), gradient: pass.predictionError)
  }

  /// Copies rows of samples, whose width follows from the number of samples.
  private func gather(
    _ source: [Scalar], _ order: UnsafePointer<Int>, _ count: Int,
    into destination: UnsafeMutablePointer<Scalar>
  ) {
    let width = source.count / trainer.training.count
    let order = SharedRows(order)
    let destination = DisjointRows(destination)
    source.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      let source = SharedRows(base)
      parallelFor(count, grain: max(1, 16384 / width)) { part in
        vk_gather_rows(
          width * MemoryLayout<Scalar>.stride, part.count, order.base + part.lowerBound,
          source.base, destination.base + part.lowerBound * width)
      }
    }
  }
}
