internal import Foundation
internal import NeuralNetworks
internal import Surrogates

/// The network of a round.
struct RefinementTraining {
  let surrogate: SurrogateLikelihood
  let history: TrainingHistory
  let epochs: Int
  let seconds: Double

  /// Trains a network by each recipe.
  ///
  /// - Parameter onProgress: fraction done and a line; return false to stop.
  /// - Returns: at least one network.
  /// - Throws: ``StudyInterrupted``, errors of the training; a recipe that cannot use the points
  ///   there are is left out, unless it is the only one.
  static func networks(
    _ recipes: [TrainingRecipe], on data: Dataset, counts: BinCounts?,
    quadratic: Preconditioner?, onProgress: (Double, String) -> Bool
  ) throws -> [RefinementTraining] {
    var results: [RefinementTraining] = []
    var failure: (any Error)?
    let total = Double(recipes.count)
    for (k, recipe) in recipes.enumerated() {
      do {
        let result = try SurrogateTraining(
          data, recipe: recipe, quadratic: quadratic, counts: counts
        ).run(onEpoch: { epoch in
          onProgress(
            (Double(k) + Double(epoch.record.epoch) / Double(epoch.maximumEpochs)) / total,
            TrainingReport.line(epoch))
        })
        guard result.stopReason != .cancelled else { throw StudyInterrupted() }
        results.append(
          RefinementTraining(
            surrogate: result.surrogate, history: result.history,
            epochs: result.history.epochs.count, seconds: result.seconds))
      } catch let error as DatasetError {
        failure = error
      }
    }
    if results.isEmpty { throw failure ?? StudyInterrupted() }
    return results
  }
}
