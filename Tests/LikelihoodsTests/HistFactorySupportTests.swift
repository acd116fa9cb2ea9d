import Foundation
import Likelihoods
import NumericalCore
import Testing

@Suite("Support and robustness of HistFactory densities")
struct HistFactorySupportTests {
  /// A signal of 2 and a background of 10 whose template falls by 4 for every unit of alpha.
  private func density(observed: Double = 8) throws -> HistFactoryDensity {
    try HistFactoryDensity(
      workspace(
        channels: [
          channel(
            "SR",
            [
              ("signal", [2, 2], [modifier("mu", "normfactor")]),
              (
                "bkg", [20, 10],
                [
                  modifier("tilt", "histosys", ["hi_data": [21.0, 6], "lo_data": [19.0, 14]]),
                  modifier("ss", "shapesys", [2.0, 1]),
                ]
              ),
            ])
        ], observed: ["SR": [22, observed]]))
  }

  private func evaluate(_ density: HistFactoryDensity, _ point: [Double]) -> (Double, [Double]) {
    let result = density.logLikelihoodsAndGradients(
      at: Matrix(rows: 1, columns: point.count, elements: point))
    return (result.values[0], result.gradients.elements)
  }

  @Test func parameters() throws {
    let density = try density()
    #expect(density.parameters.names == ["tilt", "mu", "ss[0]", "ss[1]"])
    #expect(density.parameters.parameterOfInterest == 1)
    #expect(density.parameters.parameters.map(\.scale)[2...] == [0.1, 0.1])
    // Free: 1/√(Σ (∂ν)²/ν) at the start.
    let width = 1 / (4.0 / 22 + 4.0 / 12).squareRoot()
    #expect(near(density.parameters.parameters[1].scale, width, 1e-12))
    #expect(
      density.constraints == [
        .gaussian(observed: 0, width: 1), .none, .poisson(observed: 100, factor: 100),
        .poisson(observed: 100, factor: 100),
      ])
    #expect(density.constraints.map(\.width) == [1, nil, 0.1, 0.1])
    #expect(density.constraints.map(\.preferredValue) == [0, nil, 1, 1])
  }

  @Test func negativeRates() throws {
    let density = try density()
    let point = [3.0, 0.5, 1, 1]
    #expect(near(density.model.expectedMain(at: point)[1], 1 - 2, 1e-13))
    let (value, gradient) = evaluate(density, point)
    #expect(value == -.infinity)
    #expect(gradient.allSatisfy { $0 == 0 })
    #expect(density.hessian(at: point) == nil)
    #expect(density.mainLogLikelihoods(at: Matrix(rows: [point], columns: 4)) == [-.infinity])
    #expect(density.constraintLogLikelihoods(at: Matrix(rows: [point], columns: 4))[0].isFinite)
    let invalid = try #require(density.invalidRate(at: point))
    #expect(invalid.channel == "SR" && invalid.bin == 1 && invalid.sample == "bkg")
    #expect(invalid.modifier?.name == "tilt" && invalid.modifier?.type == "histosys")
    #expect("\(invalid)".contains("modifier 'tilt' (histosys) at tilt = 3.0"))
    #expect(density.invalidRate(at: density.parameters.initialValues) == nil)
  }

  @Test func zeroRates() throws {
    let point = [2.5, 0, 1, 1]  // the second bin expects exactly nothing
    let counted = try density()
    #expect(counted.model.expectedMain(at: point)[1] == 0)
    #expect(evaluate(counted, point).0 == -.infinity)
    #expect(counted.invalidRate(at: point)?.expected == 0)
    let empty = try density(observed: 0)
    #expect(empty.invalidRate(at: point) == nil)
    let (value, gradient) = evaluate(empty, point)
    #expect(value.isFinite)
    // With nothing counted d ln L / dν is -1 there, also at ν = 0.
    let first = 22 / empty.model.expectedMain(at: point)[0] - 1
    #expect(near(gradient[1], 2 * first - 2, 1e-12))
    #expect(empty.hessian(at: point) != nil)
  }

  @Test func outsideOfTheBounds() throws {
    let density = try density()
    for point in [[0.0, 10.5, 1, 1], [0, 1, 0, 1], [0, .nan, 1, 1], [.infinity, 1, 1, 1]] {
      let batch = Matrix(rows: [point], columns: 4)
      let (values, gradients) = density.logDensitiesAndGradients(at: batch)
      #expect(values == [-.infinity])
      #expect(gradients.elements.allSatisfy { $0 == 0 })
      #expect(!density.logLikelihoods(at: batch)[0].isNaN)
    }
    // The likelihood goes on where the prior ends.
    #expect(evaluate(density, [0, 10.5, 1, 1]).0.isFinite)
    #expect(evaluate(density, [0, 1, 0, 1]).0 == -.infinity)  // γ = 0 with 100 auxiliary counts
    #expect(evaluate(density, [0, 1, -0.5, 1]).0 == -.infinity)
    // Bounds are closed, and the posterior is the likelihood inside.
    let corner = Matrix(rows: [[0.0, 0, 1, 1]], columns: 4)
    #expect(density.logDensities(at: corner) == density.logLikelihoods(at: corner))
    #expect(density.logPriors(at: corner) == [0])
    #expect(density.logPriors(at: Matrix(rows: [[0.0, -1e-9, 1, 1]], columns: 4)) == [-.infinity])
    let prior = try #require(density.factorizedPrior)
    #expect(prior.logDensities(at: corner) == [0])
  }

  /// Factors of exactly zero, where a division by the factor would fail.
  @Test func zeroFactors() throws {
    let density = try HistFactoryDensity(
      workspace(
        channels: [
          channel(
            "c",
            [
              (
                "s", [5],
                [
                  modifier("mu", "normfactor"), modifier("k", "normfactor"),
                  modifier("n", "normsys", ["hi": 1.2, "lo": 0.9]),
                  modifier("f", "shapefactor"),
                ]
              ),
              ("b", [7], []),
            ])
        ], observed: ["c": [9]]))
    for point in [[0, 1.5, 0.3, 2], [0, 0, 0.3, 2], [1.2, 0, 0.3, 0], [0, 0, 0, 0.0]] {
      try expectDerivatives(density, at: point)
    }
  }

  /// x = γ - 1 is used as it is: with 10¹¹ auxiliary counts nothing is lost.
  @Test func hugeAuxiliaryCounts() throws {
    let density = try HistFactoryDensity(
      workspace(
        channels: [
          channel("c", [("b", [9], [modifier("ss", "shapesys", [9 / 4e5])])])
        ], observed: ["c": [9]], poi: ""))
    let tau = 1.6e11
    #expect(near(density.data.auxiliary[0], tau, 1e-12))
    let at = { (gamma: Double) in
      density.constraintLogLikelihoods(at: Matrix(rows: [[gamma]], columns: 1))[0]
    }
    for pull in [-2.0, -1, 0.5, 3] {
      let x = pull / tau.squareRoot()
      let gamma = 1 + x
      let y = gamma - 1
      let exact = tau * (-y * y / 2 + y * y * y / 3 - y * y * y * y / 4)
      #expect(abs(at(gamma) - at(1) - exact) < 1e-10)
    }
  }

  @Test func batchesAndThreads() throws {
    let test = try #require(HistFactoryCase.all().first { $0.description == "random_3" })
    let density = try test.density()
    let stream = RandomStream(seed: 4, purpose: "test")
    let space = density.parameters
    let points = Matrix(
      rows: (0..<101).map { i in
        var random = stream.sequence(walker: i)
        return space.parameters.map {
          // Some points lie outside of the bounds of `mu`.
          let lower = $0.role == .nuisance ? $0.lower : -.infinity
          return max(lower, $0.initial + 0.5 * $0.scale * random.normal())
        }
      }, columns: space.count)
    let before = Threads.count
    defer { Threads.setCount(before) }
    Threads.setCount(1)
    let one = density.logDensitiesAndGradients(at: points)
    Threads.setCount(3)
    let three = density.logDensitiesAndGradients(at: points)
    #expect(one.values == three.values)
    #expect(one.gradients == three.gradients)
    #expect(density.logDensities(at: points) == one.values)
    for i in stride(from: 0, to: 101, by: 10) {
      let single = density.logDensitiesAndGradients(at: points.rows(in: i..<i + 1))
      #expect(single.values[0] == one.values[i])
      #expect(single.gradients.elements == one.gradients.row(i))
    }
    #expect(one.values.filter(\.isFinite).count > 50)
  }

  @Test func otherData() throws {
    let density = try density()
    let point = [0.5, 1.5, 0.97, 1.1]
    let asimov = density.model.expectedData(at: point)
    #expect(near(asimov.auxiliary[1], 97, 1e-14) && asimov.auxiliary[0] == 0.5)
    let other = density.replacing(asimov)
    #expect(other.data == asimov)
    #expect(other.constraints[0] == .gaussian(observed: 0.5, width: 1))
    // All terms are at their maximum.
    let (value, gradient) = evaluate(other, point)
    #expect(gradient.allSatisfy { abs($0) < 1e-9 })
    #expect(value > evaluate(other, density.parameters.initialValues).0)
    // The terms with their constants.
    let poisson = zip(asimov.main + asimov.auxiliary[1...], asimov.main + asimov.auxiliary[1...])
      .reduce(0.0) { $0 + $1.0 * log($1.1) - $1.1 - SpecialFunctions.logGamma($1.0 + 1) }
    #expect(near(value, poisson - 0.5 * log(2 * Double.pi), 1e-11))
    try expectDerivatives(other, at: [0.3, 1.2, 1.02, 0.9])
  }

  @Test func yields() throws {
    let density = try density()
    let yields = density.model.expectedByChannelAndSample(at: [1, 3, 1.1, 1])
    #expect(yields.map(\.channel) == ["SR"])
    #expect(yields[0].samples.map(\.name) == ["bkg", "signal"])
    let background = yields[0].samples[0].counts
    #expect(near(background[0], 21 * 1.1, 1e-14) && near(background[1], 6, 1e-14))
    #expect(yields[0].samples[1].counts == [6, 6])
    #expect(zip(yields[0].total, [21 * 1.1 + 6, 12]).allSatisfy { near($0, $1, 1e-14) })
    #expect(density.model.channels[0].samples == ["bkg", "signal"])
  }
}
