internal import Foundation
internal import NeuralNetworks
internal import Surrogates

/// The network of a round.
struct RefinementTraining {
  let surrogate: SurrogateLikelihood
  let history: TrainingHistory
  let epochs: Int
  let seconds: Double

  /// Trains a network by each recipe and returns the one that describes the validation points best.
  ///
  /// - Parameter onProgress: fraction done and a line; return false to stop.
  /// - Throws: ``StudyInterrupted``, errors of the training; a recipe that cannot use the points
  ///   there are is left out, unless it is the only one.
  static func best(
    of recipes: [TrainingRecipe], on data: Dataset, counts: BinCounts?,
    quadratic: Preconditioner?, onProgress: (Double, String) -> Bool
  ) throws -> RefinementTraining {
    var best: (training: RefinementTraining, error: Double)?
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
        let error = validationError(result.surrogate, data)
        if error < best?.error ?? .infinity {
          best = (
            RefinementTraining(
              surrogate: result.surrogate, history: result.history,
              epochs: result.history.epochs.count, seconds: result.seconds), error
          )
        }
      } catch let error as DatasetError {
        failure = error
      }
    }
    guard let best else { throw failure ?? StudyInterrupted() }
    return best.training
  }

  private static func validationError(_ surrogate: SurrogateLikelihood, _ data: Dataset) -> Double {
    let rows = data.indices(.validation)
    let values = surrogate.logDensities(at: data.points.selectingRows(rows))
    return zip(rows, values).reduce(0) { sum, point in
      let error = point.1 - data.logPosteriors[point.0]
      return sum + error * error
    }
  }
}
