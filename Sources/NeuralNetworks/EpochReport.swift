/// What is known at the end of an epoch, for progress displays.
public struct EpochReport: Sendable, Hashable {
  /// The losses and the rate.
  public let record: EpochRecord
  /// Epochs at most.
  public let maximumEpochs: Int
  /// Epoch of the best parameters so far.
  public let bestEpoch: Int
  /// Training samples per second, validation included in the time.
  public let samplesPerSecond: Double
  /// Training time so far, in seconds, over all parts of a resumed run.
  public let elapsedSeconds: Double
  /// Time until the last epoch or the end of the time budget, in seconds; training may stop
  /// earlier.
  public let remainingSeconds: Double
}
