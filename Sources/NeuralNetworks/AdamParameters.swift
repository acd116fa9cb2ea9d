/// The constants of Adam (Kingma, Ba, arXiv:1412.6980, algorithm 1).
///
/// ε is added after the bias correction has been moved into the rate, as in Keras and in the
/// paper's section 2: θ −= η √(1 − β₂ᵗ)/(1 − β₁ᵗ) m / (√v + ε).
public struct AdamParameters: Codable, Sendable, Hashable {
  /// The initial learning rate η.
  public var learningRate: Double
  /// The decay rate β₁ of the first moment m.
  public var beta1: Double
  /// The decay rate β₂ of the second moment v.
  public var beta2: Double
  /// The number ε that keeps the division finite.
  public var epsilon: Double

  /// Adam with the defaults of Keras.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// The factor √(1 − β₂ᵗ)/(1 − β₁ᵗ) of step `t` = 1, 2, …
  func biasCorrection(step t: Int) -> Double {
    (1 - Self.power(beta2, t)).squareRoot() / (1 - Self.power(beta1, t))
  }

  /// `base` to a whole power, by repeated squaring.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
