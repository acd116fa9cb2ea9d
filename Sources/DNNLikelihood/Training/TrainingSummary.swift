internal import Foundation

/// What a training came to, in nats; `nil` where the data set has no test points.
public struct TrainingSummary: Codable, Sendable {
  /// Root mean squared error on the test points, in nats.
  public var testRMSE: Double?
  /// Mean squared error on the test points, in nats².
  public var testMSE: Double?
  /// Root mean squared error on the validation points, in nats.
  public var validationRMSE: Double?
  /// Epochs run.
  public var epochs: Int
  /// The epoch of the best weights.
  public var bestEpoch: Int
  /// Seconds of training.
  public var seconds: Double
  /// Weights and biases of the network.
  public var parameters: Int
  /// Why training ended.
  public var stopReason: String
  /// The file of the surrogate.
  public var model: String
  /// Digest of the data set; absent in files of older versions.
  public var dataset: String?
  /// Digest of data set and recipe.
  public var digest: String?

  /// The summary as text.
  public var table: String {
    let error = testRMSE.map { String(format: "test RMSE %.4f nats, ", $0) } ?? ""
    return error
      + String(
        format: "%d epochs (best %d, %@), %.1f s, %d weights\n%@", epochs, bestEpoch,
        stopReason, seconds, parameters, model)
  }
}
