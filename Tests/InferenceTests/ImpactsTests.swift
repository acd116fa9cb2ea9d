import Inference
import Likelihoods
import NumericalCore
import Optimization
import Testing

@Suite struct ImpactsTests {
  /// A density with a stated prior, which is part of it.
  struct WithPrior: DifferentiableLogDensity, LogPosterior {
    let base: Pointwise
    let factorizedPrior: ProductPrior?
    var parameters: ParameterSpace { base.parameters }

    func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
      base.evaluate(points, values: &values)
    }

    func evaluate(
      _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
    ) {
      base.evaluate(points, values: &values, gradients: &gradients)
    }

    func logLikelihoods(at points: Matrix<Double>) -> [Double] {
      zip(logDensities(at: points), logPriors(at: points)).map { $0 - $1 }
    }

    func logPriors(at points: Matrix<Double>) -> [Double] {
      factorizedPrior?.logDensities(at: points) ?? points.rowZeros
    }
  }

  private let precision = [[5.0, 1.5, -0.8], [1.5, 2.0, 0.3], [-0.8, 0.3, 1.2]]

  private func gaussian(_ parameters: [Parameter], prior: [ParameterPrior]?) throws -> WithPrior {
    WithPrior(
      base: try Pointwise.gaussian(parameters, mean: [0.7, 1.1, -0.4], precision: precision),
      factorizedPrior: prior.map { ProductPrior($0) })
  }

  private let parameters = [
    Parameter(name: "mu", role: .parameterOfInterest), Parameter(name: "a"), Parameter(name: "b"),
  ]

  @Test func gaussianInClosedForm() throws {
    let density = try gaussian(
      parameters, prior: [.flat(), .normal(mean: 0.5, standardDeviation: 2), .flat()])
    let impacts = try Impacts(of: density, on: "mu")
    let covariance = try #require(
      Cholesky(Matrix(rows: 3, columns: 3, elements: precision.flatMap(\.self)))
    ).inverse
    let sigma = (0..<3).map { covariance[$0, $0].squareRoot() }
    #expect(impacts.isValid && abs(impacts.value - 0.7) < 1e-7)
    #expect(abs(try #require(impacts.error) - sigma[0]) < 1e-7)
    // With a held, mu and b have the precision block of the two.
    let held = 1 / (5.0 - 0.8 * 0.8 / 1.2)
    let statistical = try #require(impacts.statisticalError)
    #expect(abs(statistical - held.squareRoot()) < 1e-7 && impacts.freeNuisances == ["b"])
    let systematic = try #require(impacts.systematicError)
    #expect(abs(systematic - (covariance[0, 0] - held).squareRoot()) < 1e-6)
    // Both have a correlation with mu, that of a is the larger one.
    #expect(impacts.nuisances.map(\.name) == ["a", "b"])
    for (nuisance, k) in zip(impacts.nuisances, [1, 2]) {
      let rho = covariance[0, k] / (sigma[0] * sigma[k])
      #expect(abs(try #require(nuisance.correlation) - rho) < 1e-6)
      let shift = try #require(nuisance.postFitImpact)
      #expect(abs(try #require(shift.up.impact) - rho * sigma[0]) < 1e-6)
      #expect(abs(try #require(shift.down.impact) + rho * sigma[0]) < 1e-6)
    }
    let a = impacts.nuisances[0]
    #expect(a.preFit == PreFitValue(centre: 0.5, width: 2))
    #expect(abs(try #require(a.pull) - 0.3) < 1e-7)
    #expect(abs(try #require(a.constraint) - sigma[1] / 2) < 1e-7)
    let before = try #require(a.preFitImpact?.up.impact)
    #expect(abs(before - 2 * covariance[0, 1] / covariance[1, 1]) < 1e-6)
    let b = impacts.nuisances[1]
    #expect(b.preFit == nil && b.pull == nil && b.constraint == nil && b.preFitImpact == nil)
    let top = try #require(impacts.correlations.first)
    #expect(impacts.correlations.count == 3 && (top.first, top.second) == ("mu", "a"))
  }

  @Test func withoutKnowledgeAllNuisancesAreHeld() throws {
    let impacts = try Impacts(of: try gaussian(parameters, prior: nil), on: "mu", pairs: 1)
    #expect(abs(try #require(impacts.statisticalError) - (1 / 5.0).squareRoot()) < 1e-7)
    #expect(impacts.freeNuisances.isEmpty && impacts.correlations.count == 1)
    #expect(impacts.nuisances.allSatisfy { $0.pull == nil && $0.preFitImpact == nil })
  }

  @Test func boundsAndBadNames() throws {
    var bounded = parameters
    bounded[1].upper = 1.2
    let prior: [ParameterPrior] = [.flat(), .normal(mean: 0, standardDeviation: 1), .flat()]
    let density = try gaussian(bounded, prior: prior)
    let impacts = try Impacts(of: density, on: "mu")
    let a = try #require(impacts.nuisances.first { $0.name == "a" }?.postFitImpact)
    #expect(a.up.isCutByBound && a.up.parameterValue == 1.2 && !a.down.isCutByBound)
    #expect(throws: ParameterError.self) { try Impacts(of: density, on: "nu") }
    bounded[0].fixed = true
    #expect(throws: FitError.self) {
      try Impacts(of: try gaussian(bounded, prior: prior), on: "mu")
    }
  }

  /// A step to where the density vanishes is marked, not dropped.
  @Test func failedRefitsAreMarked() throws {
    let base = try Pointwise(parameters) { [precision] x in
      guard x[1] < 1.3 else { return (-.infinity, [0, 0, 0]) }
      let r = [x[0] - 0.7, x[1] - 1.1, x[2] + 0.4]
      let pull = precision.map { row in -zip(row, r).reduce(0) { $0 + $1.0 * $1.1 } }
      return (0.5 * zip(pull, r).reduce(0) { $0 + $1.0 * $1.1 }, pull)
    }
    let impacts = try Impacts(of: WithPrior(base: base, factorizedPrior: nil), on: "mu")
    let a = try #require(impacts.nuisances.first { $0.name == "a" }?.postFitImpact)
    #expect(a.up.impact == nil && !a.up.isValid && a.down.isValid)
    #expect(impacts.best.certificate.isValid && !impacts.isValid)
  }

  /// Against refits with iminuit of pyhf's likelihood.
  @Test func workspaceAgainstMinuit() throws {
    let reference = try DiagnosticsReference.load()
    let density = try DiagnosticsReference.density()
    let impacts = try Impacts(of: density, on: "mu")
    #expect(impacts.isValid && abs(-2 * impacts.best.logDensity - reference.twiceNLL) < 1e-6)
    #expect(abs(impacts.value - reference.poi.value) < 1e-4)
    #expect(abs(try #require(impacts.error) - reference.poi.error) < 1e-5)
    #expect(abs(try #require(impacts.statisticalError) - reference.poi.statistical) < 2e-4)
    #expect(impacts.freeNuisances == ["norm"])
    #expect(Set(impacts.nuisances.map(\.name)) == Set(reference.impacts.keys))
    for nuisance in impacts.nuisances {
      let expected = try #require(reference.impacts[nuisance.name])
      let error = try #require(nuisance.error)
      #expect(abs(nuisance.value - expected.value) < 1e-3 * error)
      #expect(abs(error - expected.error) < 1e-4 * expected.error)
      #expect(abs(try #require(nuisance.correlation) - expected.correlation) < 1e-4)
      #expect((nuisance.preFit == nil) == (expected.centre == nil))
      if let centre = expected.centre, let width = expected.width {
        #expect(abs(try #require(nuisance.preFit).centre - centre) < 1e-12)
        #expect(abs(try #require(nuisance.preFit).width - width) < 1e-12)
        #expect(abs(try #require(nuisance.pull) - (expected.value - centre) / width) < 1e-3)
      }
      for (pair, numbers) in [
        (nuisance.postFitImpact, expected.postFit), (nuisance.preFitImpact, expected.preFit),
      ] {
        #expect((pair == nil) == (numbers == nil))
        guard let pair, let numbers else { continue }
        #expect(abs(try #require(pair.up.impact) - numbers[0]) < 3e-4)
        #expect(abs(try #require(pair.down.impact) - numbers[1]) < 3e-4)
      }
    }
    let sizes = impacts.nuisances.map(\.magnitude)
    #expect(sizes == sizes.sorted(by: >) && impacts.nuisances[0].name == "norm")
    let (errors, _) = try MaximumLikelihood().minosErrors(
      of: impacts.best, density, parameters: ["mu"])
    #expect(abs(try #require(errors[0].lowerError) - reference.poi.minos[0]) < 3e-4)
    #expect(abs(try #require(errors[0].upperError) - reference.poi.minos[1]) < 3e-4)
  }
}

extension Matrix where Element == Double {
  fileprivate var rowZeros: [Double] { [Double](repeating: 0, count: rows) }
}
