import Foundation
import Inference
import Likelihoods
import NumericalCore
import Testing

@Suite struct MinosTests {
  /// n ln mu - mu: the crossings solve 2 (mu - n - n ln(mu / n)) = 1.
  @Test func countsAgainstTheClosedForm() throws {
    let n = 7.0
    let density = try Pointwise([
      Parameter(name: "mu", role: .parameterOfInterest, initial: 5, lower: 0, upper: 50)
    ]) { x in
      x[0] > 0 ? (n * log(x[0]) - x[0], [n / x[0] - 1]) : (-.infinity, [0])
    }
    let fit = try MaximumLikelihood().fit(density)
    let errors = try MaximumLikelihood().minosErrors(of: fit, density).errors
    #expect(errors.count == 1 && errors[0].isValid)
    for end in [errors[0].lowerError, errors[0].upperError] {
      let mu = try #require(end) + n
      #expect(abs(2 * (mu - n - n * log(mu / n)) - 1) < 1e-5)
    }
    // iminuit 2.33.0: Minuit(lambda mu: 2 * (mu - 7 * log(mu)), mu=5), strategy 2, tol 1e-4; its
    // minimum is 6.999767, from which its errors -2.323221 and 2.989301 count.
    #expect(abs(try #require(errors[0].lowerError) + n - 4.676546) < 1e-3)
    #expect(abs(try #require(errors[0].upperError) + n - 9.989068) < 1e-3)
  }

  /// Of a Gaussian they are the HESSE errors; a bound in the way is a result of its own.
  @Test func gaussianAndBounds() throws {
    let parameters = [
      Parameter(name: "a", role: .parameterOfInterest, lower: -0.3, upper: 9), Parameter(name: "b"),
    ]
    let density = try Pointwise.gaussian(
      parameters, mean: [0.2, 1], precision: [[1 / 0.19, 0.9 / 0.19], [0.9 / 0.19, 1 / 0.19]])
    let fitter = MaximumLikelihood()
    let fit = try fitter.fit(density)
    let (errors, same) = try fitter.minosErrors(of: fit, density)
    #expect(same.logDensity == fit.logDensity && errors.map(\.parameter) == ["a", "b"])
    #expect(errors[0].lower == .notReached(bound: -0.3) && errors[0].lowerError == nil)
    #expect(abs(try #require(errors[0].upperError) - 1) < 1e-5)
    #expect(abs(try #require(errors[1].lowerError) + 1) < 1e-5)
    // The upper end of b wants a below its bound: from there on only b moves, with width √0.19.
    let upper = try #require(errors[1].upperError)
    let r = upper + 0.9 * -0.5
    #expect(abs(0.25 + r * r / 0.19 - 1) < 1e-4)
    let fixed = try fitter.fit(density, fixing: ["a": 1])
    #expect(throws: FitError.self) {
      try fitter.minosErrors(of: fixed, density, parameters: ["a"])
    }
    #expect(try fitter.minosErrors(of: fixed, density).errors.map(\.parameter) == ["b"])
    #expect(throws: ParameterError.self) {
      try fitter.minosErrors(of: fit, density, parameters: ["c"])
    }
  }

  @Test func toySearchAgainstTheConvergedInterval() throws {
    let search = ToyLHCSearch()
    let fit = try MaximumLikelihood().fit(search)
    let errors = try MaximumLikelihood().minosErrors(of: fit, search, parameters: ["mu"]).errors[0]
    #expect(abs(errors.value + (errors.lowerError ?? .nan) + 0.397384) < 2e-6)
    #expect(abs(errors.value + (errors.upperError ?? .nan) - 0.375749) < 2e-6)
  }
}
