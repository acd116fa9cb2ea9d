import Foundation
import Likelihoods
import NumericalCore
import TestSupport
import Testing

@Suite(.enabled(if: haveSharedWorkspaces, needsSharedData))
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
    for point in reference.points { expectDerivatives(density, at: point.pars) }
  }
}
