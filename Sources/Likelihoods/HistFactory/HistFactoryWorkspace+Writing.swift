public import Foundation

extension HistFactoryWorkspace {
  /// The workspace as JSON, schema 1.0.0; reading it gives an equal workspace.
  public var document: JSONDocument {
    JSONDocument(
      .object([
        "channels": .array(channels.map(\.json)),
        "observations": .array(
          observations.map { .object(["name": .string($0.name), "data": .numbers($0.data)]) }),
        "measurements": .array(measurements.map(\.json)),
        "version": .string("1.0.0"),
      ]))
  }

  /// Writes the workspace as JSON. The file is complete or absent: it is written beside its
  /// place and renamed.
  ///
  /// - Throws: ``HistFactoryError`` where the file cannot be written.
  public func write(to file: URL) throws(HistFactoryError) {
    try document.write(to: file)
  }
}

extension JSONValue {
  fileprivate static func numbers(_ values: [Double]) -> JSONValue {
    .array(values.map { .number(.decimal($0)) })
  }
}

extension HistFactoryWorkspace.Channel {
  fileprivate var json: JSONValue {
    .object(["name": .string(name), "samples": .array(samples.map(\.json))])
  }
}

extension HistFactoryWorkspace.Sample {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(name), "data": .numbers(data),
      "modifiers": .array(
        modifiers.map { modifier in
          .object([
            "name": .string(modifier.name), "type": .string(modifier.effect.type),
            "data": modifier.effect.json,
          ])
        }),
    ])
  }
}

extension HistFactoryWorkspace.Effect {
  fileprivate var json: JSONValue {
    switch self {
    case .normfactor, .shapefactor, .lumi: .null
    case .normsys(let low, let high):
      .object(["hi": .number(.decimal(high)), "lo": .number(.decimal(low))])
    case .histosys(let low, let high):
      .object(["hi_data": .numbers(high), "lo_data": .numbers(low)])
    case .shapesys(let data), .staterror(let data): .numbers(data)
    }
  }
}

extension HistFactoryWorkspace.Measurement {
  fileprivate var json: JSONValue {
    .object([
      "name": .string(name),
      "config": .object([
        "poi": .string(parameterOfInterest ?? ""),
        "parameters": .array(parameters.map(\.json)),
      ]),
    ])
  }
}

extension HistFactoryWorkspace.ParameterSettings {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["name": .string(name)]
    object["inits"] = inits.map { .numbers($0) }
    object["bounds"] = bounds.map { .array($0.map { .numbers([$0.lowerBound, $0.upperBound]) }) }
    object["auxdata"] = auxdata.map { .numbers($0) }
    object["factors"] = factors.map { .numbers($0) }
    object["sigmas"] = sigmas.map { .numbers($0) }
    object["fixed"] = fixed.map { .boolean($0) }
    return .object(object)
  }
}
