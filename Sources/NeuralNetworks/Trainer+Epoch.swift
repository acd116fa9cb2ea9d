internal import Dispatch
internal import NumericalCore

extension Trainer {
  /// Trains until the end of the present epoch, which may have begun earlier.
  ///
  /// Sets `state.progress.stopReason` when training should end.
  ///
  /// - Parameters:
  ///   - state: what changes.
  ///   - workspace: memory made by ``workspace(for:)``.
  ///   - pause: seconds after which to return between two steps; `nil` for the whole epoch.
  /// - Returns: the losses of the epoch; `nil` if it was interrupted between two steps, in which
  ///   case a later call goes on with the next step.
  public func advanceEpoch(
    _ state: inout TrainingState<Scalar>, workspace: inout NetworkWorkspace<Scalar>,
    pausingAfter pause: Double? = nil
  ) -> EpochReport? {
    precondition(
      workspace.purpose == purpose && workspace.architecture == state.network.architecture
        && (workspace.keepsDerivatives || configuration.dropout == nil)
        && (workspace.normalizes || configuration.batchNormalization == nil)
        && workspace.rows * workspace.parts >= largestBatch,
      "a workspace made for another network or purpose")
    precondition(
      state.normalization?.configuration == configuration.batchNormalization,
      "a state made for another batch normalisation")
    let clock = Stopwatch()
    let secondsBefore = state.progress.seconds
    let partialBefore = state.progress.partialSeconds
    func updateTime() {
      state.progress.seconds = secondsBefore + clock.seconds
      state.progress.partialSeconds = partialBefore + clock.seconds
    }
    runSteps(
      &state, workspace: &workspace, until: deadline(clock, used: secondsBefore),
      pausingAt: Deadline(clock: clock, seconds: pause))
    guard state.progress.stopReason == nil, state.progress.batch == stepsPerEpoch else {
      updateTime()
      return nil
    }
    let trainingLoss = state.progress.partialLoss / Double(training.count)
    let gradientLoss = state.progress.partialGradientLoss.map { $0 / Double(training.count) }
    let trained = state.trainedNetwork
    let losses = validation.map { meanLosses(of: trained, on: $0, &workspace) }
    updateTime()
    let record = EpochRecord(
      epoch: state.progress.epoch + 1, trainingLoss: trainingLoss, validationLoss: losses?.value,
      learningRate: rate(state.progress, step: state.progress.step - 1),
      seconds: state.progress.partialSeconds, trainingGradientLoss: gradientLoss,
      validationGradientLoss: losses?.gradient)
    if state.progress.finishEpoch(record, configuration) {
      state.bestParameters = trained.parameters
    }
    return report(record, state.progress)
  }

  /// The losses of a network on samples, divided by their number; that of the gradients if they
  /// are trained on.
  func meanLosses(
    of network: MultilayerPerceptron<Scalar>, on samples: TrainingSamples<Scalar>,
    _ workspace: inout NetworkWorkspace<Scalar>
  ) -> (value: Double, gradient: Double?) {
    let rows = workspace.rows
    var losses = [StepLoss](
      repeating: StepLoss(value: .nan, gradient: nil), count: (samples.count + rows - 1) / rows)
    network.parameters.withUnsafeBufferPointer { parameters in
      guard let parameters = parameters.baseAddress else { return }
      workspace.withPasses(parameters) { parts, _ in
        let validation = ValidationPass(trainer: self, samples: samples, parts: parts)
        withProducts(in: parts.count) { validation.run(rows, &losses) }
      }
    }
    guard let first = losses.first else { return (.nan, nil) }
    let sum = losses.dropFirst().reduce(first, +)
    let count = Double(samples.count)
    return (sum.value / count, sum.gradient.map { $0 / count })
  }

  /// Runs `body` with every product on its own thread, if there are several parts, which have the
  /// threads then.
  func withProducts(in parts: Int, _ body: () -> Void) {
    if parts > 1 { Threads.withSerialProducts(body) } else { body() }
  }

  /// The learning rate of a step.
  func rate(_ progress: TrainingProgress, step: Int) -> Double {
    progress.learningRate
      * configuration.schedule.factor(
        step: step, stepsPerEpoch: stepsPerEpoch, epochs: configuration.maximumEpochs)
  }

  private func deadline(_ clock: Stopwatch, used: Double) -> Deadline {
    Deadline(clock: clock, seconds: configuration.timeBudget.map { $0 - used })
  }

  private func report(_ record: EpochRecord, _ progress: TrainingProgress) -> EpochReport {
    let perEpoch = progress.seconds / Double(progress.epoch)
    let untilLast = perEpoch * Double(configuration.maximumEpochs - progress.epoch)
    let untilBudget = configuration.timeBudget.map { max(0, $0 - progress.seconds) }
    return EpochReport(
      record: record, maximumEpochs: configuration.maximumEpochs, bestEpoch: progress.bestEpoch,
      samplesPerSecond: Double(training.count) / max(record.seconds, 1e-9),
      elapsedSeconds: progress.seconds,
      remainingSeconds: min(untilLast, untilBudget ?? untilLast))
  }
}

extension TrainingProgress {
  /// Enters a completed epoch: history, plateau, early stopping, last epoch.
  ///
  /// - Returns: whether the present parameters are the best so far.
  mutating func finishEpoch(
    _ record: EpochRecord, _ configuration: TrainingConfiguration
  ) -> Bool {
    epoch += 1
    batch = 0
    partialLoss = 0
    partialGradientLoss = nil
    partialSeconds = 0
    history.epochs.append(record)
    let loss = record.monitoredLoss
    guard loss.isFinite else {
      stopReason = .notFinite
      return false
    }
    lowerRate(loss, configuration.schedule)
    let rule = configuration.earlyStopping
    let improved = stopping.observe(loss, minimumImprovement: rule?.minimumImprovement ?? 0)
    if improved { bestEpoch = epoch }
    if let rule, stopping.epochsWithout >= rule.patience {
      stopReason = .earlyStopping
    } else if epoch >= configuration.maximumEpochs {
      stopReason = .maximumEpochs
    }
    return improved
  }

  private mutating func lowerRate(_ loss: Double, _ schedule: LearningRateSchedule) {
    guard
      case .reduceOnPlateau(let factor, let patience, let minimumImprovement, let floor) = schedule
    else { return }
    if plateau.observe(loss, minimumImprovement: minimumImprovement) { return }
    guard plateau.epochsWithout >= patience, learningRate > floor else { return }
    learningRate = max(learningRate * factor, floor)
    plateau.restart()
  }
}

/// Measures time from its creation.
struct Stopwatch: Sendable {
  private let start = DispatchTime.now().uptimeNanoseconds

  var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9 }
}

/// A time at which work should end, if any.
struct Deadline: Sendable {
  let clock: Stopwatch
  let seconds: Double?

  var hasPassed: Bool { seconds.map { clock.seconds >= $0 } ?? false }
}
