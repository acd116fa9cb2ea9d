internal import NumericalCore

/// A distribution of initial weights; biases start at zero.
///
/// Normal distributions are cut at two standard deviations and widened so that the stated variance
/// is that of the cut distribution, as in Keras.
public enum WeightInitializer: String, Codable, Sendable, CaseIterable {
  /// Variance 1 / inputs (LeCun, Bottou, Orr, Müller, "Efficient BackProp", eq. 16).
  case lecunNormal
  /// Variance 2 / inputs (He et al., arXiv:1502.01852, eq. 10).
  case heNormal
  /// Uniform in ±√(6 / (inputs + outputs)) (Glorot, Bengio, AISTATS 2010, eq. 16).
  case glorotUniform

  /// Draws one weight of a layer with the given numbers of inputs and outputs.
  func draw(inputs: Int, outputs: Int, from random: inout RandomSequence) -> Double {
    switch self {
    case .lecunNormal: Self.cutNormal(variance: 1 / Double(inputs), &random)
    case .heNormal: Self.cutNormal(variance: 2 / Double(inputs), &random)
    case .glorotUniform:
      (6 / Double(inputs + outputs)).squareRoot() * random.uniform(-1, 1)
    }
  }

  private static func cutNormal(variance: Double, _ random: inout RandomSequence) -> Double {
    // The standard deviation of a standard normal number cut at ±2.
    let cutDeviation = 0.87962566103423978
    var x = random.normal()
    while abs(x) > 2 { x = random.normal() }
    return x * variance.squareRoot() / cutDeviation
  }
}
