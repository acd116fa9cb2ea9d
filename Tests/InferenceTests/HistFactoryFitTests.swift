import Foundation
import Inference
import Likelihoods
import NumericalCore
import Optimization
import TestSupport
import Testing

/// Fits of the development workspaces against minima that other programs found with scaled
/// variables, several starts and a polish.
@Suite(.enabled(if: sharedFile("data/workspaces/README.md") != nil, needsSharedData))
struct HistFactoryFitTests {
  private struct Reference: Decodable {
    struct Fit: Decodable {
      let pars: [Double]
      let twice_nll: Double
    }
    struct Robust: Decodable {
      let mle, fixed_mu0, fixed_mu1: Fit
    }
    let poi: String
    let robust: Robust
  }

  static let names = [
    "xmlimport_input", "xmlimport_input2", "xmlimport_input3", "multichannel_histfactory",
    "shared_nuispar", "tutorial_bkg_only", "SRee_SRmm_Srem_v2", "ttbar_ljets_xsec_pruned",
  ]

  private func load(_ name: String) throws -> (density: HistFactoryDensity, reference: Reference) {
    let file = try #require(sharedFile("data/workspaces/\(name).json"))
    let numbers = try #require(sharedFile("data/workspaces/\(name).reference.json"))
    return (
      try HistFactoryDensity(HistFactoryWorkspace(reading: file)),
      try JSONDecoder().decode(Reference.self, from: Data(contentsOf: numbers))
    )
  }

  @Test(arguments: names) func robustMinima(name: String) throws {
    let (density, reference) = try load(name)
    let free = try MaximumLikelihood().fit(density)
    let robust = reference.robust
    for (fixed, expected) in [
      (nil, robust.mle), (0.0, robust.fixed_mu0), (1.0, robust.fixed_mu1),
    ] {
      let fits =
        try fixed.map { mu in
          [
            try MaximumLikelihood().fit(density, fixing: [reference.poi: mu]),
            try MaximumLikelihood(effort: .warm).conditionalFit(
              density, fixing: [reference.poi: mu], free: free
            ).conditional,
          ]
        } ?? [free]
      for (i, fit) in fits.enumerated() {
        #expect(fit.certificate.isValid && fit.certificate.edm < 1e-8)
        #expect(-2 * fit.logDensity < expected.twice_nll + 1e-5, "\(fixed ?? .nan), fit \(i)")
        for (k, error) in fit.errors.enumerated() {
          guard let error else { continue }
          // The reference of the fit with 66 parameters at bounds is converged less well.
          let tolerance = expected.twice_nll > 1e4 ? 0.05 : 1e-3
          #expect(abs(fit.values[k] - expected.pars[k]) < tolerance * error)
        }
      }
    }
  }

  @Test func twoMinimaOfTheCoupledHistosys() throws {
    let (density, _) = try load("xmlimport_input2")
    let fit = try MaximumLikelihood().fit(density)
    let heights = fit.certificate.startOutcomes.minima.map { 2 * ($0.height - fit.logDensity) }
    #expect(heights.count == 2)
    #expect(abs(heights[0] - 26.5638384) < 1e-5 && abs(heights[1] - 28.0331) < 1e-4)
    // One start alone may end in the other one: the number of starts matters.
    let single = try MaximumLikelihood(effort: .given).fit(density)
    #expect(abs(-2 * single.logDensity - 28.0331) < 1e-4)
  }

  @Test func sixtyParametersAtTheirBounds() throws {
    let (density, reference) = try load("ttbar_ljets_xsec_pruned")
    let fit = try MaximumLikelihood().fit(density, fixing: [reference.poi: 0])
    #expect(fit.certificate.parametersAtBounds.count >= 60)
    #expect(fit.certificate.isValid)
  }
}
