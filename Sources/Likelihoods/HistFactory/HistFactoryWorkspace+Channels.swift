extension HistFactoryWorkspace.Channel {
  init(_ cursor: HistFactoryCursor, _ names: inout NameRegister) throws(HistFactoryError) {
    try cursor.object(required: ["name", "samples"])
    name = try cursor.member("name").string()
    try names.requireOneSpelling(of: name, .channel, cursor)
    try cursor.requireNewName(name, "channel", among: names.channels)
    names.channels.append(name)
    var samples: [HistFactoryWorkspace.Sample] = []
    for (index, element) in try cursor.member("samples").elements(of: "samples").enumerated() {
      let element = element.labelled(\.sample, index: index)
      let sample = try HistFactoryWorkspace.Sample(
        element, channel: name, binCount: samples.first?.data.count, &names)
      try element.requireNewName(sample.name, "sample of the channel", among: samples.map(\.name))
      samples.append(sample)
    }
    self.samples = samples
  }
}

extension HistFactoryWorkspace.Sample {
  /// - Parameter binCount: number of bins of the channel's first sample, nil for that itself.
  init(
    _ cursor: HistFactoryCursor, channel: String, binCount: Int?, _ names: inout NameRegister
  ) throws(HistFactoryError) {
    try cursor.object(required: ["name", "data", "modifiers"])
    name = try cursor.member("name").string()
    try names.requireOneSpelling(of: name, .sample, cursor)
    data = try cursor.member("data").numbers(
      .bins(expected: binCount, unit: "yields as in the channel's first sample"))
    var modifiers: [HistFactoryWorkspace.Modifier] = []
    let list = try cursor.member("modifiers").elements(of: "modifiers", minimum: 0)
    for (index, element) in list.enumerated() {
      let element = element.labelled(\.modifier, index: index)
      let modifier = try HistFactoryWorkspace.Modifier(element, binCount: data.count)
      try names.requireOneSpelling(of: modifier.name, .modifier, element)
      let type = modifier.effect.type
      if modifiers.contains(where: { $0.name == modifier.name && $0.effect.type == type }) {
        var place = element
        place.place.modifierType = type
        throw place.failure(
          expected: "every pair of name and type once in a sample",
          found: "two modifiers '\(modifier.name)' of type \(type)")
      }
      if case .shapesys = modifier.effect {
        let here = "channel '\(channel)', sample '\(name)'"
        if let other = names.shapesys.updateValue(here, forKey: modifier.name) {
          var place = element
          place.place.modifierType = type
          throw place.failure(
            expected: "a name of its own, since a shapesys belongs to one sample of one channel",
            found: "a shapesys of this name in \(other) too")
        }
      }
      modifiers.append(modifier)
    }
    self.modifiers = modifiers
  }
}

extension HistFactoryWorkspace.Modifier {
  init(_ cursor: HistFactoryCursor, binCount: Int) throws(HistFactoryError) {
    var cursor = cursor
    if case .string(let type)? = cursor.optionalMember("type")?.value {
      cursor.place.modifierType = type
    }
    try cursor.object(required: ["name", "type", "data"])
    name = try cursor.member("name").string()
    guard !name.isEmpty else {
      throw cursor.member("name").failure(
        expected: "the name of a parameter", found: "an empty string")
    }
    let type = try cursor.member("type").string()
    effect = try HistFactoryWorkspace.Effect(
      type, cursor.member("data"), binCount: binCount, cursor.member("type"))
    if effect == .lumi && name != "lumi" {
      throw cursor.member("name").failure(
        expected: "'lumi', the only name of a modifier of type lumi", found: "'\(name)'")
    }
  }
}

extension HistFactoryWorkspace.Effect {
  static let types = [
    "histosys", "lumi", "normfactor", "normsys", "shapefactor", "shapesys", "staterror",
  ]

  init(
    _ type: String, _ data: HistFactoryCursor, binCount: Int, _ typeCursor: HistFactoryCursor
  ) throws(HistFactoryError) {
    let uncertainties = HistFactoryCursor.NumberList.bins(
      expected: binCount, unit: "uncertainties, one for every bin of the sample")
    let yields = HistFactoryCursor.NumberList.bins(
      expected: binCount, unit: "yields, one for every bin of the sample")
    switch type {
    case "normfactor":
      try data.null()
      self = .normfactor
    case "shapefactor":
      try data.null()
      self = .shapefactor
    case "lumi":
      try data.null()
      self = .lumi
    case "normsys":
      try data.object(required: ["hi", "lo"])
      self = .normsys(low: try data.member("lo").number(), high: try data.member("hi").number())
    case "histosys":
      try data.object(required: ["hi_data", "lo_data"])
      self = .histosys(
        low: try data.member("lo_data").numbers(yields),
        high: try data.member("hi_data").numbers(yields))
    case "shapesys": self = .shapesys(try data.numbers(uncertainties, nonNegative: true))
    case "staterror": self = .staterror(try data.numbers(uncertainties, nonNegative: true))
    default:
      throw typeCursor.failure(
        expected: "one of \(Self.types.joined(separator: ", "))", found: "'\(type)'")
    }
  }
}
