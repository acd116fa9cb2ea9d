import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

/// Published workspaces and pyhf's test inputs.
@Suite("HistFactory densities of published workspaces", .enabled(if: haveSharedWorkspaces, needsSharedData))
struct HistFactoryDensityTests {
  private func load(_ name: String) throws -> (HistFactoryDensity, HistFactoryReference) {
    let workspace = try HistFactoryWorkspace(reading: #require(sharedWorkspaceFile(name)))
    let reference = try HistFactoryReference.read(
      #require(sharedWorkspaceFile("\(name).reference")))
    return (try HistFactoryDensity(workspace), reference)
  }

  @Test(arguments: sharedWorkspaces)
  func agreesWithReference(name: String) throws {
    let (density, reference) = try load(name)
    try expectAgreement(density, reference)
  }

  @Test(arguments: sharedWorkspaces)
  func derivatives(name: String) throws {
    let (density, reference) = try load(name)
    for point in reference.points { try expectDerivatives(density, at: point.pars) }
  }

  /// Models that pyhf validates against ROOT, with codes 1 and 0.
  @Test func validationModels() throws {
    let file = try #require(sharedWorkspaceFile("pyhf_test_validation.reference"))
    let list = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [[String: Any]])
    #expect(list.count == 10)
    for entry in list {
      let name = try #require(entry["name"] as? String)
      let spec = try #require(entry["spec"] as? [String: Any])
      let channels = try #require(spec["channels"] as? [[String: Any]])
      let counts = try #require(entry["main_data_in_sorted_channel_order"] as? [Double])
      var observed: [String: [Double]] = [:]
      var next = 0
      for channel in channels.sorted(by: { "\($0["name"] ?? "")" < "\($1["name"] ?? "")" }) {
        let channelName = try #require(channel["name"] as? String)
        let samples = try #require(channel["samples"] as? [[String: Any]])
        let bins = try #require(samples[0]["data"] as? [Double]).count
        observed[channelName] = Array(counts[next..<next + bins])
        next += bins
      }
      let density = try HistFactoryDensity(
        workspace(
          channels: channels, observed: observed, parameters: spec["parameters"] as? [Any] ?? []),
        interpolation: HistFactoryInterpolation(normsys: .code1, histosys: .code0))
      #expect(density.parameters.names == entry["par_names"] as? [String], "\(name)")
      #expect(density.parameters.initialValues == entry["init"] as? [Double], "\(name)")
      let data = try #require(entry["data_full"] as? [Double])
      #expect(
        zip(density.data.main + density.data.auxiliary, data).allSatisfy { near($0, $1, 1e-14) })
      let value = density.logDensity(at: density.parameters.initialValues)
      let expected = try #require(entry["logpdf_at_init"] as? Double)
      #expect(near(value, expected, 1e-12), "\(name): \(value) and \(expected)")
    }
  }

  /// pyhf #1720: a modifier scales only the samples that list it.
  @Test(arguments: ["shapesys", "staterror"])
  func modifierOfOneSample(type: String) throws {
    let file = try #require(sharedWorkspaceFile("pyhf_tests/issue1720_greedy_staterror"))
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacingOccurrences(of: "\"shapesys\"", with: "\"\(type)\"")
    let model = try HistFactoryModel(HistFactoryWorkspace(document: JSONDocument(parsing: text)))
    #expect(model.parameters.names == ["NP[0]"])
    #expect(model.parameters.parameterOfInterest == 0)
    for gamma in [0.5, 1, 2.5] { #expect(model.expectedMain(at: [gamma]) == [5 + gamma]) }
  }

  @Test func withoutParameterOfInterest() throws {
    let file = try #require(sharedWorkspaceFile("pyhf_tests/poiless"))
    let workspace = try HistFactoryWorkspace(reading: file)
    #expect(try HistFactoryModel(workspace).parameters.parameterOfInterest == nil)
    let chosen = try HistFactoryModel(workspace, parameterOfInterest: "mu")
    #expect(chosen.parameters.parameters[0].role == .parameterOfInterest)
  }
}
