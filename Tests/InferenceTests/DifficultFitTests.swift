import Foundation
import Inference
import Likelihoods
import NumericalCore
import Optimization
import Testing

/// Counting experiments and other densities with the difficulties of published models.
@Suite struct DifficultFitTests {
  /// n observed with rate mu s + b (1 + 0.1 alpha) + c (gamma - 1), where gamma has a width of
  /// 2e-6: bins of 1e11 events.
  private func counting(_ lower: Double = 0) throws -> Pointwise {
    try Pointwise([
      Parameter(name: "mu", role: .parameterOfInterest, initial: 1, lower: lower, upper: 10),
      Parameter(name: "alpha", lower: -5, upper: 5),
      Parameter(name: "gamma", initial: 1.001, lower: 0.5, upper: 2, scale: 2e-6),
    ]) { x in
      let pull = (x[2] - 1) / 2e-6
      let rate = 5 * x[0] + 50 * (1 + 0.1 * x[1]) + 1e6 * (x[2] - 1)
      guard rate > 0 else { return (-.infinity, [0, 0, 0]) }
      let slope = 60 / rate - 1
      return (
        60 * log(rate) - rate - 0.5 * x[1] * x[1] - 0.5 * pull * pull,
        [5 * slope, 5 * slope - x[1], 1e6 * slope - pull / 2e-6]
      )
    }
  }

  /// With one bin the constraint terms vanish at the maximum: mu = 2, alpha = 0, gamma = 1.
  @Test func widthOfTwoMillionths() throws {
    for effort in MaximumLikelihood.Effort.allCases {
      let fit = try MaximumLikelihood(effort: effort).fit(counting())
      #expect(fit.certificate.isValid && fit.certificate.edm < 1e-8)
      #expect(abs(fit.values[0] - 2) < 1e-5 && abs(fit.values[1]) < 1e-6)
      #expect(abs(fit.values[2] - 1) < 1e-11)
      // var = (60 + 25 + 1e12 · 4e-12) / 25
      #expect(abs(try #require(fit.errors[0]) - (89.0 / 25).squareRoot()) < 1e-5)
    }
  }

  /// The same in units that the density does not declare.
  @Test func undeclaredWidth() throws {
    var parameters = try counting().parameters.parameters
    parameters[2].scale = 1e-3
    let fit = try MaximumLikelihood().fit(Pointwise(parameters, try counting().function))
    #expect(fit.certificate.isValid)
    #expect(abs(fit.values[0] - 2) < 1e-4 && abs(fit.values[2] - 1) < 1e-10)
  }

  @Test func fixedAtItsBound() throws {
    let fit = try MaximumLikelihood().fit(counting(), fixing: ["mu": 0])
    #expect(fit.certificate.isValid && fit.values[0] == 0 && fit.heldIndices == [0])
    #expect(fit.errors[0] == nil && fit.certificate.parametersAtBounds.isEmpty)
    let again = try MaximumLikelihood(effort: .warm).conditionalFit(
      counting(), fixing: ["mu": 0], free: MaximumLikelihood().fit(counting()))
    #expect(abs(again.conditional.logDensity - fit.logDensity) < 1e-9)
  }

