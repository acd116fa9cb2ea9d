import Foundation
import TestSupport
import Testing

@testable import Likelihoods

/// A change of `Reference/HistFactory/base.json` and the error it must lead to, nil for none.
private struct Mutation: Decodable, CustomStringConvertible {
  let name: String
  let whole: String?
  let find: String?
  let put: String?
  let error: String?

  var description: String { name }

  func text(of base: String) throws -> String {
    if let whole { return whole }
    guard let find, let put else { return String(repeating: "[", count: 100_000) }
    try #require(base.components(separatedBy: find).count == 2, "'\(find)' must stand once")
    // An integer of 401 digits.
    return base.replacingOccurrences(of: find, with: put)
      .replacingOccurrences(of: "1@400", with: "1" + String(repeating: "0", count: 400))
  }
}

private struct Verdicts: Decodable {
  let verdicts: [String: String]
}

private func read(_ text: String) throws -> HistFactoryWorkspace {
  do {
    return try HistFactoryWorkspace(document: JSONDocument(parsing: text))
  } catch let error as JSONSyntaxError {
    throw HistFactoryError(error, file: nil)
  }
}

@Suite("Reading HistFactory workspaces")
struct HistFactoryReadingTests {
  private static let mutations: [Mutation] =
    (try? JSONDecoder().decode(
      [Mutation].self, from: Data(contentsOf: reference("mutations.json")))) ?? []

  /// Where a rule is stricter than pyhf's on purpose: there the last of repeated keys and
  /// observations and the first of repeated measurements count silently, true is the number 1,
  /// a modifier may stand in a sample twice (and acts once), bounds are not looked at, and
  /// nonsense signs vanish in squares or give a density that is none.
  private static let stricter: Set<String> = [
    "repeated key of the workspace", "repeated key of a modifier", "yield true",
    "modifier with an empty name", "same name and type twice", "staterror negative",
    "shapesys negative", "observation used twice", "observation negative",
    "measurement name used twice", "bounds of three", "bounds in the wrong order",
  ]

  @Test("mutated workspaces: the message names the place, what was expected and what was found")
  func mutations() throws {
    let base = try String(contentsOf: reference("base.json"), encoding: .utf8)
    #expect(Self.mutations.filter { $0.error != nil }.count >= 90)
    for mutation in Self.mutations {
      let text = try mutation.text(of: base)
      guard let expected = mutation.error else {
        #expect(throws: Never.self, "\(mutation)") { try read(text) }
        continue
      }
      let error = #expect(throws: HistFactoryError.self, "\(mutation)") { try read(text) }
      #expect(error?.description == expected, "\(mutation)")
    }
  }

  @Test("verdicts on the mutated workspaces are pyhf's, or stricter on purpose")
  func verdicts() throws {
    let verdicts = try JSONDecoder().decode(
      Verdicts.self, from: Data(contentsOf: reference("verdicts.json"))
    ).verdicts
    #expect(Set(verdicts.keys) == Set(Self.mutations.map(\.name)))
    for mutation in Self.mutations {
      let accepted = verdicts[mutation.name] == "accepted"
      #expect(
        accepted == (mutation.error == nil || Self.stricter.contains(mutation.name)),
        "\(mutation)")
    }
  }

  @Test("the place of an error is there to be asked for")
  func place() throws {
    let base = try String(contentsOf: reference("base.json"), encoding: .utf8)
    let text = base.replacingOccurrences(of: "[2, 1.5, 1]", with: "[2, 1.5, -1]")
    let error = try #require(throws: HistFactoryError.self) { _ = try read(text) }
    #expect(error.place.channel == "SR")
    #expect(error.place.sample == "bkg")
    #expect(error.place.modifier == "stat")
    #expect(error.place.modifierType == "staterror")
    #expect(error.place.key == "data")
    #expect(error.place.bin == 2)
    #expect(error.line == 19)
    #expect(
      error.pointer?.description == "/channels/0/samples/1/modifiers/0/data/2")
  }

  @Test("every part of a workspace")
  func content() throws {
    let workspace = try HistFactoryWorkspace(reading: reference("base.json"))
    #expect(workspace.channels.map(\.name) == ["SR", "CR"])
    #expect(workspace.channels.map(\.binCount) == [3, 2])
    let signal = workspace.channels[0].samples[0]
    #expect(signal.data == [1.5, 2, 3.25])
    #expect(signal.modifiers.map(\.name) == ["mu", "lumi", "xsec"])
    #expect(
      signal.modifiers.map(\.effect) == [.normfactor, .lumi, .normsys(low: 0.9, high: 1.1)])
    #expect(
      workspace.channels[0].samples[1].modifiers.map(\.effect) == [
        .staterror([2, 1.5, 1]), .histosys(low: [48, 40, 29], high: [52, 41, 31]),
      ])
    #expect(workspace.channels[0].samples[2].modifiers[0].effect == .shapesys([1, 0.5, 0.2]))
    #expect(
      workspace.channels[1].samples[0].modifiers.map(\.effect) == [.normfactor, .shapefactor])
    #expect(workspace.observations.map(\.data) == [[55, 46, 35], [101, 79]])
    let measurement = workspace.measurements[0]
    #expect(measurement.parameterOfInterest == "mu")
    let luminosity = measurement.parameters[0]
    #expect(luminosity.inits == [1] && luminosity.bounds == [0.5...1.5])
    #expect(luminosity.auxdata == [1] && luminosity.sigmas == [0.02])
    #expect(luminosity.fixed == nil && luminosity.factors == nil)
    #expect(measurement.parameters[1].fixed == false)
  }

  @Test("a written workspace reads back equal")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let workspace = try HistFactoryWorkspace(reading: reference("base.json"))
      let file = folder.appending(path: "written.json")
      try workspace.write(to: file)
      #expect(try HistFactoryWorkspace(reading: file) == workspace)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["written.json"])
      let nowhere = folder.appending(path: "no/folder.json")
      #expect(throws: HistFactoryError.self) { try workspace.write(to: nowhere) }
    }
  }

  @Test("a file that is not there")
  func missingFile() throws {
    let error = try #require(throws: HistFactoryError.self) {
      _ = try HistFactoryWorkspace(reading: URL(filePath: "/no/such/ws.json"))
    }
    #expect(
      error.description == "/no/such/ws.json: expected a file that can be read, found no such file")
  }
}

