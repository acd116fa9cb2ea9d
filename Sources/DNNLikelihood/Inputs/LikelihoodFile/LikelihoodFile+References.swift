internal import Likelihoods

extension LikelihoodFile {
  /// The likelihoods of a combination.
  static func references(_ value: YAMLValue?) throws(InputError) -> [Reference] {
    guard let value else { return [] }
    let items = try value.list(of: "likelihoods")
    guard !items.isEmpty else {
      throw value.error(expected: "at least one likelihood", found: "an empty list")
    }
    var seen: Set<String> = []
    return try items.map { item throws(InputError) in
      let fields = try item.fields(
        "a likelihood",
        known: ["name", "likelihood", "measurement", "poi", "patch", "interpolation", "rename"],
        required: ["name", "likelihood"])
      guard let name = fields["name"] else { throw item.error(expected: "a name") }
      guard seen.insert(try name.text()).inserted else {
        throw name.error(expected: "a name of its own for every likelihood")
      }
      return try reference(fields, name: try name.text(), at: item)
    }
  }

  /// One likelihood and its options.
  static func reference(
    _ fields: [String: YAMLValue], name: String, at place: YAMLValue
  ) throws(InputError) -> Reference {
    guard let likelihood = fields["likelihood"] else {
      throw place.error(expected: "a likelihood")
    }
    var options = LikelihoodOptions()
    options.measurement = try fields["measurement"]?.text()
    options.parameterOfInterest = try fields["poi"]?.text()
    if let patch = fields["patch"] {
      if patch.isList {
        options.patches = try patch.texts("patches")
      } else {
        options.patches = [try patch.text()]
      }
    }
    for (type, code) in try fields["interpolation"]?.mapping(of: "interpolation codes") ?? [] {
      options.interpolation[type] = try code.text()
    }
    var rename: [String: String] = [:]
    for (old, new) in try fields["rename"]?.mapping(of: "new names") ?? [] {
      rename[old] = try new.text()
    }
    return Reference(
      name: name, reference: try likelihood.text(), options: options, rename: rename,
      place: likelihood)
  }

  /// `all`, `true`, `false` or a list of names.
  static func selection(
    _ value: YAMLValue, _ places: inout [String: YAMLValue]
  ) throws(InputError) -> NameSelection {
    if value.isList {
      var names: Set<String> = []
      for item in try value.list(of: "names") {
        let name = try item.text()
        guard names.insert(name).inserted else { throw item.error(expected: "every name once") }
        places[name] = item
      }
      return .names(names)
    }
    switch try? value.text() {
    case "all", "true": return .all
    case "false": return .none
    default: throw value.error(expected: "'all' or a list of names")
    }
  }

  /// Settings of parameters, and values at which some are fixed.
  static func overrides(
    _ parameters: YAMLValue?, _ fix: YAMLValue?, interest: String?,
    _ places: inout [String: YAMLValue]
  ) throws(InputError) -> [String: ParameterOverride] {
    var result: [String: ParameterOverride] = [:]
    for (name, value) in try parameters?.mapping(of: "settings by parameter") ?? [] {
      let fields = try value.fields("a parameter's settings", known: YAMLValue.settingKeys)
      let change = try ParameterOverride(fields)
      if change.role == .parameterOfInterest, let role = fields["role"], let interest,
        interest != name
      {
        throw role.error(
          expected: "one parameter of interest", found: "'\(name)' beside '\(interest)'")
      }
      result[name] = change
      places[name] = value
    }
    for (name, value) in try fix?.mapping(of: "values by parameter") ?? [] {
      var change = result[name] ?? ParameterOverride()
      guard change.initial == nil, change.fixed == nil else {
        throw value.error(
          expected: "a parameter whose value is not set under 'parameters' too",
          found: "'\(name)'")
      }
      change.initial = try value.number()
      change.fixed = true
      result[name] = change
      places[name] = value
    }
    return result
  }
}
