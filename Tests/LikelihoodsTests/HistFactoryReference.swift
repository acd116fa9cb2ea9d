import Foundation
import Likelihoods
import TestSupport

/// Values of pyhf 0.7.6 for one workspace (the shared reference files, and those of
/// Reference/histfactory_reference.py).
struct HistFactoryReference: Decodable, Sendable {
  struct Point: Decodable, Sendable {
    let label: String?
    let pars: [Double]
    let logpdf: Double
    let main_logpdf: Double?
    let constraint_logpdf: Double?
    let expected_main: [Double]?
  }

  struct Codes: Decodable, Sendable {
    let normsys: HistFactoryInterpolation.Normsys
    let histosys: HistFactoryInterpolation.Histosys
  }

  let name: String?
  let settings: Codes?
  let par_names: [String]
  let par_order: [String]
  let auxdata_order: [String]
  let channels_order: [String]
  let suggested_init: [Double]
  let suggested_bounds: [[Double]]
  let suggested_fixed: [Bool]
  let poi: String?
  let poi_index: Int?
  let measurement: String
  let data: [Double]
  let points: [Point]

  static func read(_ file: URL) throws -> HistFactoryReference {
    try JSONDecoder().decode(HistFactoryReference.self, from: Data(contentsOf: file))
  }
}

/// The workspaces of the shared data with reference values.
let sharedWorkspaces = [
  "xmlimport_input", "xmlimport_input2", "xmlimport_input3", "multichannel_histfactory",
  "shared_nuispar", "tutorial_bkg_only", "SRee_SRmm_Srem_v2", "ttbar_ljets_xsec_pruned",
]

func sharedWorkspaceFile(_ name: String) -> URL? { sharedFile("data/workspaces/\(name).json") }

let haveSharedWorkspaces = sharedWorkspaceFile("xmlimport_input") != nil

/// Whether two numbers agree relative to the larger of them.
func near(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}

/// A workspace from a JSON object.
func workspace(_ object: Any) throws -> HistFactoryWorkspace {
  let text = String(
    decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  return try HistFactoryWorkspace(document: JSONDocument(parsing: text))
}

/// A workspace with one measurement from its parts.
func workspace(
  channels: [Any], observed: [String: [Double]], poi: String = "mu", parameters: [Any] = []
) throws -> HistFactoryWorkspace {
  try workspace([
    "channels": channels, "version": "1.0.0",
    "observations": observed.map { ["name": $0.key, "data": $0.value] },
    "measurements": [
      ["name": "measurement", "config": ["poi": poi, "parameters": parameters]]
    ],
  ])
}

/// A channel of a workspace; a sample is its name, counts and modifiers.
func channel(_ name: String, _ samples: [(String, [Double], [[String: Any]])]) -> [String: Any] {
  ["name": name, "samples": samples.map { ["name": $0.0, "data": $0.1, "modifiers": $0.2] }]
}

/// A modifier of a sample; no data is null.
func modifier(_ name: String, _ type: String, _ data: Any = NSNull()) -> [String: Any] {
  ["name": name, "type": type, "data": data]
}

/// A workspace written by hand or at random, with the values of pyhf for it
/// (Reference/HistFactory/densities.py).
struct HistFactoryCase: CustomStringConvertible, Sendable {
  let description: String
  let workspace: HistFactoryWorkspace
  let reference: HistFactoryReference

  func density() throws -> HistFactoryDensity {
    let codes = reference.settings.map {
      HistFactoryInterpolation(normsys: $0.normsys, histosys: $0.histosys)
    }
    return try HistFactoryDensity(workspace, interpolation: codes ?? HistFactoryInterpolation())
  }

  static func all() throws -> [HistFactoryCase] {
    struct File: Decodable { let cases: [HistFactoryReference] }
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/HistFactory/densities.json")
    let data = try Data(contentsOf: file)
    let references = try JSONDecoder().decode(File.self, from: data).cases
    guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cases = object["cases"] as? [[String: Any]]
    else { return [] }
    return try zip(references, cases).map { reference, object in
      HistFactoryCase(
        description: reference.name ?? "", workspace: try LikelihoodsTests.workspace(object["workspace"] ?? [:]),
        reference: reference)
    }
  }
}
