/// A function applied to every output of a layer.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// λx above zero, λα(exp(x) − 1) below, with λ = 1.0507…, α = 1.6733… that keep mean 0 and
  /// variance 1 through the layers (Klambauer et al., arXiv:1706.02515, eq. 2 and 14).
  case selu
  /// x above zero, exp(x) − 1 below (Clevert et al., arXiv:1511.07289, with α = 1).
  case elu
  /// x above zero, 0 below.
  case relu
  /// x above zero, 0.01 x below.
  case leakyRelu
  /// x / (1 + exp(−x)), also called swish.
  case silu
  /// x Φ(x) with the standard normal distribution function Φ (Hendrycks, Gimpel, arXiv:1606.08415,
  /// eq. 1; the exact form, not the approximation by tanh).
  case gelu
  /// The hyperbolic tangent.
  case tanh
  /// ln(1 + exp(x)).
  case softplus
  /// 1 / (1 + exp(−x)).
  case sigmoid
  /// x itself.
  case linear

  /// Whether the derivative must be kept from the forward pass, because it is not a function of
  /// the output.
  var storesDerivative: Bool { self == .silu || self == .gelu }

  /// The initialiser that suits a layer followed by this function: LeCun normal for SELU, He normal
  /// for the ReLU family, Glorot uniform otherwise.
  public var defaultInitializer: WeightInitializer {
    switch self {
    case .selu: .lecunNormal
    case .relu, .leakyRelu, .elu, .silu, .gelu: .heNormal
    case .tanh, .softplus, .sigmoid, .linear: .glorotUniform
    }
  }
}
