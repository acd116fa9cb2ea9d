import Foundation
import Inference
import Likelihoods
import NumericalCore
import Optimization
import Testing

@Suite struct GoodnessOfFitTests {
  @Test func saturatedModelAgainstScipy() throws {
    let reference = try DiagnosticsReference.load().saturated
    let density = try DiagnosticsReference.density()
    let test = GoodnessOfFit(of: density, at: try MaximumLikelihood().fit(density))
    #expect(abs(test.statistic - reference.q) < 1e-6)
    #expect(test.bins == 5 && test.freeParameters == 2 && test.degreesOfFreedom == reference.dof)
    #expect(abs(try #require(test.pValue) - reference.p) < 1e-6)
    #expect(test.mainDeviance > 0 && test.auxiliaryDeviance > 0)
  }

  /// The toy's auxiliary measurements are its priors: Σ δ².
  @Test func auxiliaryMeasurementsOfTheToy() throws {
    let toy = ToyLHCSearch()
    let fit = try MaximumLikelihood().fit(toy)
    let test = GoodnessOfFit(of: toy, at: fit)
    let squares = fit.values.dropFirst().reduce(0) { $0 + $1 * $1 }
    #expect(abs(test.auxiliaryDeviance - squares) < 1e-7)
    let expected = toy.expectedCounts(at: fit.values)
    let main = zip(toy.observed, expected).reduce(0) { sum, pair in
      let (n, nu) = pair
      return sum + 2 * (nu - n + (n > 0 ? n * log(n / nu) : 0))
    }
    #expect(abs(test.mainDeviance - main) < 1e-6)
    #expect(test.degreesOfFreedom == 89)
    // Of data that are what is expected nothing is left.
    let asimov = toy.replacingData(toy.expectedData(at: fit.values))
    let perfect = GoodnessOfFit(of: asimov, at: try MaximumLikelihood().fit(asimov))
    #expect(abs(perfect.statistic) < 1e-6 && (perfect.pValue ?? 0) > 0.999)
  }

  /// With large counts q follows the χ² distribution, whose p value the toys give.
  @Test func toysAgainstTheAsymptoticValue() throws {
    let density = try DiagnosticsReference.density()
    let fit = try MaximumLikelihood().fit(density)
    let test = GoodnessOfFit(of: density, at: fit)
    let toys = try GoodnessOfFitToys(of: density, at: fit, count: 400, seed: 3)
    #expect(toys.failures == 0 && toys.statistics.count == 400)
    let error = try #require(toys.pValue.error)
    #expect(abs(toys.pValue.value - (try #require(test.pValue))) < 4 * error)
    let mean = toys.statistics.reduce(0, +) / 400
    // Standard deviation of the mean: √(2 · 3 / 400).
    #expect(abs(mean - 3) < 4 * (6.0 / 400).squareRoot())
    #expect(
      try GoodnessOfFitToys(of: density, at: fit, count: 20, seed: 3).statistics
        == Array(toys.statistics.prefix(20)))
    #expect(
      try GoodnessOfFitToys(of: density, at: fit, count: 20, seed: 4).statistics
        != Array(toys.statistics.prefix(20)))
  }

  /// The negative control: data that the model cannot describe.
  @Test func wrongModel() throws {
    let density = try DiagnosticsReference.density()
    var data = density.data
    data.main[0] += 60
    data.main[1] -= 60
    let wrong = density.replacingData(data)
    let fit = try MaximumLikelihood().fit(wrong)
    #expect(try #require(GoodnessOfFit(of: wrong, at: fit).pValue) < 1e-5)
    let toys = try GoodnessOfFitToys(of: wrong, at: fit, count: 100)
    #expect(toys.pValue.value == 0 && (toys.pValue.error ?? 0) > 0)
    #expect(throws: FitError.self) { try GoodnessOfFitToys(of: wrong, at: fit, count: 0) }
  }
}
