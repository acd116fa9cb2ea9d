import Foundation
import Likelihoods
import NumericalCore
import Testing

private let unit = ParameterPrior.normal(mean: 0, standardDeviation: 1)

/// A measurement of `mu` and a nuisance parameter.
private func gaussian(
  _ names: [String], _ center: [Double], _ precision: [[Double]], priors: [ParameterPrior]? = nil,
  lower: Double = -.infinity, upper: Double = .infinity, initial: Double = 0
) throws -> GaussianLikelihood {
  try GaussianLikelihood(
    names.map { Parameter(name: $0, initial: initial, lower: lower, upper: upper) },
    center: center, precision: precision, prior: priors.map { ProductPrior($0) })
}

@Suite struct CombinedLikelihoodTests {
  /// Two measurements x ± σ of one quantity: the weighted mean and its width.
  @Test func twoMeasurementsOfOneQuantity() throws {
    let a = try gaussian(["mu"], [1.3], [[1 / (0.2 * 0.2)]])
    let b = try gaussian(["m"], [1.8], [[1 / (0.4 * 0.4)]])
    let both = try CombinedLikelihood(
      [.init("a", a), .init("b", b, renaming: ["m": "mu"])],
      sharing: ParameterSharing(shared: .names(["mu"])))
    #expect(both.parameters.names == ["mu"])
    let (wa, wb) = (25.0, 6.25)
    let mean = (wa * 1.3 + wb * 1.8) / (wa + wb)
    let points = Matrix<Double>(rows: [[mean], [mean + 0.1]], columns: 1)
    let (values, gradients) = try both.logDensitiesAndGradients(at: points)
    #expect(abs(gradients[0, 0]) < 1e-12)
    #expect(abs(values[1] - values[0] + 0.5 * 0.01 * (wa + wb)) < 1e-12)
    #expect(abs(gradients[1, 0] + 0.1 * (wa + wb)) < 1e-12)
    #expect(try both.logDensities(at: points) == values)
    #expect(try both.logLikelihoods(at: points) == values)
  }

  /// The unit normal of a shared nuisance parameter counts once; the sum of the two log
  /// posteriors, which counts it twice, is the negative control.
  @Test func sharedPriorsCountOnce() throws {
    let a = try gaussian(
      ["mu", "nu"], [1, 0.5], [[4, 1], [1, 2]], priors: [.flat(), unit])
    let b = try gaussian(
      ["nu", "mu", "extra"], [-0.5, 2, 0], [[3, 0.2, 0], [0.2, 5, 1], [0, 1, 2]],
      priors: [unit, .flat(), unit])
    let both = try CombinedLikelihood(
      [.init("a", a), .init("b", b)], sharing: ParameterSharing(shared: .all))
    #expect(both.parameters.names == ["mu", "nu", "extra"])
    #expect(both.prior.factors == [.flat(), unit, unit])
    let point = [0.7, 0.4, -0.2]
    let expected =
      a.logLikelihood([0.7, 0.4]) + b.logLikelihood([0.4, 0.7, -0.2]) + unit.logDensity(0.4)
      + unit.logDensity(-0.2)
    #expect(abs(try both.logDensity(at: point) - expected) < 1e-13)
    let twice = a.logDensity(at: [0.7, 0.4]) + b.logDensity(at: [0.4, 0.7, -0.2])
    #expect(abs(try both.logDensity(at: point) - twice) > 0.5)
    #expect(try gradientError(both, at: point) < 1e-9)
    let rows = Matrix(rows: [point], columns: 3)
    let split = try both.logLikelihoods(at: rows)[0] + both.logPriors(at: rows)[0]
    #expect(abs(split - expected) < 1e-13)
    // Independent constraints count twice where that is asked for.
    let kept = try CombinedLikelihood(
      [.init("a", a), .init("b", b)], sharing: ParameterSharing(shared: .all),
      keepingConstraints: .names(["nu"]))
    #expect(abs(try kept.logDensity(at: point) - twice) < 1e-13)
    #expect(try gradientError(kept, at: point) < 1e-9)
    let parts = try kept.logLikelihoods(at: rows)[0] + kept.logPriors(at: rows)[0]
    #expect(abs(parts - twice) < 1e-13)
  }

