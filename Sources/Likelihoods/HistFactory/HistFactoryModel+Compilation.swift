internal import CVectorKernels

extension HistFactoryModel {
  static func measurement(
    _ name: String?, of workspace: HistFactoryWorkspace
  ) throws(HistFactoryError) -> HistFactoryWorkspace.Measurement {
    let known = workspace.measurements
    if let chosen = name == nil ? known.first : known.first(where: { $0.name == name }) {
      return chosen
    }
    throw HistFactoryError(
      expected: known.isEmpty
        ? "a measurement"
        : "one of the measurements " + known.map { "'\($0.name)'" }.joined(separator: ", "),
      found: name.map { "'\($0)'" } ?? "none")
  }

  /// The requirements of all parameters with the settings of the measurement.
  static func requirements(
    _ layout: HistFactoryLayout, _ measurement: HistFactoryWorkspace.Measurement
  ) throws(HistFactoryError) -> [HistFactoryRequirement] {
    var seen: Set<String> = []
    for settings in measurement.parameters where !seen.insert(settings.name).inserted {
      var place = HistFactoryError.Place()
      place.measurement = .named(measurement.name)
      place.parameter = .named(settings.name)
      throw HistFactoryError(
        place: place, expected: "one entry for every parameter", found: "two of this name")
    }
    var requirements = try HistFactoryRequirement.all(in: layout)
    guard !requirements.isEmpty else {
      throw HistFactoryError(expected: "at least one modifier", found: "none")
    }
    for i in requirements.indices {
      let name = requirements[i].name
      try requirements[i].apply(
        measurement.parameters.first { $0.name == name }, measurement: measurement.name)
    }
    try requireDistinctComponents(requirements)
    return requirements
  }

  /// Refuses a modifier named like an element of another one's parameters, such as 'x[0]' beside
  /// a shapesys 'x'.
  private static func requireDistinctComponents(
    _ requirements: [HistFactoryRequirement]
  ) throws(HistFactoryError) {
    var owners: [String: HistFactoryRequirement] = [:]
    for (requirement, set) in zip(requirements, parameterSets(requirements)) {
      for name in set.componentNames {
        guard let other = owners.updateValue(requirement, forKey: name) else { continue }
        throw HistFactoryError(
          place: requirement.place,
          expected: "parameters with names of their own",
          found: "the parameter '\(name)' here and of the "
            + "\(other.types.joined(separator: " and ")) '\(other.name)' (\(other.place))")
      }
    }
  }

  static func parameterSets(_ requirements: [HistFactoryRequirement]) -> [HistFactoryParameterSet] {
    var next = 0
    return requirements.map { requirement in
      defer { next += requirement.count }
      return HistFactoryParameterSet(
        name: requirement.name, modifierTypes: requirement.types, isVector: requirement.isVector,
        components: next..<next + requirement.count)
    }
  }

  /// Position of the parameter of interest, nil without one.
  static func position(
    of name: String?, _ sets: [HistFactoryParameterSet], measurement: String
  ) throws(HistFactoryError) -> Int? {
    guard let name else { return nil }
    for set in sets {
      if set.name == name, set.components.count == 1 { return set.components.lowerBound }
      if let index = set.componentNames.firstIndex(of: name) {
        return set.components.lowerBound + index
      }
    }
    var place = HistFactoryError.Place()
    place.measurement = .named(measurement)
    place.key = "poi"
    let vector = sets.first { $0.name == name }
    throw HistFactoryError(
      place: place, expected: "the name of a parameter with one component",
      found: vector.map { "'\(name)', which has \($0.components.count) components" }
        ?? "'\(name)', which no modifier has")
  }

  static func observedCounts(
    _ layout: HistFactoryLayout, _ workspace: HistFactoryWorkspace
  ) throws(HistFactoryError) -> [Double] {
    var counts: [Double] = []
    for channel in layout.channels {
      let observation = workspace.observations.first { $0.name == channel.name }
      guard let observation, observation.data.count == channel.bins.count else {
        var place = HistFactoryError.Place()
        place.observation = .named(channel.name)
        throw HistFactoryError(
          place: place, expected: "\(channel.bins.count) counts of the channel of this name",
          found: observation.map { "\($0.data.count)" } ?? "no such observation")
      }
      counts += observation.data
    }
    return counts
  }

  static func parameterSpace(
    _ requirements: [HistFactoryRequirement], _ constraints: [HistFactoryConstraint],
    _ interest: Int?, _ tables: HistFactoryTables, measurement: String
  ) throws(HistFactoryError) -> ParameterSpace {
    let initial = requirements.flatMap { $0.inits ?? [] }
    let widths = tables.statisticalWidths(at: initial)
    let sets = parameterSets(requirements)
    var parameters: [Parameter] = []
    for (requirement, set) in zip(requirements, sets) {
      let jumps =
        (set.modifierTypes.contains("normsys") && tables.interpolation.normsys == .code1)
        || (set.modifierTypes.contains("histosys") && tables.interpolation.histosys == .code0)
      for (k, name) in set.componentNames.enumerated() {
        let index = parameters.count
        guard var bounds = requirement.bounds?[k] else { continue }
        // A free parameter without effect keeps a tenth; none is wider than its range.
        let range = bounds.upperBound - bounds.lowerBound
        let free = min(widths[index] ?? 0.1, range > 0 ? 0.25 * range : .infinity)
        let scale = constraints[index].width ?? free
        if requirement.fixed[k] { bounds = bounds.holding(initial[index], scale: scale) }
        parameters.append(
          Parameter(
            name: name, role: index == interest ? .parameterOfInterest : .nuisance,
            initial: initial[index], lower: bounds.lowerBound, upper: bounds.upperBound,
            fixed: requirement.fixed[k], scale: scale, kink: jumps ? 0 : nil))
      }
    }
    do {
      return try ParameterSpace(parameters)
    } catch {
      var place = HistFactoryError.Place()
      place.measurement = .named(measurement)
      throw HistFactoryError(
        place: place,
        expected: "parameters with names, bounds and initial values that fit together",
        found: "\(error)")
    }
  }
}

extension ClosedRange<Double> {
  /// The bounds of a parameter that is held at a value: they reach to the value, and where they
  /// coincide, a width to both sides of it.
  fileprivate func holding(_ value: Double, scale: Double) -> ClosedRange {
    let (lower, upper) = (Swift.min(lowerBound, value), Swift.max(upperBound, value))
    guard lower == upper else { return lower...upper }
    // Beside a large value the width may be lost in rounding.
    let half = Swift.max(scale, 1e-6 * value.magnitude)
    return value - half...value + half
  }
}
