extension HistFactoryWorkspace.Measurement {
  init(_ cursor: HistFactoryCursor, _ names: inout NameRegister) throws(HistFactoryError) {
    try cursor.object(required: ["name", "config"])
    name = try cursor.member("name").string()
    let config = cursor.member("config")
    try config.object(required: ["poi", "parameters"])
    let interest = try config.member("poi").string()
    parameterOfInterest = interest.isEmpty ? nil : interest
    var parameters: [HistFactoryWorkspace.ParameterSettings] = []
    let list = try config.member("parameters").elements(of: "parameter settings", minimum: 0)
    for (index, element) in list.enumerated() {
      let element = element.labelled(\.parameter, index: index)
      let settings = try HistFactoryWorkspace.ParameterSettings(element)
      try names.requireOneSpelling(of: settings.name, .modifier, element)
      try element.requireNewName(
        settings.name, "entry of the measurement's parameters", among: parameters.map(\.name))
      parameters.append(settings)
    }
    self.parameters = parameters
  }
}

extension HistFactoryWorkspace.ParameterSettings {
  init(_ cursor: HistFactoryCursor) throws(HistFactoryError) {
    try cursor.object(
      required: ["name"],
      optional: ["inits", "bounds", "auxdata", "factors", "sigmas", "fixed"])
    name = try cursor.member("name").string()
    inits = try cursor.optionalMember("inits")?.numbers(.components)
    bounds = try cursor.optionalMember("bounds")?.intervals()
    auxdata = try cursor.optionalMember("auxdata")?.numbers(.components)
    factors = try cursor.optionalMember("factors")?.numbers(.components)
    sigmas = try cursor.optionalMember("sigmas")?.numbers(.components, nonNegative: true)
    fixed = try cursor.optionalMember("fixed")?.boolean()
  }
}

extension HistFactoryCursor {
  /// A list of at least one pair of a lower and an upper bound.
  fileprivate func intervals() throws(HistFactoryError) -> [ClosedRange<Double>] {
    var intervals: [ClosedRange<Double>] = []
    for element in try elements(of: "pairs of a lower and an upper bound") {
      guard case .array(let pair) = element.value, pair.count == 2 else {
        throw element.failure(
          expected: "a lower and an upper bound", found: element.value.summary)
      }
      let numbers = try element.numbers(.components)
      guard numbers[0] <= numbers[1] else {
        throw element.failure(
          expected: "a lower bound that is not above the upper one",
          found: "\(JSONNumber.decimal(numbers[0])) and \(JSONNumber.decimal(numbers[1]))")
      }
      intervals.append(numbers[0]...numbers[1])
    }
    return intervals
  }
}
