/// Changes of a parameter's settings; what is `nil` stays.
public struct ParameterOverride: Sendable, Equatable {
  /// Starting value.
  public var initial: Double?
  /// Lower bound, not below that of the likelihood.
  public var lower: Double?
  /// Upper bound, not above that of the likelihood.
  public var upper: Double?
  /// Whether fits hold the parameter at its initial value.
  public var fixed: Bool?
  /// Parameter of interest or nuisance parameter.
  public var role: ParameterRole?
  /// Typical width.
  public var scale: Double?
  /// Label for figures and tables.
  public var label: String?

  /// The given changes.
  public init(
    initial: Double? = nil, lower: Double? = nil, upper: Double? = nil, fixed: Bool? = nil,
    role: ParameterRole? = nil, scale: Double? = nil, label: String? = nil
  ) {
    self.initial = initial
    self.lower = lower
    self.upper = upper
    self.fixed = fixed
    self.role = role
    self.scale = scale
    self.label = label
  }
}

extension Parameter {
  /// The parameter with another prior and other settings.
  ///
  /// A prior narrows the bounds to its support and the scale to its width; a starting value that
  /// it excludes moves to one that it finds likely.
  ///
  /// - Throws: ``PriorError/widerBounds(parameter:lower:upper:of:)``,
  ///   ``ParameterError/emptyRange(_:_:_:)``, ``ParameterError/outsideBounds(_:_:_:_:)``.
  func applying(_ prior: ParameterPrior?, _ change: ParameterOverride?) throws -> Parameter {
    let newLower = change?.lower ?? lower
    let newUpper = change?.upper ?? upper
    guard newLower >= lower, newUpper <= upper else {
      throw PriorError.widerBounds(
        parameter: name, lower: newLower, upper: newUpper, of: lower...upper)
    }
    return try configured(by: change, prior: prior)
  }

  /// The parameter with a prior and other settings; its bounds may become wider than they were.
  ///
  /// A prior narrows the bounds to its support and the scale to its width; a starting value that
  /// bounds or prior exclude moves to one that they allow.
  ///
  /// - Throws: ``ParameterError/emptyRange(_:_:_:)``,
  ///   ``ParameterError/outsideBounds(_:_:_:_:)``.
  public func configured(
    by change: ParameterOverride?, prior: ParameterPrior?
  ) throws(ParameterError) -> Parameter {
    var result = self
    if let newLower = change?.lower { result.lower = newLower }
    if let newUpper = change?.upper { result.upper = newUpper }
    if let support = prior?.support {
      result.lower = max(result.lower, support.lower)
      result.upper = min(result.upper, support.upper)
    }
    guard result.lower < result.upper else {
      throw ParameterError.emptyRange(name, result.lower, result.upper)
    }
    if let width = prior?.locationAndScale?.scale { result.scale = min(scale, width) }
    result.scale = change?.scale ?? result.scale
    result.fixed = change?.fixed ?? fixed
    result.role = change?.role ?? role
    result.label = change?.label ?? label
    if let initial = change?.initial {
      result.initial = initial
      guard result.allows(initial) else {
        throw ParameterError.outsideBounds(name, initial, result.lower, result.upper)
      }
    } else {
      result.initial = result.start(prior)
    }
    return result
  }

  /// The starting value, moved where bounds or prior exclude it.
  private func start(_ prior: ParameterPrior?) -> Double {
    func isGood(_ x: Double) -> Bool { allows(x) && (prior?.logDensity(x) ?? 0) > -.infinity }
    let candidates = [
      initial, prior?.locationAndScale?.location ?? .nan, 0.5 * (lower + upper), lower + scale,
      upper - scale,
    ]
    return candidates.first(where: isGood) ?? initial
  }
}

extension ParameterSpace {
  /// The space with other priors and settings of the named parameters.
  ///
  /// - Throws: ``ParameterError``, ``PriorError``.
  func applying(
    _ priors: [String: ParameterPrior], _ changes: [String: ParameterOverride]
  ) throws -> ParameterSpace {
    for name in Set(priors.keys).union(changes.keys).sorted() { _ = try index(of: name) }
    return try ParameterSpace(
      parameters.map { try $0.applying(priors[$0.name], changes[$0.name]) })
  }

  /// The terms that are -∞ where a point is outside the bounds of this space but inside those of
  /// `wider`, a space of the same parameters.
  func boundTerms(within wider: ParameterSpace) -> PriorTerms {
    var terms = PriorTerms()
    for (j, (new, old)) in zip(parameters, wider.parameters).enumerated()
    where new.lower > old.lower || new.upper < old.upper {
      terms.factors.append(
        (
          j,
          .flat(
            lower: new.lower.isFinite ? new.lower : nil,
            upper: new.upper.isFinite ? new.upper : nil)
        ))
    }
    return terms
  }
}