  /// The same for constraint terms inside the likelihoods, and for a mixture of both.
  @Test func sharedConstraintsCountOnce() throws {
    let a = ConstrainedGaussian(
      base: try gaussian(["mu", "nu"], [1, 0.5], [[4, 1], [1, 2]]), constraints: ["nu": unit])
    let b = ConstrainedGaussian(
      base: try gaussian(["mu", "nu", "xi"], [1, 0.5, 2], [[2, 1, 0], [1, 2, 0], [0, 0, 1]]),
      constraints: ["nu": unit, "xi": unit])
    let c = try gaussian(["mu", "nu"], [0, 0], [[1, 0], [0, 1]], priors: [.flat(), unit])
    let point = [0.7, 0.4, -0.2]
    let likelihoods =
      a.base.logLikelihood([0.7, 0.4]) + b.base.logLikelihood(point) + c.logLikelihood([0.7, 0.4])
    let expected = likelihoods + unit.logDensity(0.4) + unit.logDensity(-0.2)
    let parts: [CombinedLikelihood.Component] = [.init("a", a), .init("b", b), .init("c", c)]
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
      let all = try CombinedLikelihood(
        order.map { parts[$0] }, sharing: ParameterSharing(shared: .all))
      let x = all.parameters.names.map { ["mu": 0.7, "nu": 0.4, "xi": -0.2][$0] ?? .nan }
      #expect(abs(try all.logDensity(at: x) - expected) < 1e-13, "\(order)")
      #expect(try gradientError(all, at: x) < 1e-9)
    }
    // All three constraints of nu.
    let kept = try CombinedLikelihood(
      parts, sharing: ParameterSharing(shared: .all), keepingConstraints: .all)
    let three = likelihoods + 3 * unit.logDensity(0.4) + unit.logDensity(-0.2)
    #expect(abs(try kept.logDensity(at: point) - three) < 1e-13)
    // A combination inside a combination passes the demand on.
    let inner = try CombinedLikelihood(
      [parts[0], parts[1]], sharing: ParameterSharing(shared: .all))
    #expect(inner.constrainedParameters == ["nu", "xi"])
    let nested = try CombinedLikelihood(
      [parts[2], .init("inner", inner)], sharing: ParameterSharing(shared: .all))
    #expect(abs(try nested.logDensity(at: point) - expected) < 1e-13)
  }

  /// Correlated constraints replace the unit normals of two likelihoods, or come in addition.
  @Test func correlatedConstraints() throws {
    let a = try gaussian(["mu", "x"], [1, 0.5], [[4, 1], [1, 2]], priors: [.flat(), unit])
    let b = ConstrainedGaussian(
      base: try gaussian(["mu", "y"], [0, -0.5], [[3, 1], [1, 2]]), constraints: ["y": unit])
    let block = try MultivariateNormalPrior(
      ["x", "y"], mean: [0, 0], covariance: Matrix(rows: [[1, 0.5], [0.5, 1]], columns: 2))
    let parts: [CombinedLikelihood.Component] = [.init("a", a), .init("b", b)]
    let sharing = ParameterSharing(shared: .names(["mu"]))
    let likelihood = a.logLikelihood([0.3, 0.8]) + b.base.logLikelihood([0.3, -1.1])
    let point = [0.3, 0.8, -1.1]
    let replaced = try CombinedLikelihood(parts, sharing: sharing, prior: Prior(blocks: [block]))
    let once = likelihood + block.logDensity([0.8, -1.1])
    #expect(abs(try replaced.logDensity(at: point) - once) < 1e-13)
    #expect(try gradientError(replaced, at: point) < 1e-9)
    #expect(replaced.constrainedParameters.isEmpty)
    let added = try CombinedLikelihood(parts, sharing: sharing, prior: Prior(addedBlocks: [block]))
    let both = once + unit.logDensity(0.8) + unit.logDensity(-1.1)
    #expect(abs(try added.logDensity(at: point) - both) < 1e-13)
    // A combination of combinations with the same block, shared, has it once.
    let again = try CombinedLikelihood(
      [.init("one", replaced), .init("two", replaced)], sharing: ParameterSharing(shared: .all))
    #expect(abs(try again.logDensity(at: point) - once - likelihood) < 1e-13)
  }

  @Test func newPriorsReplaceAll() throws {
    let a = try gaussian(["mu", "nu"], [1, 0.5], [[4, 1], [1, 2]], priors: [.flat(), unit])
    let b = try gaussian(
      ["mu", "nu"], [1, 0.5], [[4, 1], [1, 2]],
      priors: [.flat(), .normal(mean: 0, standardDeviation: 2)])
    let parts: [CombinedLikelihood.Component] = [.init("a", a), .init("b", b)]
    let sharing = ParameterSharing(shared: .all)
    #expect(
      problem { try CombinedLikelihood(parts, sharing: sharing) }
        == "the shared parameter 'nu' has different priors in 'a' and 'b'; give the one to be "
        + "used under 'priors'")
    let wide = ParameterPrior.gamma(shape: 2, rate: 1)
    let both = try CombinedLikelihood(parts, sharing: sharing, prior: Prior(["nu": wide]))
    let expected = 2 * a.logLikelihood([0.2, 0.6]) + wide.logDensity(0.6)
    #expect(abs(try both.logDensity(at: [0.2, 0.6]) - expected) < 1e-13)
    #expect(both.parameters.parameters[1].lower == 0 && both.parameters.parameters[1].initial > 0)
    #expect(try both.logDensity(at: [0.2, -0.6]) == -.infinity)
    #expect(
      problem { try CombinedLikelihood(parts, sharing: sharing, prior: Prior(["xi": wide])) }
        .contains("no parameter 'xi'"))
  }

  @Test func boundsOfSharedParameters() throws {
    let a = try gaussian(["mu"], [1], [[4]], lower: -1, upper: 5)
    let b = try gaussian(["mu"], [1], [[4]], lower: 0, upper: 9, initial: 1)
    let c = try gaussian(["mu"], [1], [[4]], lower: 5, upper: 9, initial: 7)
    let sharing = ParameterSharing(shared: .all)
    let both = try CombinedLikelihood([.init("a", a), .init("b", b)], sharing: sharing)
    let mu = both.parameters.parameters[0]
    #expect(mu.lower == 0 && mu.upper == 5 && mu.initial == 0)
    let points = Matrix<Double>(rows: [[-0.5], [0], [5], [5.5]], columns: 1)
    let (values, gradients) = try both.logDensitiesAndGradients(at: points)
    #expect(values.map(\.isFinite) == [false, true, true, false])
    #expect(gradients[0, 0] == 0 && gradients[3, 0] == 0)
    #expect(
      problem { try CombinedLikelihood([.init("a", a), .init("c", c)], sharing: sharing) }
        .contains("[-1.0, 5.0] and [5.0, 9.0]"))
    let narrowed = try CombinedLikelihood(
      [.init("a", a), .init("b", b)], sharing: sharing,
      overriding: ["mu": ParameterOverride(initial: 2, upper: 3)])
    #expect(try narrowed.logDensities(at: points).map(\.isFinite) == [false, true, false, false])
    #expect(try narrowed.logDensity(at: [2]) == both.logDensity(at: [2]))
  }

  @Test func namesThatAreNotClear() throws {
    let a = try gaussian(["mu", "nu"], [1, 0.5], [[4, 1], [1, 2]])
    let parts: [CombinedLikelihood.Component] = [.init("a", a), .init("b", a)]
    func message(_ shared: NameSelection, _ distinct: NameSelection = .none) -> String {
      problem {
        try CombinedLikelihood(
          parts, sharing: ParameterSharing(shared: shared, distinct: distinct))
      }
    }
    #expect(message(.all) == "")
    #expect(message(.none).contains("'a', 'b' all have a parameter 'mu'"))
    #expect(message(.names(["mu"])).contains("'nu'; list it under 'shared'"))
    #expect(message(.names(["mu", "xi"])).contains("'xi' is said to be shared"))
    #expect(message(.names(["mu"]), .names(["mu"])).contains("shared and as distinct"))
    #expect(message(.names(["mu"]), .all) == "")
    let split = try CombinedLikelihood(
      parts, sharing: ParameterSharing(shared: .names(["mu"]), distinct: .names(["nu"])))
    #expect(split.parameters.names == ["mu", "a.nu", "b.nu"])
    #expect(split.parameters.parameters[1].label == "a.nu")
    #expect(problem { try CombinedLikelihood([]) }.contains("at least one"))
    #expect(problem { try CombinedLikelihood([.init("", a)]) }.contains("empty name"))
    #expect(
      problem { try CombinedLikelihood([.init("a", a), .init("a", a)]) }.contains("named 'a'"))
    #expect(
      problem { try CombinedLikelihood([.init("a", a, renaming: ["x": "y"])]) }
        .contains("rename in 'a': there is no parameter 'x'"))
    #expect(
      problem { try CombinedLikelihood([.init("a", a, renaming: ["mu": "nu"])]) }
        .contains("would be named 'nu'"))
  }

  /// Two toy searches with a common signal and common systematics of shape.
  @Test func twoToySearches() throws {
    let toy = ToyLHCSearch()
    let common = ["mu", "delta_91", "delta_92"]
    let both = try CombinedLikelihood(
      [.init("a", toy), .init("b", toy)],
      sharing: ParameterSharing(shared: .names(Set(common)), distinct: .all))
    #expect(both.parameters.count == 2 * 95 - 3)
    var points = Matrix<Double>(rows: 3, columns: 187, repeating: 0)
    var random = RandomStream(seed: 8, purpose: "two").sequence()
    for k in points.elements.indices { points.elements[k] = 0.4 * random.normal() }
    for i in 0..<3 { points[i, 0] = abs(points[i, 0]) }
    func own(_ name: String) -> Matrix<Double> {
      let columns = toy.parameters.names.map { parameter in
        both.parameters.names.firstIndex(of: parameter)
          ?? both.parameters.names.firstIndex(of: "\(name).\(parameter)") ?? -1
      }
      return Matrix(
        rows: 3, columns: 95, elements: (0..<3).flatMap { i in columns.map { points[i, $0] } })
    }
    let values = try both.logDensities(at: points)
    for i in 0..<3 {
      var expected =
        toy.logDensities(at: own("a"))[i] + toy.logDensities(at: own("b"))[i] + log(5)
      for name in ["delta_91", "delta_92"] {
        expected -= unit.logDensity(points[i, try both.parameters.index(of: name)])
      }
      #expect(abs(values[i] - expected) < 1e-12 * abs(expected))
    }
    #expect(try gradientError(both, at: points.row(0)) < 1e-8)
    #expect(!both.gradientIsDifferenced)
  }
}

