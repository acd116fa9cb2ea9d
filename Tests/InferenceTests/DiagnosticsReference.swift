import Foundation
import Inference
import Likelihoods

/// Numbers of pyhf, iminuit, scipy and numpy for a workspace (Reference/diagnostics.py).
struct DiagnosticsReference: Decodable {
  struct Interest: Decodable {
    let value, error, statistical: Double
    let minos: [Double]
  }

  struct Impact: Decodable {
    let value, error, correlation: Double
    let centre, width: Double?
    let postFit: [Double]
    let preFit: [Double]?
  }

  struct Saturated: Decodable {
    let q, p: Double
    let dof: Int
  }

  struct Yield: Decodable {
    let bins, errors, sum: [Double]
  }

  let poi: Interest
  let twiceNLL: Double
  let impacts: [String: Impact]
  let saturated: Saturated
  let preFitYields, postFitYields: [String: [String: Yield]]

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Reference")

  static func load() throws -> DiagnosticsReference {
    try JSONDecoder().decode(
      Self.self, from: Data(contentsOf: folder.appending(path: "diagnostics.json")))
  }

  static func density() throws -> HistFactoryDensity {
    try HistFactoryDensity(
      HistFactoryWorkspace(reading: folder.appending(path: "diagnostics_workspace.json")))
  }
}
