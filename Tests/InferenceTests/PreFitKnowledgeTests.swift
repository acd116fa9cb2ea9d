import Inference
import Likelihoods
import NumericalCore
import Testing

@Suite struct PreFitKnowledgeTests {
  @Test func centresAndWidths() throws {
    #expect(PreFitValue(.flat()) == nil)
    #expect(PreFitValue(.uniform(lower: 0, upper: 1, logDensity: 0)) == nil)
    #expect(PreFitValue(.normal(mean: 1, standardDeviation: 2)) == .init(centre: 1, width: 2))
    // A count of 25 with τ = 25: 1 ± 0.2; a count of none has its mode at the edge.
    #expect(PreFitValue(.gamma(shape: 26, rate: 25)) == .init(centre: 1, width: 0.2))
    #expect(PreFitValue(.gamma(shape: 1, rate: 4)) == .init(centre: 0, width: 0.25))
    let half = try ParameterPrior.normal(mean: -1, standardDeviation: 2).truncated(lower: 0)
    #expect(PreFitValue(half) == nil)
    let mild = try ParameterPrior.normal(mean: 1, standardDeviation: 2).truncated(lower: 0)
    #expect(PreFitValue(mild) == .init(centre: 1, width: 2))
    // By differences of the log density at its mode.
    let prior = ParameterPrior.logNormal(logMean: 0.3, logStandardDeviation: 0.4)
    let value = try #require(PreFitValue(prior))
    let h = 1e-4
    let curvature =
      (prior.logDensity(value.centre + h) - 2 * prior.logDensity(value.centre)
        + prior.logDensity(value.centre - h)) / (h * h)
    #expect(abs(prior.derivative(value.centre)) < 1e-10)
    #expect(abs(1 / (-curvature).squareRoot() - value.width) < 1e-5)
  }

  @Test func ofTheToyAndOfAFixedParameter() throws {
    let toy = PreFitKnowledge(of: ToyLHCSearch())
    #expect(toy.values[0] == nil)
    #expect(toy.values.dropFirst().allSatisfy { $0 == PreFitValue(centre: 0, width: 1) })
    #expect(toy.covariance[3, 3] == 1 && toy.covariance[0, 0] == 0 && toy.covariance[1, 2] == 0)
    let held = try LikelihoodWithPrior(
      ToyLHCSearch(), overriding: ["delta_3": ParameterOverride(fixed: true)])
    #expect(PreFitKnowledge(of: held).values[3] == nil)
  }
}
