/// The losses of one epoch.
public struct EpochRecord: Codable, Sendable, Hashable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The mean loss over the epoch's batches, each before its step.
  public let trainingLoss: Double
  /// The loss of the validation set after the epoch; `nil` without one.
  public let validationLoss: Double?
  /// The learning rate of the epoch's last step.
  public let learningRate: Double
  /// Duration, validation included, in seconds.
  public let seconds: Double

  /// The loss that decides about rates and stopping.
  public var monitoredLoss: Double { validationLoss ?? trainingLoss }
}

/// The losses of all epochs.
public struct TrainingHistory: Codable, Sendable, Hashable {
  /// One record per epoch, in order.
  public internal(set) var epochs: [EpochRecord] = []

  /// A history of the given epochs.
  public init(epochs: [EpochRecord] = []) { self.epochs = epochs }

  /// A table with one line per epoch and a header; an absent validation loss is empty.
  public var csv: String {
    let lines = epochs.map { record in
      let validation = record.validationLoss.map { "\($0)" } ?? ""
      return "\(record.epoch),\(record.trainingLoss),\(validation),"
        + "\(record.learningRate),\(record.seconds)\n"
    }
    return "epoch,training_loss,validation_loss,learning_rate,seconds\n" + lines.joined()
  }
}
