/// Why training ended.
public enum StopReason: String, Codable, Sendable {
  /// The monitored loss no longer improved.
  case earlyStopping
  /// All epochs were done.
  case maximumEpochs
  /// The time was used up.
  case timeBudget
  /// A loss was not finite; the best parameters of earlier epochs remain.
  case notFinite
  /// The caller or the task's cancellation ended it; the state can be resumed.
  case cancelled
}

/// What training gave.
public struct TrainingResult<Scalar: NetworkScalar>: Sendable {
  /// The state at the end, from which training can go on.
  public let state: TrainingState<Scalar>
  /// Why training ended.
  public let stopReason: StopReason

  /// The network of the best epoch.
  public var bestNetwork: MultilayerPerceptron<Scalar> { state.bestNetwork }
  /// The network after the last step.
  public var finalNetwork: MultilayerPerceptron<Scalar> { state.trainedNetwork }
  /// The losses of all epochs.
  public var history: TrainingHistory { state.progress.history }
  /// The epoch of ``bestNetwork``, from 1; 0 if no epoch was completed.
  public var bestEpoch: Int { state.progress.bestEpoch }
  /// The monitored loss of the best epoch; `nil` if no epoch was completed.
  public var bestLoss: Double? { state.progress.stopping.best }
  /// Training time in seconds.
  public var seconds: Double { state.progress.seconds }
}

extension TrainingResult: CustomStringConvertible {
  /// One line: architecture, epochs, best loss, reason, time.
  public var description: String {
    let loss = bestLoss.map { "\($0)" } ?? "none"
    return "\(state.network.architecture): \(state.progress.epoch) epochs, best loss \(loss) at "
      + "epoch \(bestEpoch), ended by \(stopReason.rawValue) after \(seconds) s"
  }
}
