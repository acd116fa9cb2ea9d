/// Outputs of hidden layers that are dropped at random in every training step, each with
/// probability `rate`; predictions use all of them.
public enum Dropout: Codable, Sendable, Hashable {
  /// Dropped outputs are zero, the others are multiplied by 1 / (1 − rate), so that means stay
  /// (Srivastava et al., JMLR 15 (2014) 1929, in the form that leaves predictions alone).
  case standard(rate: Double)
  /// Dropped outputs take SELU's smallest value −λα, and the affine map a x + b that follows keeps
  /// mean 0 and variance 1 (Klambauer et al., arXiv:1706.02515, "New Dropout Technique").
  case alpha(rate: Double)

  /// The probability of being dropped.
  public var rate: Double {
    switch self {
    case .standard(let rate), .alpha(let rate): rate
    }
  }
}

extension Dropout: CustomStringConvertible {
  /// The kind and the rate.
  public var description: String {
    switch self {
    case .standard(let rate): "\(rate)"
    case .alpha(let rate): "alpha \(rate)"
    }
  }
}
