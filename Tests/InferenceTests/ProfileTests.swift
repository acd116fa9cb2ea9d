import Foundation
import Inference
import Likelihoods
import NumericalCore
import Optimization
import TestSupport
import Testing

/// Converged values of the toy search, computed independently from 48 starts per point.
private let convergedT = [
  0.0: 0.001231, 0.1: 0.091892, 0.2: 0.296092, 0.3: 0.640910, 0.4: 1.133108, 0.5: 1.776516,
  0.6: 2.574746, 0.7: 3.531125, 0.8: 4.648649, 0.9: 5.929277, 1.0: 7.374103,
]

@Suite struct ProfileTests {
  let search = ToyLHCSearch()

  @Test func maximumOfTheToySearch() throws {
    let fit = try MaximumLikelihood().fit(search)
    #expect(fit.certificate.isValid)
    #expect(fit.certificate.startsAgreeing >= 1)
    #expect(abs(fit.logDensity + 285.7783299368338) < 1e-9)
    #expect(abs(try fit.value(of: "mu") + 0.013174361740633) < 1e-5)
    let error = try #require(fit.errors[0])
    #expect(abs(error - 0.375694484) < 1e-6)
  }

  @Test func profileOfTheToySearch() throws {
    let mus = convergedT.keys.sorted()
    let scan = try ProfileScan(of: search, along: "mu", at: mus)
    #expect(scan.isValid)
    for (mu, t) in zip(scan.values, scan.testStatistic) {
      let expected = try #require(convergedT[mu])
      #expect(abs(t - expected) < 2e-6, "mu = \(mu)")
    }
  }

  @Test func profileOnTheWideGrid() throws {
    let expected = [
      (-0.9, 5.026307), (-0.6, 2.278639), (-0.3, 0.563599), (1.2, 10.759066), (1.5, 17.077811),
    ]
    let scan = try ProfileScan(of: search, along: "mu", at: expected.map(\.0))
    for (t, reference) in zip(scan.testStatistic, expected) {
      #expect(abs(t - reference.1) < 2e-6, "mu = \(reference.0)")
    }
  }

  @Test func intervalsWhereTheStatisticCrosses() throws {
    let scan = try ProfileScan(
      of: search, along: "mu", at: stride(from: -0.9, through: 1, by: 0.05).map { $0 })
    let one = try scan.interval(at: 1)
    #expect(abs(try #require(one.lower) + 0.397384) < 2e-3)
    #expect(abs(try #require(one.upper) - 0.375749) < 2e-3)
    let outside = try scan.interval(at: 50)
    #expect(outside.lower == nil && outside.upper == nil)
  }

  /// One start from zero ends in a lower local maximum at mu = 1: the certificate says how many
  /// starts agreed, and the profile needs more than one.
  @Test func oneStartIsNotEnough() throws {
    var single = search.parameters.parameters
    for k in single.indices { single[k].kink = nil }
    let smooth = Smooth(base: search, parameters: try ParameterSpace(single))
    let fit = try MaximumLikelihood(effort: .given).fit(smooth, fixing: ["mu": 1])
    let best = try MaximumLikelihood().fit(search, fixing: ["mu": 1])
    #expect(best.logDensity > fit.logDensity + 1e-3)
  }

  @Test func badInput() throws {
    #expect(throws: ParameterError.self) {
      try MaximumLikelihood().fit(search, fixing: ["muu": 1])
    }
    #expect(throws: FitError.self) { try MaximumLikelihood().fit(search, fixing: ["mu": 7]) }
  }
}

private struct Smooth: DifferentiableLogDensity {
  let base: ToyLHCSearch
  let parameters: ParameterSpace
  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    base.evaluate(points, values: &values)
  }
  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    base.evaluate(points, values: &values, gradients: &gradients)
  }
}
