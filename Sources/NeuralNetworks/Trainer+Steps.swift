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
    parameters.withUnsafeMutableBufferPointer { parameters in
      firstMoment.withUnsafeMutableBufferPointer { firstMoment in
        secondMoment.withUnsafeMutableBufferPointer { secondMoment in
          normalization.withUnsafeMutableBufferPointer { normalization in
            order.withUnsafeBufferPointer { order in
              guard let parameters = parameters.baseAddress, let order = order.baseAddress,
                let firstMoment = firstMoment.baseAddress,
                let secondMoment = secondMoment.baseAddress
              else { return }
              workspace.withPasses(UnsafePointer(parameters)) { parts, gradient in
                var step = TrainingStep(
                  trainer: self, parts: parts, gradient: gradient, parameters: parameters,
                  firstMoment: firstMoment, secondMoment: secondMoment)
                step.normalize(.init(configuration.batchNormalization, normalization))
                withProducts(in: parts.count) { loop(step, order, &progress, deadline, pause) }
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
      if let dropout = configuration.dropout {
        step.dropOut(DropoutMask(dropout, seed: configuration.seed, step: progress.step))
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
