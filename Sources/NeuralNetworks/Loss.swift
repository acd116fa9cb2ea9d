/// What training makes small: the mean over samples of a function of the error e = prediction −
/// target. Sample weights multiply the terms; the mean divides by the number of samples.
public enum Loss: Codable, Sendable, Hashable {
  /// e².
  case meanSquaredError
  /// |e|.
  case meanAbsoluteError
  /// e²/2 up to |e| = threshold, threshold (|e| − threshold/2) beyond (Huber 1964).
  case huber(threshold: Double)

  /// 100 |e| / |target|, the target's size at least 1e-7 (as Keras).
  case meanAbsolutePercentageError
  /// The squared difference of ln(1 + value) of prediction and target, both at least 1e-7 (as
  /// Keras).
  case meanSquaredLogarithmicError

  /// The number of the kernel.
  var kernel: Int32 {
    switch self {
    case .meanSquaredError: 0
    case .meanAbsoluteError: 1
    case .huber: 2
    case .meanAbsolutePercentageError: 3
    case .meanSquaredLogarithmicError: 4
    }
  }

  /// The threshold of the Huber loss; unused otherwise.
  var threshold: Double {
    if case .huber(let threshold) = self { threshold } else { 1 }
  }
}
