import Foundation
import Likelihoods
import Testing

@Suite struct PriorTextTests {
  @Test func forms() throws {
    #expect(
      try ParameterPrior(text: "normal(0, 1)") == .normal(mean: 0, standardDeviation: 1))
    #expect(
      try ParameterPrior(text: " Gaussian( -1e-1 ,2 ) ")
        == .normal(mean: -0.1, standardDeviation: 2))
    #expect(
      try ParameterPrior(text: "uniform(-1, 5)") == .normalizedUniform(lower: -1, upper: 5))
    #expect(
      try ParameterPrior(text: "log-normal(0.5, 0.2)")
        == .logNormal(logMean: 0.5, logStandardDeviation: 0.2))
    #expect(try ParameterPrior(text: "gamma(3,2)") == .gamma(shape: 3, rate: 2))
    #expect(
      try ParameterPrior(text: "half-normal(2)") == .halfNormal(standardDeviation: 2))
    #expect(
      try ParameterPrior(text: "truncated(normal(0, 1), -1, inf)")
        == ParameterPrior.normal(mean: 0, standardDeviation: 1).truncated(lower: -1))
    #expect(try ParameterPrior(text: "flat") == .flat())
  }

  @Test(
    arguments: [
      ("", "one of"), ("cauchy(0,1)", "log-normal"), ("normal", "2 arguments"),
      ("normal(0)", "2 arguments"), ("normal(0,1", "')'"), ("normal(0,one)", "'one'"),
      ("normal(nan,1)", "'nan'"), ("normal(0,0)", "standard deviation"),
      ("uniform(1,1)", "lower bound"), ("uniform(0,inf)", "finite"),
      ("gamma(-1,1)", "shape"), ("truncated(normal(0,1),2,1)", "lower bound"),
      ("truncated(foo(1),0,1)", "one of"), ("flat(1)", "one of"),
    ])
  func mistakes(text: String, part: String) throws {
    let error = try #require(throws: (any Error).self) { try ParameterPrior(text: text) }
    #expect("\(error)".contains(part), "\(error)")
  }
}
