internal import Foundation

/// How the learning rate changes during training.
public enum LearningRateSchedule: Codable, Sendable, Hashable {
  /// The rate stays as it is.
  case constant
  /// After `patience` epochs in which the monitored loss did not fall by more than
  /// `minimumImprovement` below its best value, the rate is multiplied by `factor`, down to
  /// `floor` (as `ReduceLROnPlateau` of Keras, without cooldown).
  case reduceOnPlateau(factor: Double, patience: Int, minimumImprovement: Double, floor: Double)
  /// The rate rises linearly during `warmUpEpochs` and then falls along half a cosine to
  /// `finalFraction` of its value at the last epoch (Loshchilov, Hutter, arXiv:1608.03983, eq. 5,
  /// without restarts). It changes with every step.
  case cosine(warmUpEpochs: Int, finalFraction: Double)

  /// The factor on the initial rate at step `step` (from 0), for schedules that are a function of
  /// the step.
  func factor(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    guard case .cosine(let warmUpEpochs, let finalFraction) = self else { return 1 }
    let warmUp = warmUpEpochs * stepsPerEpoch
    if step < warmUp { return Double(step + 1) / Double(warmUp) }
    let rest = max(1, epochs * stepsPerEpoch - warmUp)
    let progress = min(1, Double(step - warmUp) / Double(rest))
    return finalFraction + (1 - finalFraction) * 0.5 * (1 + cos(Double.pi * progress))
  }
}