@Suite(
  "Published workspaces",
  .enabled(if: sharedFile("data/workspaces") != nil, needsSharedData))
struct PublishedWorkspaceTests {
  private func file(_ name: String) throws -> URL {
    try #require(sharedFile("data/workspaces/\(name).json"))
  }

  @Test(
    "are read, and read back equal after writing",
    arguments: [
      "xmlimport_input", "xmlimport_input2", "xmlimport_input3", "multichannel_histfactory",
      "shared_nuispar", "tutorial_bkg_only", "SRee_SRmm_Srem_v2", "ttbar_ljets_xsec_pruned",
      "pyhf_tests/2-bin_1-channel", "pyhf_tests/poiless", "pyhf_tests/example_bkgonly",
      "pyhf_tests/xmlimport_input_bkg",
    ])
  func valid(name: String) throws {
    let document = try JSONDocument(reading: try file(name))
    let workspace = try HistFactoryWorkspace(document: document)
    #expect(workspace.measurements[0].parameterOfInterest == nil || name != "pyhf_tests/poiless")
    #expect(try HistFactoryWorkspace(document: workspace.document) == workspace)
    // Nothing is lost: the written document is the one that was read, 1 for 1.0 apart.
    #expect(workspace.document.root == document.root)
    #expect(try parse(workspace.document.root.text) == document.root)
  }

