internal import Foundation
internal import NeuralNetworks
internal import Surrogates

extension SurrogateTraining {
  /// What a training came to, with the accuracy on the data set's test points.
  struct Measured {
    /// The training; its surrogate has version, accuracy and training ranges in its provenance.
    var surrogate: SurrogateLikelihood
    /// History, best epoch, seconds.
    let result: Result
    /// Metrics on the validation and the test points; `nil` if there are no test points.
    let validation, test: RegressionMetrics?
  }

  /// Trains, measures the surrogate on the test points, and writes both into its provenance.
  ///
  /// - Parameters:
  ///   - checkpoint: where the state is kept; `nil` for nowhere.
  ///   - onProgress: fraction done and a line of text; return false to stop.
  /// - Throws: ``StudyInterrupted``, or ``TrainingInterrupted`` where the state is kept; errors of
  ///   the training.
  func runMeasured(
    checkpoint: TrainingCheckpoint? = nil, onProgress: (Double, String) -> Bool
  ) throws -> Measured {
    var line = "first epoch"
    let epochs = Double(recipe.training.maximumEpochs)
    let batches =
      Double(dataset.indices(.training).count) / Double(max(1, recipe.training.batchSize))
    let result = try run(checkpoint: checkpoint) { epoch in
      line = TrainingReport.line(epoch)
      return onProgress(Double(epoch.record.epoch) / epochs, line)
    } onPause: { progress in
      onProgress((Double(progress.epoch) + Double(progress.batch) / batches) / epochs, line)
    }
    guard result.stopReason != .cancelled else {
      guard let checkpoint else { throw StudyInterrupted() }
      throw TrainingInterrupted(file: checkpoint.url, epochs: result.history.epochs.count)
    }
    let metrics =
      dataset.indices(.test).isEmpty
      ? [:]
      : try Evaluation(of: result.surrogate, on: dataset, comparesMarginals: false).metrics
    let test = metrics[.test]
    var surrogate = result.surrogate
    try describe(&surrogate.provenance, testRMSE: test?.rmse)
    return Measured(
      surrogate: surrogate, result: result, validation: metrics[.validation], test: test)
  }

  /// Adds version, accuracy, training ranges and data set to the provenance of a surrogate.
  func describe(_ provenance: inout [String: String], testRMSE: Double?) throws {
    provenance["version"] = frameworkVersion
    provenance["training_ranges"] = try trainingRanges()
    if let testRMSE { provenance["test_rmse_nats"] = String(format: "%.6g", testRMSE) }
    for (key, value) in dataset.provenance where key != "seed" && key != "version" {
      provenance["dataset_" + key] = value
    }
  }

  /// Smallest and largest value of every parameter over the training points, as JSON by name.
  private func trainingRanges() throws -> String {
    let points = dataset.points.selectingRows(dataset.indices(.training))
    let ranges = dataset.parameters.names.indices.map { k in
      let column = points.column(k)
      return [column.min() ?? .nan, column.max() ?? .nan]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let table = Dictionary(uniqueKeysWithValues: zip(dataset.parameters.names, ranges))
    return String(decoding: try encoder.encode(table), as: UTF8.self)
  }
}