extension CombinedLikelihoodTests {
  /// Uniform priors say where a parameter lies: the common range counts.
  @Test func uniformPriorsOfSharedParameters() throws {
    let wide = try gaussian(
      ["mu"], [1], [[4]], priors: [.uniform(lower: 0, upper: 10, logDensity: 0)], lower: 0,
      upper: 10)
    let narrow = try gaussian(
      ["mu"], [1], [[4]], priors: [try .normalizedUniform(lower: -5, upper: 5)], lower: -5,
      upper: 5)
    let normal = try gaussian(["mu"], [1], [[4]], priors: [unit])
    func combined(_ parts: GaussianLikelihood...) throws -> CombinedLikelihood {
      try CombinedLikelihood(
        parts.enumerated().map { .init("\($0)", $1) }, sharing: ParameterSharing(shared: .all))
    }
    let both = try combined(wide, narrow)
    #expect(both.prior.factors == [.uniform(lower: 0, upper: 5, logDensity: 0)])
    #expect(try both.logDensity(at: [2]) == -4)
    #expect(try both.logDensity(at: [6]) == -.infinity)
    for all in [try combined(narrow, wide, normal), try combined(normal, wide, narrow)] {
      #expect(all.prior.factors == [unit])
      let rows = Matrix<Double>(rows: [[2]], columns: 1)
      let value = try all.logDensities(at: rows)[0]
      let sum = try all.logLikelihoods(at: rows)[0] + all.logPriors(at: rows)[0]
      #expect(abs(value - sum) < 1e-13)
      #expect(try all.logDensity(at: [6]) == -.infinity)
    }
  }
}