  /// Starts beyond the barrier are drawn back towards the first one.
  @Test func negativeRatesAreABarrier() throws {
    let density = try Pointwise([
      Parameter(name: "s", role: .parameterOfInterest, initial: 0.5, lower: -20, upper: 20),
      Parameter(name: "a"),
    ]) { x in
      let rate = 2 + x[0] - 4 * x[1]
      guard rate > 0 else { return (-.infinity, [0, 0]) }
      let slope = 3 / rate - 1
      return (3 * log(rate) - rate - 0.5 * x[1] * x[1], [slope, -4 * slope - x[1]])
    }
    let fit = try MaximumLikelihood().fit(density)
    #expect(fit.certificate.isValid && fit.certificate.undefinedEvaluations > 0)
    #expect(abs(fit.values[0] - 1) < 1e-6 && abs(fit.values[1]) < 1e-6)
    #expect(fit.certificate.startOutcomes.undefined == 0)
    #expect(fit.certificate.startsAgreeing == fit.certificate.starts)
    #expect(throws: FitError.self) {
      try MaximumLikelihood(effort: .given).fit(density, startingAt: [[-15, 1]])
    }
    #expect(throws: FitError.self) { try MaximumLikelihood().fit(density, startingAt: [[1]]) }
  }

  /// 0.5 (x² - 1)² has maxima of equal height at ±1; a slope makes one of them better.
  @Test func twoMaximaAreCounted() throws {
    for (slope, count) in [(0.0, 2), (0.05, 2)] {
      let density = try Pointwise([
        Parameter(name: "x", role: .parameterOfInterest, initial: 0.3, lower: -3, upper: 3),
        Parameter(name: "y"),
      ]) { x in
        let w = x[0] * x[0] - 1
        return (
          -5 * w * w + slope * x[0] - 0.5 * x[1] * x[1], [-20 * x[0] * w + slope, -x[1]]
        )
      }
      let fit = try MaximumLikelihood().fit(density)
      let outcomes = fit.certificate.startOutcomes
      #expect(fit.certificate.isValid && outcomes.minima.count == count)
      #expect(outcomes.count == fit.certificate.starts)
      let next = try #require(fit.certificate.nextBestMinimum)
      #expect(abs(next - 2 * slope) < 1e-3 * slope + 1e-9)
      #expect(slope == 0 || fit.values[0] > 0)
    }
  }

  @Test func flatDirectionsAreListedNotFitted() throws {
    let density = try Pointwise([
      Parameter(name: "a", role: .parameterOfInterest), Parameter(name: "idle", initial: 4),
    ]) { x in (-0.5 * (x[0] - 1) * (x[0] - 1), [1 - x[0], 0]) }
    let fit = try MaximumLikelihood().fit(density)
    #expect(fit.certificate.isValid && fit.certificate.parametersWithoutEffect == ["idle"])
    #expect(fit.values[1] == 4 && fit.errors[1] == nil)
    // A sum alone determines neither of two parameters: no certificate, no errors.
    let sum = try Pointwise([Parameter(name: "a"), Parameter(name: "b")]) { x in
      let r = x[0] + x[1] - 3
      return (-0.5 * r * r, [-r, -r])
    }
    let flat = try MaximumLikelihood().fit(sum)
    #expect(!flat.certificate.isValid && flat.certificate.hessianInertia.zero == 1)
    #expect(flat.covariance == nil && flat.errors.allSatisfy { $0 == nil })
  }

  /// A fit that is stopped is not valid; nor is one at a saddle point that it may not leave.
  @Test func unfinishedFitsAreNotValid() throws {
    let rosenbrock = try Pointwise((0..<10).map { Parameter(name: "x\($0)", initial: -1) }) { x in
      var (value, gradient) = (0.0, [Double](repeating: 0, count: x.count))
      for k in 0..<x.count - 1 {
        let r = x[k + 1] - x[k] * x[k]
        value -= 100 * r * r + (1 - x[k]) * (1 - x[k])
        gradient[k] += 400 * x[k] * r + 2 * (1 - x[k])
        gradient[k + 1] -= 200 * r
      }
      return (value, gradient)
    }
    let stopped = try MaximumLikelihood(
      effort: .given, search: .init(maximumRounds: 5), newtonSteps: 1, derivativeFree: .never
    ).fit(rosenbrock)
    #expect(!stopped.certificate.isValid && !stopped.certificate.defects.isEmpty)
    let fit = try MaximumLikelihood().fit(rosenbrock)
    #expect(fit.certificate.isValid && abs(fit.logDensity) < 1e-12)
    let saddle = try Pointwise([Parameter(name: "a"), Parameter(name: "b")]) { x in
      let square = x[1] * x[1]
      return (
        -0.5 * x[0] * x[0] + square - 0.5 * square * square, [-x[0], 2 * x[1] * (1 - square)]
      )
    }
    let held = try MaximumLikelihood(effort: .given, newtonSteps: 0, derivativeFree: .never)
      .fit(saddle, startingAt: [[0, 0]])
    #expect(!held.certificate.isValid && held.certificate.hessianInertia.negative == 1)
    let left = try MaximumLikelihood(effort: .given).fit(saddle, startingAt: [[0, 0]])
    #expect(left.certificate.isValid && abs(left.logDensity - 0.5) < 1e-9)
  }

  /// -|x - 0.2| with a kink that the density does not declare, and values with noise: gradients
  /// lead nowhere.
  @Test func withoutDerivatives() throws {
    let kinked = try Pointwise([
      Parameter(name: "x", role: .parameterOfInterest, initial: 2),
      Parameter(name: "y", initial: -1),
    ]) { x in
      (-abs(x[0] - 0.2) - 0.5 * x[1] * x[1], [x[0] >= 0.2 ? -1 : 1, -x[1]])
    }
    let fit = try MaximumLikelihood().fit(kinked)
    #expect(fit.certificate.isValid && fit.certificate.method == .derivativeFree)
    #expect(abs(fit.values[0] - 0.2) < 1e-3 && abs(fit.values[1]) < 1e-3)
    let never = try MaximumLikelihood(derivativeFree: .never).fit(kinked)
    #expect(!never.certificate.isValid)
    let noisy = try Pointwise([Parameter(name: "x", initial: 2), Parameter(name: "y", initial: -1)])
    { x in
      var hash = (x[0].bitPattern &* 31 &+ x[1].bitPattern) &* 0x9E37_79B9_7F4A_7C15
      hash = (hash ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9
      let ripple = 1e-7 * (Double(hash >> 11) * 0x1p-52 - 1)
      let r = x[0] - 0.2
      return (
        -0.5 * r * r - 0.5 * x[1] * x[1] + ripple,
        [-r + 40 * ripple * 1e6, -x[1] - 30 * ripple * 1e6]
      )
    }
    let coarse = try MaximumLikelihood().fit(noisy)
    #expect(coarse.certificate.isValid && coarse.certificate.method == .derivativeFree)
    #expect(abs(coarse.values[0] - 0.2) < 3e-3)
    let error = try #require(coarse.errors[0])
    #expect(abs(error - 1) < 0.15)
  }

  @Test func betterConditionalFitRepairsTheFreeOne() throws {
    let density = try Pointwise([
      Parameter(name: "m", role: .parameterOfInterest, initial: -1), Parameter(name: "y"),
    ]) { x in
      let w = x[0] * x[0] - 4
      return (-0.5 * w * w + 0.1 * x[0] - 0.5 * x[1] * x[1], [-2 * x[0] * w + 0.1, -x[1]])
    }
    let lower = try MaximumLikelihood(effort: .given).fit(density)
    #expect(lower.values[0] < 0)
    let (conditional, free) = try MaximumLikelihood().conditionalFit(
      density, fixing: ["m": 2], free: lower)
    #expect(conditional.values[0] == 2 && free.values[0] > 0)
    #expect(free.logDensity >= conditional.logDensity)
    let minos = try MaximumLikelihood().minosErrors(of: lower, density, parameters: ["m"])
    #expect(minos.fit.values[0] > 0 || minos.errors[0].isValid)
  }
}
