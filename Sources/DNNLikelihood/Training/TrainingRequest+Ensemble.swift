public import Foundation
internal import Likelihoods
internal import NeuralNetworks
internal import NumericalCore
internal import Synchronization
public import Surrogates

extension TrainingRequest {
  /// What the training of an ensemble came to, in nats; `nil` where the data set has no test points.
  public struct EnsembleSummary: Codable, Sendable {
    /// Root mean squared error of the mean on the test points.
    public var testRMSE: Double?
    /// Mean squared error of the mean on the test points, in nats².
    public var testMSE: Double?
    /// Root mean squared error of each member on the test points.
    public var memberRMSE: [Double]
    /// The member with the least error on the validation points, from 0.
    public var best: Int
    /// The weight of each member.
    public var weights: [Double]
    /// Whether the weights are better than equal ones; if not, they are equal.
    public var stackingPays: Bool
    /// What makes of the spread an error.
    public var calibration: SpreadCalibration
    /// How well the calibrated spread describes the errors on the test points.
    public var coverage: SpreadCoverage?
    /// Epochs run by each member.
    public var epochs: [Int]
    /// Whether members were trained side by side.
    public var sideBySide: Bool
    /// Seconds of training.
    public var seconds: Double
    /// Weights and biases of all networks.
    public var parameters: Int
    /// The file of the ensemble.
    public var model: String
    /// Digest of the data set.
    public var dataset: String

    /// The summary as text.
    public var table: String {
      var lines: [String] = []
      if let testRMSE {
        let members = memberRMSE.map { String(format: "%.4f", $0) }.joined(separator: " ")
        lines.append(
          String(format: "test RMSE %.4f nats; of the members ", testRMSE) + members)
      }
      lines.append(
        "weights: " + (stackingPays ? "stacked" : "equal, because stacking does not pay")
          + "; best member \(best + 1)")
      lines.append(
        String(
          format: "error = sqrt((%.3f spread)^2 + %.4f^2)", calibration.scale, calibration.floor))
      if let coverage { lines.append(coverage.text) }
      lines.append(
        String(
          format: "%d members (%@), %.1f s, %d weights\n%@", weights.count,
          sideBySide ? "side by side" : "one after another", seconds, parameters, model))
      return lines.joined(separator: "\n")
    }
  }

  /// Trains an ensemble, or goes on where an earlier run stopped, and writes the model folder; the
  /// history is that of the best member.
  ///
  /// - Parameters:
  ///   - count: how many members, two at least.
  ///   - file: the data set.
  ///   - likelihood: the truth, for its maximum (recipe `enhanced`) and its prior.
  ///   - folder: the model folder.
  ///   - onProgress: fraction done and a line of text, from several threads; return false to stop.
  /// - Throws: ``TrainingInterrupted``, ``ModelFolderError``, `CheckpointError`, errors of the data
  ///   set, of the fit, of the training.
  public func runEnsemble(
    of count: Int, on file: URL, likelihood: (any Posterior)?, writingTo folder: URL,
    onProgress: @escaping @Sendable (Double, String) -> Bool = { _, _ in true }
  ) throws -> EnsembleSummary {
    let first = try training(on: file, likelihood: likelihood)
    let output = ModelFolder(planned: folder)
    let digest = first.dataset.digest
    let checkpoints = (0..<count).map { member in
      var checkpoint = output.checkpoint(ofMember: member)
      checkpoint.interval = checkpointInterval
      return checkpoint
    }
    try output.claim(
      for: .dataset(digest), resuming: checkpoints, overwriting: beginning == .overwriting)
    guard try beginning != .resuming || checkpoints.contains(where: { try $0.contents() != nil })
    else {
      throw ModelFolderError.nothingToResume(folder)
    }
    let training = EnsembleTraining(first, count: count)
    let latest = Mutex((fraction: 0.0, line: "first epoch"))
    let result: EnsembleTraining.Result
    do {
      result = try TrainingInput.naming(file) {
        try training.run {
          checkpoints[$0]
        } onEpoch: { progress in
          let fraction = Double(progress.epochs) / Double(progress.maximumEpochs)
          let line = "member \(progress.member + 1), " + TrainingReport.line(progress.report)
          latest.withLock { $0 = (fraction, line) }
          return onProgress(fraction, line)
        } onPause: {
          let (fraction, line) = latest.withLock { $0 }
          return onProgress(fraction, line)
        }
      }
    } catch let stopped as EnsembleTrainingStopped {
      throw TrainingInterrupted(file: folder, epochs: stopped.epochs)
    }
    let measured = Evaluation.Predictions(of: result.ensemble, on: first.dataset, .test)
    let metrics = measured?.metrics()
    var ensemble = result.ensemble
    try first.describe(&ensemble.provenance, testRMSE: metrics?.rmse)
    let summary = EnsembleSummary(
      testRMSE: metrics?.rmse, testMSE: metrics?.mse,
      memberRMSE: measured?.memberErrors ?? [], best: result.best, weights: ensemble.weights,
      stackingPays: result.stacking.pays, calibration: ensemble.calibration,
      coverage: measured?.coverage, epochs: result.members.map(\.history.epochs.count),
      sideBySide: training.isSideBySide, seconds: result.seconds,
      parameters: ensemble.members.reduce(0) { $0 + $1.network.architecture.parameterCount },
      model: output.model.path, dataset: digest)
    try output.write(result.members[result.best].history)
    try ensemble.write(to: output.model)
    try output.write(summary)
    try output.removeCheckpoints()
    return summary
  }
}