  @Test("the digest that is stated for a workspace")
  func digest() throws {
    #expect(
      try JSONDocument(reading: try file("xmlimport_input")).root.digest(.sha256)
        == "6d416ee67a40460499ea2ef596fb1e682a563d7df06e690018a211d35238aecc")
    #expect(
      try JSONDocument(reading: try file("pyhf_tests/xmlimport_input_bkg")).root.digest(.sha256)
        == "acaf538804e40bcfa212e7cd62b525056946b078c1cc3425c4593b9fa25e1e08")
  }

  @Test("the greedy staterror of pyhf issue 1720, and duplicate modifiers")
  func models() throws {
    for name in ["issue1720_greedy_staterror", "model_duplicate_modifiers"] {
      let document = try JSONDocument(reading: try file("pyhf_tests/\(name)"))
      guard case .object(let model) = document.root else { return }
      if model["measurements"] == nil {
        let error = #expect(throws: HistFactoryError.self) {
          try HistFactoryWorkspace(document: document)
        }
        #expect(error?.found.hasPrefix("a model specification") == true)
      }
      let workspace = JSONDocument(try Self.workspace(of: model))
      if name.hasPrefix("issue") {
        #expect(throws: Never.self) { try HistFactoryWorkspace(document: workspace) }
      } else {
        let error = #expect(throws: HistFactoryError.self) {
          try HistFactoryWorkspace(document: workspace)
        }
        #expect(error?.expected == "every pair of name and type once in a sample")
      }
    }
  }

  /// The workspace of a model specification, with observations of 1.
  private static func workspace(of model: JSONObject) throws -> JSONValue {
    guard case .array(let channels)? = model["channels"], model["measurements"] == nil else {
      return .object(model)
    }
    let observations: [JSONValue] = try channels.map { channel in
      let name = try #require(channel[JSONPointer(tokens: ["name"])])
      guard case .array(let data)? = channel[JSONPointer(tokens: ["samples", "0", "data"])]
      else { return .null }
      let ones = data.map { _ in JSONValue.number(.integer(1)) }
      return .object(["name": name, "data": .array(ones)])
    }
    return .object([
      "channels": .array(channels), "observations": .array(observations),
      "measurements": try parse(#"[{"name": "m", "config": {"poi": "", "parameters": []}}]"#),
      "version": .string("1.0.0"),
    ])
  }

  @Test("every array of bins that loses its end is missed where it stands")
  func shortened() throws {
    let document = try JSONDocument(reading: try file("pyhf_tests/example_bkgonly"))
    let workspace = try HistFactoryWorkspace(document: document)
    var count = 0
    for (c, channel) in workspace.channels.enumerated() where channel.binCount > 1 {
      for (s, sample) in channel.samples.enumerated() {
        for (m, modifier) in sample.modifiers.enumerated() {
          let keys: [[String]] =
            switch modifier.effect {
            case .histosys: [["data", "hi_data"], ["data", "lo_data"]]
            case .shapesys, .staterror: [["data"]]
            default: []
            }
          for key in keys {
            let array = ["channels", "\(c)", "samples", "\(s)", "modifiers", "\(m)"] + key
            let patch = JSONPatch([.remove(at: JSONPointer(tokens: array + ["0"]))])
            let error = #expect(throws: HistFactoryError.self) {
              try HistFactoryWorkspace(document: patch.applied(to: document))
            }
            #expect(error?.place.channel == .named(channel.name))
            #expect(error?.place.sample == .named(sample.name))
            #expect(error?.place.modifier == .named(modifier.name))
            #expect(error?.place.key == key.joined(separator: "."))
            #expect(error?.found == String(channel.binCount - 1))
            count += 1
          }
        }
      }
    }
    #expect(count > 0)
  }

  @Test("every key and value of a workspace is needed, and of its kind")
  func everyPlace() throws {
    let document = try JSONDocument(reading: try file("pyhf_tests/example_bkgonly"))
    // Places whose removal leaves a valid workspace.
    let optional: Set = ["inits", "bounds", "auxdata", "factors", "sigmas", "fixed"]
    var removed = 0
    var replaced = 0
    for place in Self.places(of: document.root) {
      let last = try #require(place.tokens.last)
      let isElement = JSONPointer.index(last) != nil
      let replacement = JSONPatch([.replace(at: place, .boolean(true))])
      if document.root[place] != .boolean(false) && document.root[place] != .boolean(true) {
        #expect(throws: HistFactoryError.self, "\(place) true") {
          try HistFactoryWorkspace(document: replacement.applied(to: document))
        }
        replaced += 1
      }
      guard !isElement && !optional.contains(last) else { continue }
      let error = #expect(throws: HistFactoryError.self, "\(place) away") {
        try HistFactoryWorkspace(
          document: JSONPatch([.remove(at: place)]).applied(to: document))
      }
      #expect(error?.expected == "the key '\(last)'")
      removed += 1
    }
    #expect(removed > 50 && replaced > 100)
  }

  private static func places(of value: JSONValue) -> [JSONPointer] {
    var places: [JSONPointer] = []
    func walk(_ value: JSONValue, _ tokens: [String]) {
      if !tokens.isEmpty { places.append(JSONPointer(tokens: tokens)) }
      switch value {
      case .object(let object):
        for (key, value) in zip(object.keys, object.values) { walk(value, tokens + [key]) }
      case .array(let elements):
        for (index, value) in elements.enumerated() { walk(value, tokens + ["\(index)"]) }
      default: break
      }
    }
    walk(value, [])
    return places
  }

  @Test("700 kB are read in well under a second")
  func speed() throws {
    let text = try Array(Data(contentsOf: try file("ttbar_ljets_xsec_pruned")))
    let clock = ContinuousClock()
    var parsing = Duration.seconds(100)
    var reading = Duration.seconds(100)
    for _ in 0..<5 {
      var document: JSONDocument?
      parsing = min(parsing, try clock.measure { document = try JSONDocument(parsing: text) })
      let parsed = try #require(document)
      reading = min(
        reading, try clock.measure { _ = try HistFactoryWorkspace(document: parsed) })
    }
    if ProcessInfo.processInfo.environment["DNNLIK_PRINT_TIMES"] != nil {
      print("parsing \(parsing), reading \(reading)")
    }
    #expect(parsing + reading < .milliseconds(500))
  }
}
