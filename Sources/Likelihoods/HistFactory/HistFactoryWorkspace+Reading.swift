public import Foundation

extension HistFactoryWorkspace {
  /// Reads a workspace from a file and changes it by patches, in their order.
  ///
  /// - Parameters:
  ///   - file: JSON as pyhf has it, schema 1.0.0.
  ///   - patches: patches, or patches of patch sets. The digests of a patch set are verified
  ///     against the workspace as it is when the patch's turn comes.
  /// - Throws: ``HistFactoryError``.
  public init(
    reading file: URL, patches: [HistFactoryPatchReference] = []
  ) throws(HistFactoryError) {
    var document = try JSONDocument(reading: file)
    for patch in patches { document = try patch.applied(to: document) }
    try self.init(document: document)
  }

  /// Reads a workspace from a JSON value.
  ///
  /// The rules are those of the schema (keys that it does not know are refused at every level)
  /// and those of names, numbers of bins and signs. Rules that involve the parameters which
  /// several modifiers share are those of the density.
  ///
  /// Stricter than pyhf on purpose: a repeated key, channel, observation or measurement name, an
  /// empty modifier name, a negative uncertainty or count, two names that differ in their Unicode
  /// normalisation alone are errors here.
  ///
  /// - Throws: ``HistFactoryError`` with the first violation, in the order of the file.
  public init(document: JSONDocument) throws(HistFactoryError) {
    do throws(HistFactoryError) {
      try self.init(HistFactoryCursor(document.root))
      file = document.file
    } catch {
      throw error.located(in: document)
    }
  }

  private static let keys = ["channels", "measurements", "observations", "version"]

  private init(_ cursor: HistFactoryCursor) throws(HistFactoryError) {
    if let kind = Self.otherKind(of: cursor.value) {
      throw cursor.failure(
        expected: "a HistFactory workspace (\(Self.keys.joined(separator: ", ")))", found: kind)
    }
    try cursor.object(required: Self.keys)
    try cursor.member("version").version()
    var names = NameRegister()
    var channels: [Channel] = []
    for (index, element) in try cursor.member("channels").elements(of: "channels").enumerated() {
      channels.append(try Channel(element.labelled(\.channel, index: index), &names))
    }
    let observations = try Self.observations(cursor.member("observations"), channels, &names)
    var measurements: [Measurement] = []
    let list = try cursor.member("measurements").elements(of: "measurements")
    for (index, element) in list.enumerated() {
      let element = element.labelled(\.measurement, index: index)
      let measurement = try Measurement(element, &names)
      try element.requireNewName(measurement.name, "measurement", among: measurements.map(\.name))
      measurements.append(measurement)
    }
    self.init(channels: channels, observations: observations, measurements: measurements)
  }

  /// What a document that is no workspace seems to be, nil where it may be meant as one.
  private static func otherKind(of root: JSONValue) -> String? {
    switch root {
    case .array(let elements):
      guard case .object(let first)? = elements.first, first["op"] != nil else {
        return root.summary
      }
      return "a JSON patch, which needs a workspace to change"
    case .object(let object):
      let has = { (key: String) in object[key] != nil }
      if has("patches") {
        return "a patch set, which needs a workspace to change"
      }
      if has("distributions") || (has("metadata") && has("domains")) {
        return "a file in the HS3 format"
      }
      if has("channels") && !keys.dropFirst().contains(where: has) {
        return "a model specification (channels without measurements and observations)"
      }
      return nil
    default: return root.summary
    }
  }

  /// Every channel needs an observation with its number of bins; observations of other channels
  /// are kept and not looked at.
  private static func observations(
    _ cursor: HistFactoryCursor, _ channels: [Channel], _ names: inout NameRegister
  ) throws(HistFactoryError) -> [Observation] {
    let binCounts = Dictionary(
      channels.map { ($0.name, $0.binCount) }, uniquingKeysWith: { first, _ in first })
    var observations: [Observation] = []
    for (index, element) in try cursor.elements(of: "observations").enumerated() {
      let element = element.labelled(\.observation, index: index)
      try element.object(required: ["name", "data"])
      let name = try element.member("name").string()
      try names.requireOneSpelling(of: name, .channel, element)
      try element.requireNewName(name, "observation", among: observations.map(\.name))
      let data = try element.member("data").numbers(
        .bins(expected: binCounts[name], unit: "counts, one for every bin of the channel"),
        nonNegative: binCounts[name] != nil)
      observations.append(Observation(name: name, data: data))
    }
    for channel in channels where !observations.contains(where: { $0.name == channel.name }) {
      throw cursor.failure(
        expected: "an observation for the channel '\(channel.name)'",
        found: "observations for \(messageList(observations.map(\.name)))")
    }
    return observations
  }
}

extension HistFactoryCursor {
  /// Refuses a name that an earlier item has.
  func requireNewName(
    _ name: String, _ item: String, among others: [String]
  ) throws(HistFactoryError) {
    guard others.contains(name) else { return }
    throw member("name").failure(
      expected: "every \(item) to have a name of its own", found: "'\(name)' twice")
  }
}
