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

  /// The rate rises linearly during `epochs` epochs and then stays.
  case linearWarmUp(epochs: Int)
  /// After every `epochs` epochs the rate is multiplied by `factor`.
  case step(epochs: Int, factor: Double)
  /// The rate rises along half a cosine from `initialFraction` to its value during the first
  /// `warmUpFraction` of all steps, and falls along half a cosine to `finalFraction` of it (Smith,
  /// Topin, arXiv:1708.07120; with optax's defaults).
  case oneCycle(
    warmUpFraction: Double = 0.3, initialFraction: Double = 0.04, finalFraction: Double = 4e-6)

  /// The factor on the initial rate at step `step` (from 0), for schedules that are a function of
  /// the step.
  func factor(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    switch self {
    case .constant, .reduceOnPlateau: return 1
    case .linearWarmUp(let warmUpEpochs):
      return min(1, Double(step + 1) / Double(max(1, warmUpEpochs * stepsPerEpoch)))
    case .step(let every, let factor):
      return pow(factor, Double(step / (every * stepsPerEpoch)))
    case .oneCycle(let warmUpFraction, let initial, let final):
      let steps = max(1, epochs * stepsPerEpoch)
      let top = Int(warmUpFraction * Double(steps))
      if step < top { return Self.halfCosine(from: initial, to: 1, Double(step) / Double(top)) }
      return Self.halfCosine(
        from: 1, to: final, Double(step - top) / Double(max(1, steps - top)))
    case .cosine(let warmUpEpochs, let final):
      let warmUp = warmUpEpochs * stepsPerEpoch
      if step < warmUp { return Double(step + 1) / Double(warmUp) }
      let rest = max(1, epochs * stepsPerEpoch - warmUp)
      return Self.halfCosine(from: 1, to: final, Double(step - warmUp) / Double(rest))
    }
  }

  private static func halfCosine(from start: Double, to end: Double, _ progress: Double) -> Double {
    end + (start - end) * 0.5 * (1 + cos(Double.pi * min(1, progress)))
  }
}
