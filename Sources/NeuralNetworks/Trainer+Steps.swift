internal import CVectorKernels
internal import NumericalCore

extension Trainer {
  /// Runs the remaining steps of the present epoch, unless something stops them.
  func runSteps(
    _ state: inout TrainingState<Scalar>, workspace: inout NetworkWorkspace<Scalar>,
    until deadline: Deadline, pausingAt pause: Deadline
  ) {
    let order = sampleOrder(epoch: state.progress.epoch)
    // Taken out of the state, so that they can be written to side by side.
    var progress = state.progress
    var parameters = state.network.parameters
    var firstMoment = state.firstMoment
    var secondMoment = state.secondMoment
    var normalization = state.normalization?.values ?? []
    state.network.parameters = []
    state.firstMoment = []
    state.secondMoment = []
    state.normalization?.values = []
    let plan = workspace.plan
    parameters.withUnsafeMutableBufferPointer { parameters in
      firstMoment.withUnsafeMutableBufferPointer { firstMoment in
        secondMoment.withUnsafeMutableBufferPointer { secondMoment in
          normalization.withUnsafeMutableBufferPointer { normalization in
            workspace.storage.withUnsafeMutableBufferPointer { buffer in
              order.withUnsafeBufferPointer { order in
                guard let parameters = parameters.baseAddress, let buffer = buffer.baseAddress,
                  let firstMoment = firstMoment.baseAddress,
                  let secondMoment = secondMoment.baseAddress, let order = order.baseAddress
                else { return }
                var step = TrainingStep(
                  trainer: self,
                  pass: NetworkPass(
                    plan: plan, parameters: UnsafePointer(parameters), buffer: buffer),
                  parameters: parameters, firstMoment: firstMoment, secondMoment: secondMoment)
                step.pass.normalization = .init(configuration.batchNormalization, normalization)
                loop(step, order, &progress, deadline, pause)
              }
            }
          }
        }
      }
    }
    state.network.parameters = parameters
    state.firstMoment = firstMoment
    state.secondMoment = secondMoment
    state.normalization?.values = normalization
    state.progress = progress
  }

  private func loop(
    _ step: TrainingStep<Scalar>, _ order: UnsafePointer<Int>, _ progress: inout TrainingProgress,
    _ deadline: Deadline, _ pause: Deadline
  ) {
    var step = step
    while progress.batch < stepsPerEpoch {
      let batch = batch(progress.batch)
      step.pass.dropout = configuration.dropout.map {
        DropoutMask($0, seed: configuration.seed, step: progress.step)
      }
      let loss = step.run(
        order + batch.lowerBound, count: batch.count, rate: rate(progress, step: progress.step),
        number: progress.step + 1)
      progress.batch += 1
      progress.step += 1
      progress.partialLoss += loss.value
      progress.partialGradientLoss = loss.gradient.map {
        $0 + (progress.partialGradientLoss ?? 0)
      }
      if !loss.isFinite {
        progress.stopReason = .notFinite
        return
      }
      if progress.batch < stepsPerEpoch {
        if Task.isCancelled { progress.stopReason = .cancelled }
        if deadline.hasPassed { progress.stopReason = .timeBudget }
        if progress.stopReason != nil || pause.hasPassed { return }
      }
    }
  }

  /// The order of the samples in an epoch.
  func sampleOrder(epoch: Int) -> [Int] {
    guard configuration.shuffles else { return Array(0..<training.count) }
    var random = RandomStream(seed: configuration.seed, purpose: "shuffle").sequence(step: epoch)
    return random.permutation(training.count)
  }
}

/// The sums of the losses of a batch.
struct StepLoss {
  let value: Double
  let gradient: Double?

  var isFinite: Bool { value.isFinite && (gradient ?? 0).isFinite }
}

/// One step of training on memory that the caller owns.
struct TrainingStep<Scalar: NetworkScalar> {
  let trainer: Trainer<Scalar>
  var pass: NetworkPass<Scalar>
  let parameters: UnsafeMutablePointer<Scalar>
  let firstMoment: UnsafeMutablePointer<Scalar>
  let secondMoment: UnsafeMutablePointer<Scalar>

  /// Gathers a batch, computes its gradient and moves the parameters.
  ///
  /// - Returns: the sum of the losses of the batch before the step.
  func run(_ order: UnsafePointer<Int>, count: Int, rate: Double, number: Int) -> StepLoss {
    let plan = pass.plan
    gather(trainer.training.inputs.elements, order, count, into: pass.buffer + plan.batchInputs)
    gather(trainer.training.targets, order, count, into: pass.buffer + plan.batchTargets)
    let weights = trainer.training.weights.map { weights in
      gather(weights, order, count, into: pass.buffer + plan.batchWeights)
      return UnsafePointer(pass.buffer + plan.batchWeights)
    }
    let loss =
      trainer.purpose == .gradientTraining
      ? valueAndGradientLoss(order, count, weights, step: number - 1)
      : StepLoss(value: valueLoss(count, weights), gradient: nil)
    // A step with a loss that is not finite would destroy the parameters.
    if loss.isFinite { updateParameters(rate: rate, number: number) }
    return loss
  }

  /// The loss of a gathered batch and its derivatives with respect to the parameters.
  private func valueLoss(_ count: Int, _ weights: UnsafePointer<Scalar>?) -> Double {
    let inputs = UnsafePointer(pass.buffer + pass.plan.batchInputs)
    pass.forward(inputs, rows: count)
    let loss = sumLoss(count, weights, error: pass.predictionError)
    guard loss.isFinite else { return loss }
    pass.backward(
      inputs, rows: count, gradient: pass.buffer + pass.plan.gradient, inputGradient: nil)
    return loss
  }

