/// Normalisation of the hidden layers over the rows of each batch (Ioffe, Szegedy,
/// arXiv:1502.03167, algorithm 1).
///
/// In a step of training, a hidden layer computes f(γ (x W − m)/√(v + ε) + β) with mean m and
/// variance v of every column of x W over the batch (the sum of squares divided by the number of
/// rows). β are the layer's biases; the scales γ, 1 at first, are trained with the weights. Running
/// averages of m and v take their places everywhere else, as in Keras, where they are factors and
/// shifts of the weights: a trained network is a plain one.
public struct BatchNormalization: Codable, Sendable, Hashable {
  /// What the running averages keep of themselves in a step; they begin with mean 0, variance 1.
  public var momentum: Double
  /// The number ε that keeps the division finite.
  public var epsilon: Double

  /// Batch normalisation with the constants of Keras.
  public init(momentum: Double = 0.99, epsilon: Double = 1e-3) {
    self.momentum = momentum
    self.epsilon = epsilon
  }
}

extension BatchNormalization: CustomStringConvertible {
  /// The two constants.
  public var description: String { "momentum \(momentum), epsilon \(epsilon)" }
}
