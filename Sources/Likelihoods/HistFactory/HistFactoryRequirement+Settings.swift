extension HistFactoryRequirement {
  /// Replaces defaults by the settings of a measurement, and checks that nothing is missing.
  mutating func apply(
    _ settings: HistFactoryWorkspace.ParameterSettings?, measurement: String
  ) throws(HistFactoryError) {
    var place = HistFactoryError.Place()
    place.measurement = .named(measurement)
    place.parameter = .named(name)
    if let settings {
      try applyValues(settings, place)
      try applyConstraint(settings, place)
    }
    try requireCompleteness(place)
    try requireSense(place)
  }

  private mutating func applyValues(
    _ settings: HistFactoryWorkspace.ParameterSettings, _ place: HistFactoryError.Place
  ) throws(HistFactoryError) {
    if let values = settings.inits {
      try requireLength(values.count, key: "inits", place)
      inits = values
    }
    if let values = settings.bounds {
      try requireLength(values.count, key: "bounds", place)
      bounds = values
    }
    if let value = settings.fixed { fixed = Array(repeating: value, count: count) }
  }

  private mutating func applyConstraint(
    _ settings: HistFactoryWorkspace.ParameterSettings, _ place: HistFactoryError.Place
  ) throws(HistFactoryError) {
    if let values = settings.auxdata {
      guard constraint != nil else { throw unused("auxdata", place) }
      try requireLength(values.count, key: "auxdata", place)
      constraint?.observed = values
    }
    if let values = settings.sigmas {
      guard case .gaussian = constraint?.kind, constraint?.widthsCanBeSet == true else {
        throw unused("sigmas", place)
      }
      try requireLength(values.count, key: "sigmas", place)
      constraint?.kind = .gaussian(values)
    }
    if let values = settings.factors {
      guard case .poisson = constraint?.kind else { throw unused("factors", place) }
      try requireLength(values.count, key: "factors", place)
      constraint?.kind = .poisson(values)
    }
  }

  private func requireLength(
    _ found: Int, key: String, _ place: HistFactoryError.Place
  ) throws(HistFactoryError) {
    guard found != count else { return }
    throw error(
      key, place, expected: count == 1 ? "1 value" : "\(count) values, one for every bin",
      found: "\(found)")
  }

  private func unused(_ key: String, _ place: HistFactoryError.Place) -> HistFactoryError {
    error(
      key, place,
      expected: "no such key, since a parameter of type \(types.joined(separator: " and ")) "
        + "does not use it",
      found: "'\(key)'")
  }

  private func error(
    _ key: String, _ place: HistFactoryError.Place, expected: String, found: String
  ) -> HistFactoryError {
    var place = place
    place.key = key
    return HistFactoryError(place: place, expected: expected, found: found)
  }

  /// Only lumi has no defaults.
  private func requireCompleteness(_ place: HistFactoryError.Place) throws(HistFactoryError) {
    var missing: [String] = []
    if inits == nil { missing.append("inits") }
    if bounds == nil { missing.append("bounds") }
    if let constraint {
      if constraint.observed == nil { missing.append("auxdata") }
      if case .gaussian(nil) = constraint.kind { missing.append("sigmas") }
    }
    guard !missing.isEmpty else { return }
    throw HistFactoryError(
      place: place,
      expected: "inits, bounds, auxdata and sigmas, since a parameter of type "
        + "\(types.joined(separator: " and ")) has no defaults",
      found: "no " + missing.joined(separator: ", no "))
  }

  private func requireSense(_ place: HistFactoryError.Place) throws(HistFactoryError) {
    // Where a parameter is held, its bounds widen instead.
    for ((init0, range), held) in zip(zip(inits ?? [], bounds ?? []), fixed) where !held {
      guard range.lowerBound < range.upperBound else {
        throw error(
          "bounds", place, expected: "a lower bound below the upper bound",
          found: "[\(range.lowerBound), \(range.upperBound)]")
      }
      guard range.contains(init0) else {
        throw error(
          "inits", place,
          expected: "a value between the bounds [\(range.lowerBound), \(range.upperBound)]",
          found: "\(init0)")
      }
    }
    guard let constraint else { return }
    switch constraint.kind {
    case .gaussian(let widths):
      for width in widths ?? [] where !(width > 0 && width.isFinite) {
        throw error("sigmas", place, expected: "positive numbers", found: "\(width)")
      }
    case .poisson(let factors):
      for factor in factors where !(factor > 0 && factor.isFinite) {
        throw error("factors", place, expected: "positive numbers", found: "\(factor)")
      }
      for count in constraint.observed ?? [] where !(count >= 0 && count.isFinite) {
        throw error("auxdata", place, expected: "counts that are not negative", found: "\(count)")
      }
    }
  }
}
