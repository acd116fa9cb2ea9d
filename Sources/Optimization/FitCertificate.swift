/// The evidence that a fit found a minimum; a fit without a valid one is not a result.
///
/// The objective is minus the log density, so heights and distances are in nats; twice them is in
/// units of -2 ln L.
public struct FitCertificate: Codable, Sendable, Equatable {
  /// Largest component of the projected gradient times the width of the parameter, 1/√H_kk (in
  /// units of the objective, nats).
  public var projectedGradient: Double
  /// Estimated distance to the minimum, ½ gᵀ H⁻¹ g, in units of the objective.
  public var edm: Double
  /// Numbers of positive, zero and negative eigenvalues of the scaled Hessian of the free
  /// parameters.
  public var hessianInertia: Inertia
  /// Names of the parameters that end at one of their bounds.
  public var parametersAtBounds: [String]
  /// Names of the parameters that end at their kink, with the density falling on both sides.
  public var parametersAtKinks: [String]
  /// Names of the free parameters on which the density does not depend at the maximum; they keep
  /// their starting values.
  public var parametersWithoutEffect: [String]
  /// What became of the starts.
  public var startOutcomes: StartOutcomes
  /// Evaluations of value and gradient, all starts together.
  public var evaluations: Int
  /// Evaluations at which the density was -∞, so that the search had to step back.
  public var undefinedEvaluations: Int
  /// How the minimum was found.
  public var method: Method

  /// How a minimum was found.
  public enum Method: String, Codable, Sendable {
    /// By the gradients of the density.
    case gradient
    /// By differences over steps that outlast the noise of the values.
    case derivativeFree
  }

  /// Signs of the eigenvalues of a symmetric matrix.
  public struct Inertia: Codable, Sendable, Equatable {
    /// Number of positive eigenvalues.
    public var positive: Int
    /// Number of eigenvalues that are zero to rounding.
    public var zero: Int
    /// Number of negative eigenvalues.
    public var negative: Int

    /// The three counts.
    public init(positive: Int, zero: Int, negative: Int) {
      self.positive = positive
      self.zero = zero
      self.negative = negative
    }
  }

  /// Starts that ended within 1e-5 of the best value, at the same place.
  public var startsAgreeing: Int { startOutcomes.minima.first?.starts ?? 0 }
  /// Starts made.
  public var starts: Int { startOutcomes.count }
  /// Height above the best minimum of the next one that a start ended in; `nil` if there was none.
  public var nextBestMinimum: Double? { startOutcomes.minima.dropFirst().first?.height }

  /// Largest estimated distance to the minimum of a valid fit, in nats (half as much as in units
  /// of -2 ln L); fits aim at 1e-14.
  public static let edmLimit = 1e-6
  /// Largest projected gradient of a valid fit, in nats: 1e-3 in units of -2 ln L.
  public static let gradientLimit = 5e-4

  /// Whether the fit can be trusted: at a stationary point within ``edmLimit`` of a minimum with a
  /// positive-definite Hessian.
  public var isValid: Bool { defects.isEmpty }

  /// What a valid fit would not have, in words; empty for a valid fit.
  public var defects: [String] {
    var result: [String] = []
    if hessianInertia.negative > 0 {
      result.append(
        "the Hessian has \(hessianInertia.negative) negative eigenvalues: a saddle point or a wall")
    }
    if hessianInertia.zero > 0 {
      result.append("the Hessian has \(hessianInertia.zero) zero eigenvalues: flat directions")
    }
    if !(edm < Self.edmLimit) {
      result.append("the estimated distance to the minimum is \(edm), above \(Self.edmLimit)")
    }
    if !(projectedGradient < Self.gradientLimit) {
      result.append("the scaled gradient is \(projectedGradient), above \(Self.gradientLimit)")
    }
    return result
  }

  /// A certificate from its parts.
  public init(
    projectedGradient: Double, edm: Double, hessianInertia: Inertia,
    parametersAtBounds: [String] = [], parametersAtKinks: [String] = [],
    parametersWithoutEffect: [String] = [], startOutcomes: StartOutcomes, evaluations: Int,
    undefinedEvaluations: Int = 0, method: Method = .gradient
  ) {
    self.projectedGradient = projectedGradient
    self.edm = edm
    self.hessianInertia = hessianInertia
    self.parametersAtBounds = parametersAtBounds
    self.parametersAtKinks = parametersAtKinks
    self.parametersWithoutEffect = parametersWithoutEffect
    self.startOutcomes = startOutcomes
    self.evaluations = evaluations
    self.undefinedEvaluations = undefinedEvaluations
    self.method = method
  }
}
