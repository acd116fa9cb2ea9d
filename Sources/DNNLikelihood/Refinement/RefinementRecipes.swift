internal import Foundation
internal import Surrogates

/// The recipes that a round of a refinement tries.
///
/// Where the likelihood has counts, the first rounds try both recipes; the one that was better at
/// fresh points goes on alone.
struct RefinementRecipes {
  let settings: RefinementSettings
  /// The round, from 1.
  let round: Int
  /// Points to train on.
  let points: Int
  let withGradients: Bool
  let hasCounts: Bool
  let earlier: [RefinementRound]

  /// Rounds in which recipes compete.
  private static let trials = 3

  /// The recipes, one or two.
  var recipes: [TrainingRecipe] {
    guard hasCounts, settings.learnsCounts != false else { return [enhanced] }
    guard settings.learnsCounts == nil else { return [counts] }
    if round > Self.trials, let last = earlier.last {
      return last.recipe == enhanced.name ? [enhanced] : [counts]
    }
    return [enhanced, counts]
  }

  var learnsCounts: Bool { recipes.contains(where: \.learnsCounts) }

  /// How often earlier rounds asked for a larger network.
  private var growths: Double {
    Double(earlier.filter { $0.decision == .largerNetwork }.count)
  }

  private func widths(_ factor: Double = 1) -> [Int] {
    let width = min(
      Double(settings.largestWidth), factor * Double(settings.width) * pow(2, growths / 2))
    return Array(repeating: Int((width / 16).rounded(.up)) * 16, count: 2)
  }

  /// The number of steps grows as the root of the number of points, and with the network.
  private func epochs(steps: Double, batch: Int) -> Int {
    let steps = steps * pow(1.4, growths) * (Double(points) / 2000).squareRoot()
    return max(8, Int((steps * Double(batch) / Double(points)).rounded()))
  }

  private var seed: UInt64 { settings.seed &+ UInt64(round) }

  private var enhanced: TrainingRecipe {
    let batch = points < 8000 ? 128 : 256
    var recipe = TrainingRecipe.enhanced(
      widths: widths(), epochs: epochs(steps: withGradients ? 1500 : 3000, batch: batch),
      batchSize: batch, seed: seed)
    // Wide networks lose what they have learned in a long training at the rate of narrow ones.
    if let width = recipe.hiddenWidths.first, width > 256 {
      let rate = recipe.training.optimizer.learningRate * 256 / Double(width)
      recipe.training.optimizer = .adam(AdamParameters(learningRate: rate))
    }
    return recipe
  }

  private var counts: TrainingRecipe {
    let batch = points < 8000 ? 128 : points < 100_000 ? 256 : 512
    // Many outputs have one body.
    return .counts(
      widths: widths(2), epochs: epochs(steps: 2000, batch: batch), batchSize: batch, seed: seed)
  }
}