extension CombinedLikelihoodTests {
  /// A luminosity known to 2 % in one search and to 10 % in the other.
  @Test func differentConstraints() throws {
    func search(_ sigma: Double) throws -> HistFactoryDensity {
      try HistFactoryDensity(
        workspace(
          channels: [
            channel("c", [("s", [5], [modifier("mu", "normfactor"), modifier("lumi", "lumi")])])
          ], observed: ["c": [7]],
          parameters: [
            [
              "name": "lumi", "inits": [1.0], "bounds": [[0.5, 1.5]], "auxdata": [1.0],
              "sigmas": [sigma],
            ]
          ]))
    }
    let parts: [CombinedLikelihood.Component] = [
      .init("a", try search(0.02)), .init("b", try search(0.1)),
    ]
    let sharing = ParameterSharing(shared: .all)
    let text = problem { try CombinedLikelihood(parts, sharing: sharing) }
    #expect(text.contains("'lumi' has different constraint terms, normal(1.0, 0.02) in 'a' and "))
    #expect(text.contains("normal(1.0, 0.1) in 'b'") && text.contains("'keep-constraints'"))
    let same = [parts[0], .init("b", try search(0.02))]
    #expect(problem { try CombinedLikelihood(same, sharing: sharing) } == "")
    #expect(
      problem {
        try CombinedLikelihood(parts, sharing: sharing, keepingConstraints: .names(["lumi"]))
      } == "")
    let prior = ParameterPrior.normal(mean: 1, standardDeviation: 0.1)
    #expect(
      problem { try CombinedLikelihood(parts, sharing: sharing, prior: Prior(["lumi": prior])) }
        == "")
    // A prior in one and a constraint term in the other, in both orders; nested.
    let moved = try LikelihoodWithPrior(search(0.02), prior: Prior(["lumi": prior]))
    for pair in [[parts[0], .init("c", moved)], [.init("c", moved), parts[0]]] {
      #expect(
        problem { try CombinedLikelihood(pair, sharing: sharing) }
          .contains("different constraint terms"))
    }
    #expect(
      problem { try CombinedLikelihood([parts[1], .init("c", moved)], sharing: sharing) } == "")
    let inner = try CombinedLikelihood(same, sharing: sharing)
    #expect(
      problem { try CombinedLikelihood([.init("in", inner), parts[1]], sharing: sharing) }
        .contains("different constraint terms"))
  }
}
