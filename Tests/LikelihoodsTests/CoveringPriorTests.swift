import Likelihoods
import NumericalCore
import Testing

@Suite("Quantiles of priors and what covers a likelihood") struct CoveringPriorTests {
  /// The derivative of the quantile is one over the density, and the ends are those of the support.
  @Test func quantilesInvertTheDensity() throws {
    let gamma = ParameterPrior.gamma(shape: 3.5, rate: 2)
    let normal = ParameterPrior.normal(mean: 0.3, standardDeviation: 0.7)
    let priors: [ParameterPrior] = [
      .uniform(lower: -1, upper: 5, logDensity: -1.791759469228055), normal, gamma,
      .logNormal(logMean: 0.1, logStandardDeviation: 0.4),
      try normal.truncated(lower: 0), try normal.truncated(lower: 1.5, upper: 9),
      try normal.truncated(upper: -2), try gamma.truncated(lower: 0.5, upper: 2),
      try gamma.truncated(lower: 4),
      try ParameterPrior.logNormal(logMean: 0, logStandardDeviation: 1).truncated(upper: 2),
    ]
    for prior in priors {
      for p in [0.001, 0.1, 0.5, 0.83, 0.999] {
        let step = 1e-5 * min(p, 1 - p)
        let slope = (prior.quantile(p + step) - prior.quantile(p - step)) / (2 * step)
        let density = prior.logDensity(prior.quantile(p))
        #expect(abs(density + Double.logarithm(slope)) < 1e-5, "\(prior) at \(p)")
      }
      let (lower, upper) = prior.support
      // Ends where the density does not vanish.
      if lower.isFinite, prior.logDensity(lower) > -10 {
        #expect(abs(prior.quantile(1e-12) - lower) < 1e-6)
      }
      if upper.isFinite, prior.logDensity(upper) > -10 {
        #expect(abs(prior.quantile(1 - 1e-12) - upper) < 1e-6)
      }
    }
  }

  @Test func pointsFollowThePrior() throws {
    let block = try MultivariateNormalPrior(
      ["a", "b"], mean: [1, -1],
      covariance: Matrix(rows: 2, columns: 2, elements: [4, 1.2, 1.2, 1]))
    let prior = ProductPrior(
      [.flat(), .uniform(lower: 0, upper: 2, logDensity: 0), .flat()],
      blocks: [.init(columns: [0, 2], normal: block)])
    let points = prior.points(
      atProbabilities: SobolSequence(dimension: 3, seed: 1).points(4096))
    func mean(_ value: (Int) -> Double) -> Double {
      (0..<4096).reduce(0) { $0 + value($1) } / 4096
    }
    #expect(abs(mean { points[$0, 0] } - 1) < 1e-2)
    #expect(abs(mean { points[$0, 1] } - 1) < 1e-3)
    #expect(abs(mean { points[$0, 2] } + 1) < 1e-2)
    #expect(abs(mean { (points[$0, 0] - 1) * (points[$0, 2] + 1) } - 1.2) < 0.03)
    #expect(abs(mean { (points[$0, 0] - 1) * (points[$0, 0] - 1) } - 4) < 0.05)
  }

  @Test func constraintsOfWorkspacesAreUsed() throws {
    let density = try #require(HistFactoryCase.all().first { $0.description == "all_modifiers" })
      .density()
    let covering = try density.coveringPrior()
    for (k, parameter) in density.parameters.parameters.enumerated() {
      let support = covering.factors[k].support
      #expect(support.lower >= parameter.lower && support.upper <= parameter.upper)
      #expect(covering.factors[k].isProper)
      #expect(
        covering.factors[k].isInformative == (density.constraintTerm(of: parameter.name) != nil))
    }
    #expect(try ToyLHCSearch().coveringPrior() == ToyLHCSearch().prior)
  }

  @Test func unboundedParametersAreRefused() throws {
    let likelihood = try SimplifiedLikelihood(
      SimplifiedLikelihoodInput(
        observed: [10], background: [9],
        covariance: Matrix(rows: 1, columns: 1, elements: [4]), signal: [3],
        parameterOfInterest: .init(lower: 0, upper: .infinity)))
    #expect(throws: PriorError.unbounded(parameter: "mu")) { try likelihood.coveringPrior() }
  }
}
