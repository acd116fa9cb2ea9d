import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

/// A workspace of several channels, cut in two and put together again.
@Suite(.enabled(if: haveSharedWorkspaces, needsSharedData))
struct HistFactoryCombinationTests {
  /// The workspace with those channels only whose position passes.
  private func part(
    _ name: String, _ isKept: (Int) -> Bool
  ) throws -> HistFactoryDensity {
    let file = try #require(sharedWorkspaceFile(name))
    var whole = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let channels = try #require(whole["channels"] as? [[String: Any]])
    let kept = channels.enumerated().filter { isKept($0.offset) }.map(\.element)
    let names = kept.compactMap { $0["name"] as? String }
    let observations = try #require(whole["observations"] as? [[String: Any]])
    whole["channels"] = kept
    whole["observations"] = observations.filter { names.contains($0["name"] as? String ?? "") }
    // A part that the signal does not reach has no parameter of interest.
    whole["measurements"] = try #require(whole["measurements"] as? [[String: Any]]).map {
      measurement in
      guard var config = measurement["config"] as? [String: Any] else { return measurement }
      let modifiers = kept.flatMap { $0["samples"] as? [[String: Any]] ?? [] }
        .flatMap { $0["modifiers"] as? [[String: Any]] ?? [] }.compactMap { $0["name"] as? String }
      if !modifiers.contains(config["poi"] as? String ?? "") { config["poi"] = "" }
      return measurement.merging(["config": config]) { $1 }
    }
    return try withTemporaryFolder { folder in
      let file = folder.appending(path: "part.json")
      try JSONSerialization.data(withJSONObject: whole).write(to: file)
      return try HistFactoryDensity(HistFactoryWorkspace(reading: file))
    }
  }

  @Test(arguments: CombinationCases.names)
  func halvesMakeTheWhole(name: String) throws {
    let whole = try part(name) { _ in true }
    let halves = [try part(name) { $0 % 2 == 0 }, try part(name) { $0 % 2 == 1 }]
    let parts: [CombinedLikelihood.Component] = [.init("a", halves[0]), .init("b", halves[1])]
    let both = try CombinedLikelihood(parts, sharing: ParameterSharing(shared: .all))
    let names = both.parameters.names
    #expect(Set(names) == Set(whole.parameters.names) && names.count == whole.parameters.count)
    #expect(Set(both.constrainedParameters) == Set(whole.constrainedParameters))
    let shared = Set(halves[0].constrainedParameters).intersection(
      halves[1].constrainedParameters)
    #expect(!shared.isEmpty || name != "ttbar_ljets_xsec_pruned")
    var random = RandomStream(seed: 4, purpose: name).sequence()
    let points = (0..<6).map { i in
      whole.parameters.parameters.map { parameter in
        let x = parameter.initial + (i == 0 ? 0 : 0.2) * parameter.scale * random.normal()
        return min(max(x, parameter.lower), parameter.upper)
      }
    }
    let order = try names.map { try whole.parameters.index(of: $0) }
    let d = names.count
    let expected = whole.logDensitiesAndGradients(at: Matrix(rows: points, columns: d))
    let rearranged = Matrix(rows: points.map { x in order.map { x[$0] } }, columns: d)
    let found = try both.logDensitiesAndGradients(at: rearranged)
    let doubled = try CombinedLikelihood(
      parts, sharing: ParameterSharing(shared: .all), keepingConstraints: .all)
    let twice = try doubled.logDensities(at: rearranged)
    for i in points.indices where expected.values[i] > -.infinity {
      let value = expected.values[i]
      #expect(abs(found.values[i] - value) <= 1e-12 * abs(value), "\(name) \(i)")
      // Constraints counted twice would be seen.
      #expect(shared.isEmpty || abs(twice[i] - value) > 1e-6 * abs(value), "\(name) \(i)")
      let largest = expected.gradients.row(i).map(abs).max() ?? 1
      for (k, j) in order.enumerated() {
        #expect(
          abs(found.gradients[i, k] - expected.gradients[i, j]) <= 1e-12 * max(1, largest),
          "\(name) \(i) \(names[k])")
      }
    }
    #expect(expected.values[0] > -.infinity)
  }
}

private enum CombinationCases {
  /// Workspaces with more than one channel and constraints that they share.
  static let names = [
    "SRee_SRmm_Srem_v2", "multichannel_histfactory", "ttbar_ljets_xsec_pruned",
    "tutorial_bkg_only", "xmlimport_input2",
  ]
}
