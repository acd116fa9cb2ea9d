/// What a parameter is for.
public enum ParameterRole: String, Codable, Sendable, CaseIterable {
  /// The quantity that the measurement is about, such as a signal strength.
  case parameterOfInterest
  /// A systematic effect that is profiled or marginalised.
  case nuisance
}

/// One parameter of a likelihood.
public struct Parameter: Codable, Sendable, Equatable {
  /// Unique name, by which parameters are matched everywhere.
  public var name: String
  /// Parameter of interest or nuisance parameter.
  public var role: ParameterRole
  /// Starting value for fits and samplers.
  public var initial: Double
  /// Lower bound; the density is -∞ below it. `-.infinity` if there is none.
  public var lower: Double
  /// Upper bound; the density is -∞ above it. `.infinity` if there is none.
  public var upper: Double
  /// Whether fits keep the parameter at its initial value.
  public var fixed: Bool
  /// Typical width (the standard deviation of its constraint), which scales the first steps of
  /// fits and samplers.
  public var scale: Double
  /// A value at which the derivative of the density along this parameter jumps, if there is one;
  /// fits then start on both sides of it.
  public var kink: Double?
  /// Unicode label for figures and tables, e.g. `δ91`.
  public var label: String

  /// A parameter; the label is the name unless given.
  public init(
    name: String, role: ParameterRole = .nuisance, initial: Double = 0,
    lower: Double = -.infinity, upper: Double = .infinity, fixed: Bool = false,
    scale: Double = 1, kink: Double? = nil, label: String? = nil
  ) {
    self.name = name
    self.role = role
    self.initial = initial
    self.lower = lower
    self.upper = upper
    self.fixed = fixed
    self.scale = scale
    self.kink = kink
    self.label = label ?? name
  }

  /// Whether a value lies between the bounds, which belong to the range: a maximum may lie on one.
  public func allows(_ value: Double) -> Bool {
    value.isFinite && lower <= value && value <= upper
  }
}

// JSON knows no infinities: an absent bound is a missing key.
extension Parameter {
  private enum CodingKeys: String, CodingKey {
    case name, role, initial, lower, upper, fixed, scale, kink, label
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try values.decode(String.self, forKey: .name),
      role: try values.decode(ParameterRole.self, forKey: .role),
      initial: try values.decode(Double.self, forKey: .initial),
      lower: try values.decodeIfPresent(Double.self, forKey: .lower) ?? -.infinity,
      upper: try values.decodeIfPresent(Double.self, forKey: .upper) ?? .infinity,
      fixed: try values.decodeIfPresent(Bool.self, forKey: .fixed) ?? false,
      scale: try values.decodeIfPresent(Double.self, forKey: .scale) ?? 1,
      kink: try values.decodeIfPresent(Double.self, forKey: .kink),
      label: try values.decodeIfPresent(String.self, forKey: .label))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(role, forKey: .role)
    try values.encode(initial, forKey: .initial)
    if lower.isFinite { try values.encode(lower, forKey: .lower) }
    if upper.isFinite { try values.encode(upper, forKey: .upper) }
    try values.encode(fixed, forKey: .fixed)
    try values.encode(scale, forKey: .scale)
    try values.encodeIfPresent(kink, forKey: .kink)
    try values.encode(label, forKey: .label)
  }
}
