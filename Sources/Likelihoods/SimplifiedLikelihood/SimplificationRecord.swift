/// How well the moments of a simplified likelihood are known that were taken from draws of a full
/// model.
public struct MomentErrors: Codable, Sendable, Equatable {
  /// Number of draws.
  public var draws: Int
  /// Standard errors of the means, in counts; one a bin, as the others.
  public var background: [Double]
  /// Standard errors of the variances.
  public var variance: [Double]
  /// Standard errors of the third central moments.
  public var thirdMoments: [Double]

  /// Errors from their parts.
  public init(draws: Int, background: [Double], variance: [Double], thirdMoments: [Double]) {
    self.draws = draws
    self.background = background
    self.variance = variance
    self.thirdMoments = thirdMoments
  }
}

/// The measured error of a simplified likelihood: profiles of the full model and of the simplified
/// one, side by side.
public struct SimplificationAccuracy: Codable, Sendable, Equatable {
  /// The profiled parameter.
  public var parameter: String
  /// Its values.
  public var values: [Double]
  /// t = -2 (profiled maximum - maximum) of the log density of the full model, one a value.
  public var full: [Double]
  /// The same of the simplified likelihood.
  public var simplified: [Double]
  /// The largest difference of the two.
  public var largestDifference: Double
  /// Maximum of the full model, with its HESSE error where there is one.
  public var fullMaximum: Estimate
  /// Maximum of the simplified likelihood.
  public var simplifiedMaximum: Estimate
  /// Upper ends of the values with t below a level.
  public var limits: [Limit]
  /// Whether all fits have a valid certificate.
  public var isValid: Bool
  /// Values at which one of the two has no density, and therefore no t; `nil` if there are none.
  public var valuesLeftOut: [Double]?

  /// A value with its error.
  public struct Estimate: Codable, Sendable, Equatable {
    /// The value.
    public var value: Double
    /// Its error, where there is one.
    public var error: Double?

    /// An estimate.
    public init(value: Double, error: Double?) {
      self.value = value
      self.error = error
    }
  }

  /// Where t crosses a level above the maximum; `nil` where the scan does not reach it.
  public struct Limit: Codable, Sendable, Equatable {
    /// The level of t: 2.71 is a one-sided limit at 95 % by Wilks' theorem, 3.84 the end of a
    /// two-sided interval.
    public var level: Double
    /// Of the full model.
    public var full: Double?
    /// Of the simplified likelihood.
    public var simplified: Double?

    /// A crossing.
    public init(level: Double, full: Double?, simplified: Double?) {
      self.level = level
      self.full = full
      self.simplified = simplified
    }
  }

  /// A comparison from its parts.
  public init(
    parameter: String, values: [Double], full: [Double], simplified: [Double],
    fullMaximum: Estimate, simplifiedMaximum: Estimate, limits: [Limit], isValid: Bool,
    valuesLeftOut: [Double]? = nil
  ) {
    self.parameter = parameter
    self.values = values
    self.full = full
    self.simplified = simplified
    largestDifference = zip(full, simplified).reduce(0) { max($0, abs($1.0 - $1.1)) }
    self.fullMaximum = fullMaximum
    self.simplifiedMaximum = simplifiedMaximum
    self.limits = limits
    self.isValid = isValid
    self.valuesLeftOut = valuesLeftOut
  }
}