  /// The same with the loss of the gradients.
  private func valueAndGradientLoss(
    _ order: UnsafePointer<Int>, _ count: Int, _ weights: UnsafePointer<Scalar>?, step: Int
  ) -> StepLoss {
    guard let targets = trainer.training.gradients, let term = trainer.configuration.gradientLoss
    else { return StepLoss(value: .nan, gradient: nil) }
    let plan = pass.plan
    gather(targets.gradients.elements, order, count, into: pass.buffer + plan.batchGradients)
    if let features = targets.features {
      gather(features.slopes.elements, order, count, into: pass.buffer + plan.batchSlopes)
    }
    let inputs = UnsafePointer(pass.buffer + plan.batchInputs)
    pass.forwardWithCurvature(inputs, rows: count)
    let value = sumLoss(count, weights, error: pass.gradientPredictionError)
    let steps = trainer.configuration.maximumEpochs * trainer.stepsPerEpoch
    let gradient = pass.sumGradientLoss(
      rows: count, coordinates: targets.coordinates,
      targets: pass.buffer + plan.batchGradients, slopes: pass.buffer + plan.batchSlopes,
      directions: targets.features?.directions, weights: weights,
      scale: term.weight(step: step, of: steps) / Double(count))
    let loss = StepLoss(value: value, gradient: gradient)
    if loss.isFinite {
      pass.gradientBackward(inputs, rows: count, gradient: pass.buffer + plan.gradient)
    }
    return loss
  }

  /// The sum of the losses of the predictions, and their derivatives.
  private func sumLoss(
    _ count: Int, _ weights: UnsafePointer<Scalar>?, error: UnsafeMutablePointer<Scalar>
  ) -> Double {
    let outputs = trainer.training.outputs
    return Scalar.sumLoss(
      trainer.configuration.loss, rows: count, outputs: outputs, predictions: pass.prediction,
      targets: pass.buffer + pass.plan.batchTargets, weights: weights,
      scale: 1 / Double(count * outputs), gradient: error)
  }

  private func updateParameters(rate: Double, number: Int) {
    addPenalty()
    let plan = pass.plan
    move(
      plan.layers[plan.layers.count - 1].biases.upperBound, along: pass.buffer + plan.gradient,
      rate, number, parameters, firstMoment, secondMoment)
    guard let normalization = pass.normalization else { return }
    let units = normalization.units
    move(
      units, along: pass.buffer + plan.scaleGradient, rate, number, normalization.scales,
      normalization.firstMoment, normalization.secondMoment)
    Scalar.moveTowards(
      count: 2 * units, 1 - normalization.configuration.momentum,
      pass.buffer + plan.batchAverages, x: normalization.averages)
  }

  /// Lets the optimiser move `count` numbers.
  private func move(
    _ count: Int, along gradient: UnsafePointer<Scalar>, _ rate: Double, _ number: Int,
    _ parameters: UnsafeMutablePointer<Scalar>, _ firstMoment: UnsafeMutablePointer<Scalar>,
    _ secondMoment: UnsafeMutablePointer<Scalar>
  ) {
    let optimizer = trainer.configuration.optimizer
    let gradient = SharedRows(gradient)
    let parameters = DisjointRows(parameters)
    let firstMoment = DisjointRows(firstMoment)
    let secondMoment = DisjointRows(secondMoment)
    parallelFor(count, grain: 16384) { part in
      let start = part.lowerBound
      optimizer.step(
        count: part.count, rate: rate, number: number, gradient: gradient.base + start,
        firstMoment: firstMoment.base + start, secondMoment: secondMoment.base + start,
        parameters: parameters.base + start)
    }
  }

  private func addPenalty() {
    let (l1, l2) = (trainer.configuration.l1, trainer.configuration.l2)
    guard l1 > 0 || l2 > 0 else { return }
    for layer in pass.plan.layers {
      let start = layer.weights.lowerBound
      let gradient = pass.buffer + pass.plan.gradient + start
      if l2 > 0 {
        Scalar.addScaled(count: layer.weights.count, 2 * l2, parameters + start, to: gradient)
      }
      if l1 > 0 {
        Scalar.addSigns(count: layer.weights.count, l1, parameters + start, to: gradient)
      }
    }
  }

  /// Copies the rows of a batch, whose width follows from the number of samples.
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

extension Optimizer {
  /// Step `number` (from 1) at a learning rate.
  func step<Scalar: NetworkScalar>(
    count: Int, rate: Double, number: Int, gradient: UnsafePointer<Scalar>,
    firstMoment: UnsafeMutablePointer<Scalar>, secondMoment: UnsafeMutablePointer<Scalar>,
    parameters: UnsafeMutablePointer<Scalar>
  ) {
    switch self {
    case .adam(let adam):
      Scalar.adamStep(
        count: count, rate: rate * adam.biasCorrection(step: number), adam, gradient: gradient,
        firstMoment: firstMoment, secondMoment: secondMoment, parameters: parameters)
    case .adamW(let adam, let weightDecay):
      Scalar.adamWStep(
        count: count, rate: rate * adam.biasCorrection(step: number), decay: rate * weightDecay,
        adam, gradient: gradient, firstMoment: firstMoment, secondMoment: secondMoment,
        parameters: parameters)
    case .gradientDescent(_, let momentum, let nesterov):
      Scalar.gradientDescentStep(
        count: count, rate: rate, momentum: momentum, nesterov: nesterov, gradient: gradient,
        velocity: firstMoment, parameters: parameters)
    case .rmsProp(_, let decay, let momentum, let epsilon):
      Scalar.rmsPropStep(
        count: count, rate: rate, decay: decay, momentum: momentum, epsilon: epsilon,
        gradient: gradient, velocity: firstMoment, square: secondMoment, parameters: parameters)
    }
  }
}
