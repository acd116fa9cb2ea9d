import Foundation
import Inference
import Likelihoods
import NumericalCore
import Optimization
import Testing

private let covariance: [[Double]] = [[1, 0.8, -0.3], [0.8, 4, 0.1], [-0.3, 0.1, 0.5]]
/// The exact inverse of ``covariance``.
private let precision: [[Double]] = [
  [995, -215, 640], [-215, 205, -170], [640, -170, 1680],
].map { $0.map { $0 / 631 } }
private let mean: [Double] = [0.7, -1.2, 3]

private func parameters(fixing fixed: Double? = nil) -> [Parameter] {
  [
    Parameter(name: "a", role: .parameterOfInterest, lower: -20, upper: 20),
    Parameter(name: "b", scale: 2),
    Parameter(name: "c", initial: fixed ?? 1, fixed: fixed != nil, scale: 0.7),
  ]
}

@Suite struct GaussianProfileTests {
  @Test func maximumErrorsAndCovariance() throws {
    let fit = try MaximumLikelihood().fit(
      Pointwise.gaussian(parameters(), mean: mean, precision: precision))
    #expect(fit.certificate.isValid && fit.certificate.startsAgreeing == fit.certificate.starts)
    #expect(fit.certificate.hessianInertia == .init(positive: 3, zero: 0, negative: 0))
    #expect(fit.freeIndices == [0, 1, 2])
    let found = try #require(fit.covariance)
    for i in 0..<3 {
      #expect(abs(fit.values[i] - mean[i]) < 1e-6)
      let error = try #require(fit.errors[i])
      #expect(abs(error - covariance[i][i].squareRoot()) < 1e-8)
      for j in 0..<3 { #expect(abs(found[i, j] - covariance[i][j]) < 1e-7) }
    }
    #expect(abs(fit.logDensity) < 1e-14)
  }

  /// The profile of a Gaussian is (x - m)² / C₀₀, and its crossings are m ± √(level C₀₀).
  @Test func profileIsTheParabola() throws {
    let density = try Pointwise.gaussian(parameters(), mean: mean, precision: precision)
    for (index, name) in ["a", "b", "c"].enumerated() {
      let variance = covariance[index][index]
      let values = [-2.5, -1, -0.2, 0.7, 1.9, 3].map { mean[index] + $0 * variance.squareRoot() }
      let scan = try ProfileScan(of: density, along: name, at: values.shuffled())
      #expect(scan.isValid && scan.values == values && scan.parameter == name)
      for (x, t) in zip(scan.values, scan.testStatistic) {
        let expected = (x - mean[index]) * (x - mean[index]) / variance
        #expect(abs(t - expected) < 1e-9, "\(name) = \(x)")
      }
      let crossings = try scan.interval(at: 4)
      #expect(abs(try #require(crossings.lower) - mean[index] + 2 * variance.squareRoot()) < 1e-7)
      #expect(abs(try #require(crossings.upper) - mean[index] - 2 * variance.squareRoot()) < 1e-7)
    }
  }

  /// With c held at 2, a has mean m₀ + C₀₂/C₂₂ (2 - m₂) = 1.3 and variance C₀₀ - C₀₂²/C₂₂ = 0.82.
  @Test func oneFixedParameter() throws {
    let density = try Pointwise.gaussian(
      parameters(fixing: 2), mean: mean, precision: precision)
    let scan = try ProfileScan(of: density, along: "a", at: [-1, 0.5, 1.3, 2.4])
    #expect(scan.isValid)
    #expect(scan.best.values[2] == 2 && scan.best.errors[2] == nil)
    #expect(scan.best.freeIndices == [0, 1])
    #expect(scan.fits.allSatisfy { $0.values[2] == 2 && $0.freeIndices == [1] })
    for (x, t) in zip(scan.values, scan.testStatistic) {
      #expect(abs(t - (x - 1.3) * (x - 1.3) / 0.82) < 1e-9, "a = \(x)")
    }
    let byName = try MaximumLikelihood().fit(
      Pointwise.gaussian(parameters(), mean: mean, precision: precision), fixing: ["c": 2])
    #expect(abs(byName.logDensity - scan.best.logDensity) < 1e-12)
  }

  /// Of a density of one parameter nothing is left to profile.
  @Test func nothingLeftToProfile() throws {
    let density = try Pointwise.gaussian(
      [Parameter(name: "a")], mean: [1], precision: [[4]])
    let scan = try ProfileScan(of: density, along: "a", at: [0, 1, 3])
    #expect(scan.isValid)
    for (t, expected) in zip(scan.testStatistic, [4.0, 0, 16]) { #expect(abs(t - expected) < 1e-9) }
    #expect(scan.fits.allSatisfy { $0.freeIndices.isEmpty && $0.certificate.edm == 0 })
  }

  @Test func maximumAtABound() throws {
    var bounded = parameters()
    bounded[0].upper = 0.5
    let fit = try MaximumLikelihood().fit(
      Pointwise.gaussian(bounded, mean: mean, precision: precision))
    #expect(fit.certificate.isValid && fit.certificate.parametersAtBounds == ["a"])
    #expect(fit.errors[0] == nil && fit.freeIndices == [1, 2])
    #expect(fit.values[0] == 0.5)
    #expect(abs(fit.values[1] - (mean[1] - 0.2 * 0.8)) < 1e-6)
  }
}

/// Two modes: near (-2, 0) with height 0, where fits start, and at (2, 1.5) with height ln 3.
private struct TwoModes {
  static let height = log(3.0)
  static func density() throws -> Pointwise {
    try Pointwise(
      [
        Parameter(name: "m", role: .parameterOfInterest, initial: -2, scale: 0.1),
        Parameter(name: "x", scale: 0.1),
      ]
    ) { p in
      let first = -2 * ((p[0] + 2) * (p[0] + 2) + p[1] * p[1])
      let second = height - 2 * ((p[0] - 2) * (p[0] - 2) + (p[1] - 1.5) * (p[1] - 1.5))
      let top = max(first, second)
      let (a, b) = (exp(first - top), exp(second - top))
      let w = a / (a + b)
      return (
        top + log(a + b),
        [
          -4 * (w * (p[0] + 2) + (1 - w) * (p[0] - 2)),
          -4 * (w * p[1] + (1 - w) * (p[1] - 1.5)),
        ]
      )
    }
  }

  /// The higher of the two profiles; the other mode adds less than 1e-3 to it on the grid.
  static func profile(_ m: Double) -> Double {
    2 * (height - max(-2 * (m + 2) * (m + 2), height - 2 * (m - 2) * (m - 2)))
  }
}

@Suite struct TwoModesTests {
  @Test func aFitFromOneModeStaysThere() throws {
    let fit = try MaximumLikelihood().fit(TwoModes.density())
    #expect(abs(fit.values[0] + 2) < 1e-3 && fit.certificate.isValid)
  }

  @Test func theScanFindsTheGlobalMaximum() throws {
    let values = stride(from: -2.5, through: 2.6, by: 0.25).map { $0 }
    let scan = try ProfileScan(of: TwoModes.density(), along: "m", at: values)
    #expect(abs(scan.best.values[0] - 2) < 1e-3 && abs(scan.best.values[1] - 1.5) < 1e-3)
    #expect(scan.testStatistic.allSatisfy { $0 > -1e-9 })
    for (m, t) in zip(scan.values, scan.testStatistic) {
      #expect(abs(t - TwoModes.profile(m)) < 0.02, "m = \(m)")
    }
  }

  /// On a fine grid the better mode must spread over many neighbours.
  @Test func theBetterModeSpreadsAlongTheScan() throws {
    let values = (-15...25).map { Double($0) / 50 }
    let scan = try ProfileScan(of: TwoModes.density(), along: "m", at: values)
    for (m, fit) in zip(scan.values, scan.fits) where m < -0.1 || m > -0.03 {
      #expect(abs(fit.values[1] - (m < -0.07 ? 0 : 1.5)) < 0.1, "m = \(m)")
    }
  }
}

@Suite struct FitFailureTests {
  @Test func messagesNameWhatIsWrong() throws {
    let density = try Pointwise.gaussian(parameters(), mean: mean, precision: precision)
    let outside = #expect(throws: FitError.self) {
      try MaximumLikelihood().fit(density, fixing: ["a": 20.5])
    }
    #expect(
      outside?.description
        == "parameter 'a' cannot be fixed to 20.5: its bounds are [-20.0, 20.0]")
    let undefined = try Pointwise([Parameter(name: "a"), Parameter(name: "b")]) { _ in
      (-.infinity, [0, 0])
    }
    let nowhere = #expect(throws: FitError.self) {
      try MaximumLikelihood(jitteredStarts: 2).fit(undefined)
    }
    #expect(nowhere?.description.contains("-infinity at all 3 starting points") == true)
    let unknown = #expect(throws: ParameterError.self) {
      try ProfileScan(of: density, along: "z", at: [0])
    }
    #expect(unknown == .unknownName("z", ["a", "b", "c"]))
  }

  /// Negative control of the certificate: at a saddle and along a flat direction there is none.
  @Test func saddlesAndFlatDirectionsAreNotValid() throws {
    let only = MaximumLikelihood(jitteredStarts: 0)
    let held = MaximumLikelihood(effort: .given, newtonSteps: 0, derivativeFree: .never)
    let saddle = try held.fit(
      Pointwise([Parameter(name: "a"), Parameter(name: "b")]) { x in
        (-x[0] * x[0] + x[1] * x[1], [-2 * x[0], 2 * x[1]])
      })
    #expect(!saddle.certificate.isValid && saddle.certificate.hessianInertia.negative == 1)
    #expect(saddle.covariance == nil && saddle.errors.allSatisfy { $0 == nil })
    let flat = try only.fit(
      Pointwise([Parameter(name: "a", initial: 1), Parameter(name: "b")]) { x in
        let s = x[0] + 2 * x[1] - 3
        return (-s * s, [-2 * s, -4 * s])
      })
    #expect(!flat.certificate.isValid && flat.certificate.hessianInertia.zero == 1)
    // The same starts with curvature in every direction are valid.
    let round = try only.fit(
      Pointwise([Parameter(name: "a", initial: 1), Parameter(name: "b")]) { x in
        (-x[0] * x[0] - x[1] * x[1], [-2 * x[0], -2 * x[1]])
      })
    #expect(round.certificate.isValid)
  }
}
