/// The losses of one epoch.
public struct EpochRecord: Codable, Sendable, Hashable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The mean loss over the epoch's batches, each before its step.
  public let trainingLoss: Double
  /// The loss of the validation set after the epoch; `nil` without one.
  public let validationLoss: Double?
  /// The mean over the epoch's samples of the squared errors of gradients; `nil` for a training
  /// on values alone.
  public let trainingGradientLoss: Double?
  /// The same of the validation set after the epoch.
  public let validationGradientLoss: Double?
  /// The learning rate of the epoch's last step.
  public let learningRate: Double
  /// Duration, validation included, in seconds.
  public let seconds: Double

  /// The numbers of an epoch; losses are those of the values.
  public init(
    epoch: Int, trainingLoss: Double, validationLoss: Double?, learningRate: Double,
    seconds: Double, trainingGradientLoss: Double? = nil, validationGradientLoss: Double? = nil
  ) {
    self.epoch = epoch
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.trainingGradientLoss = trainingGradientLoss
    self.validationGradientLoss = validationGradientLoss
    self.learningRate = learningRate
    self.seconds = seconds
  }

  /// The loss of the values, which decides about rates and stopping.
  public var monitoredLoss: Double { validationLoss ?? trainingLoss }
}

/// The losses of all epochs.
public struct TrainingHistory: Codable, Sendable, Hashable {
  /// One record per epoch, in order.
  public internal(set) var epochs: [EpochRecord] = []

  /// A history of the given epochs.
  public init(epochs: [EpochRecord] = []) { self.epochs = epochs }

  /// A table with one line per epoch and a header; an absent validation loss is empty. Losses of
  /// gradients, where there are any, are the last two columns.
  public var csv: String {
    let hasGradients = epochs.contains { $0.trainingGradientLoss != nil }
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let lines = epochs.map { record in
      "\(record.epoch),\(record.trainingLoss),\(text(record.validationLoss)),"
        + "\(record.learningRate),\(record.seconds)"
        + (hasGradients
          ? ",\(text(record.trainingGradientLoss)),\(text(record.validationGradientLoss))" : "")
        + "\n"
    }
    return "epoch,training_loss,validation_loss,learning_rate,seconds"
      + (hasGradients ? ",training_gradient_loss,validation_gradient_loss\n" : "\n")
      + lines.joined()
  }
}
