/// What a nuisance parameter does to the parameter of interest, and what the fit does to it.
public struct ParameterImpact: Sendable {
  /// A refit with the parameter held away from its best value.
  public struct Shift: Codable, Sendable, Equatable {
    /// Where the parameter was held.
    public let parameterValue: Double
    /// The change of the parameter of interest, with its sign; `nil` where the fit failed.
    public let impact: Double?
    /// Whether a bound of the parameter cut the step short.
    public let isCutByBound: Bool
    /// Whether the fit has a valid certificate.
    public let isValid: Bool
  }

  /// The shifts to both sides.
  public struct Pair: Codable, Sendable, Equatable {
    /// The parameter above its best value.
    public let up: Shift
    /// The parameter below it.
    public let down: Shift

    /// The larger of the two impacts, without sign; `nil` if neither fit gave one.
    public var magnitude: Double? { [up.impact, down.impact].compactMap { $0.map(abs) }.max() }
  }

  /// The name of the nuisance parameter.
  public let name: String
  /// Its best fit value.
  public let value: Double
  /// Its HESSE error; `nil` if it ended at a bound or has no effect.
  public let error: Double?
  /// What was known before the fit; `nil` for a free parameter.
  public let preFit: PreFitValue?
  /// Its correlation with the parameter of interest; `nil` without an error of either.
  public let correlation: Double?
  /// Refits at the best value ± the width before the fit; `nil` for a free parameter.
  public let preFitImpact: Pair?
  /// Refits at the best value ± the HESSE error; `nil` without an error.
  public let postFitImpact: Pair?

  /// (best fit - centre before the fit) / width before the fit.
  public var pull: Double? { preFit.map { (value - $0.centre) / $0.width } }

  /// Error after the fit over width before it: below 1 the data know more than was known before.
  public var constraint: Double? {
    guard let preFit, let error else { return nil }
    return error / preFit.width
  }

  /// Whether all refits have valid certificates.
  public var isValid: Bool {
    [preFitImpact, postFitImpact].compactMap(\.self).allSatisfy { $0.up.isValid && $0.down.isValid }
  }

  /// The impact by which parameters are ranked: after the fit, or before it if there is none.
  public var magnitude: Double { postFitImpact?.magnitude ?? preFitImpact?.magnitude ?? 0 }
}
