/// The evidence that a fit found a minimum; a fit without a valid one is not a result.
public struct FitCertificate: Codable, Sendable, Equatable {
  /// Largest component of the projected gradient times the parameter's scale (in units of the
  /// objective, nats).
  public var projectedGradient: Double
  /// Estimated distance to the minimum, ½ gᵀ H⁻¹ g, in units of the objective.
  public var edm: Double
  /// Numbers of positive, zero and negative eigenvalues of the scaled Hessian of the free
  /// parameters.
  public var hessianInertia: Inertia
  /// Names of the parameters that end at one of their bounds.
  public var parametersAtBounds: [String]
  /// Starts that ended within 1e-3 of the best value.
  public var startsAgreeing: Int
  /// Starts made.
  public var starts: Int
  /// Evaluations of value and gradient, all starts together.
  public var evaluations: Int

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

  /// Largest estimated distance to the minimum of a valid fit, in nats.
  public static let edmLimit = 1e-5

  /// Whether the fit can be trusted: at a stationary point within ``edmLimit`` of a minimum with a
  /// positive-definite Hessian.
  public var isValid: Bool {
    edm.isFinite && edm < Self.edmLimit && projectedGradient < 1e-2
      && hessianInertia.negative == 0 && hessianInertia.zero == 0
  }

  /// A certificate from its parts.
  public init(
    projectedGradient: Double, edm: Double, hessianInertia: Inertia,
    parametersAtBounds: [String], startsAgreeing: Int, starts: Int, evaluations: Int
  ) {
    self.projectedGradient = projectedGradient
    self.edm = edm
    self.hessianInertia = hessianInertia
    self.parametersAtBounds = parametersAtBounds
    self.startsAgreeing = startsAgreeing
    self.starts = starts
    self.evaluations = evaluations
  }
}
