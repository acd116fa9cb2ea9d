internal import Foundation
public import NeuralNetworks

/// One line on the state of a training: loss, learning rate, rate, time left.
public enum TrainingReport {
  /// The line of an epoch.
  public static func line(_ epoch: EpochReport) -> String {
    String(
      format: "epoch %d/%d  loss %.3e  validation %.3e  rate %.1e  %.0fk points/s  %.0f s left",
      epoch.record.epoch, epoch.maximumEpochs, epoch.record.trainingLoss,
      epoch.record.monitoredLoss, epoch.record.learningRate, epoch.samplesPerSecond / 1000,
      epoch.remainingSeconds)
  }
}
