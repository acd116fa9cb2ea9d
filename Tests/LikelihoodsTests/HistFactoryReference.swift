import Foundation
import Likelihoods
import TestSupport

/// Values of pyhf 0.7.6 for one workspace (the shared reference files, and those of
/// Reference/histfactory_reference.py).
struct HistFactoryReference: Decodable {
  struct Point: Decodable {
    let label: String?
    let pars: [Double]
    let logpdf: Double
    let main_logpdf: Double?
    let constraint_logpdf: Double?
    let expected_main: [Double]?
    let expected_aux: [Double]?
    let gradient: [Double]?
  }

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
