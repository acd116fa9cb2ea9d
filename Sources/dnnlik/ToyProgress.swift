import DNNLikelihood
import Foundation

/// Shows how far pseudo-experiments are, with their rate and the time left.
final class ToyProgress {
  private let bar: ProgressBar
  private let start = Date()
  private var made = 0

  init(_ bar: ProgressBar) { self.bar = bar }

  /// Shows a batch; returns false once the user has asked to stop.
  func show(_ batch: ToyBatch) -> Bool {
    made += batch.experiments.count
    let rate = Double(made) / max(Date().timeIntervalSince(start), 1e-3)
    let left = Double(batch.total - batch.done) / rate
    return bar.show(
      StudyProgress(
        stage: "pseudo-experiments", fraction: Double(batch.done) / Double(batch.total),
        detail: String(format: "%.0f toys/s  %.0f s left", rate, left)))
  }
}
