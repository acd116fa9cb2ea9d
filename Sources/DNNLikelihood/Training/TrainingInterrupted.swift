public import Foundation

/// Thrown out of a training that was asked to stop; its state is kept.
public struct TrainingInterrupted: Error, CustomStringConvertible {
  /// The checkpoint; of an ensemble, the folder of all.
  public let file: URL
  /// Epochs completed, by all members together.
  public let epochs: Int

  public var description: String {
    "the training is kept in \(file.relativePath) after \(epochs) epochs; the same command goes on "
      + "from there"
  }
}
