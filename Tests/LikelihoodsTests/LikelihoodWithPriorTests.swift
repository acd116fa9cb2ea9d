import Foundation
import Likelihoods
import NumericalCore
import Testing

private func toyPoints(_ count: Int) -> Matrix<Double> {
  var points = ToyLHCSearch().prior.draw(count, stream: RandomStream(seed: 5, purpose: "toy"))
  for k in points.elements.indices { points.elements[k] *= 0.5 }
  for i in 0..<points.rows { points[i, 0] = abs(points[i, 0]) + 0.1 }
  return points
}

@Suite struct LikelihoodWithPriorTests {
  /// Likelihood and prior of the toy search, added by hand.
  @Test func toyWithOtherPriors() throws {
    let toy = ToyLHCSearch()
    let block = try MultivariateNormalPrior(
      ["delta_93", "delta_94"], mean: [0.1, -0.2],
      covariance: Matrix(rows: [[1, 0.5], [0.5, 2]], columns: 2))
    let posterior = try LikelihoodWithPrior(
      toy,
      prior: Prior(
        ["mu": try .halfNormal(standardDeviation: 2), "delta_5": .gamma(shape: 2, rate: 3)],
        blocks: [block]))
    var points = toyPoints(50)
    for i in 0..<points.rows { points[i, 5] = abs(points[i, 5]) + 0.01 }
    let likelihoods = toy.logLikelihoods(at: points)
    let (values, gradients) = posterior.logDensitiesAndGradients(at: points)
    #expect(posterior.logDensities(at: points) == values)
    #expect(posterior.logLikelihoods(at: points) == likelihoods)
    for i in 0..<points.rows {
      // Half-normal, gamma, 91 unit normals, a block, written out.
      let x = points.row(i)
      var prior = log(2 / Double.pi).advanced(by: 0) / 2 - log(2) - x[0] * x[0] / 8
      prior += 2 * log(3) + log(x[5]) - 3 * x[5]
      for k in 1...92 where k != 5 { prior -= 0.5 * x[k] * x[k] + 0.5 * log(2 * Double.pi) }
      let (a, b) = (x[93] - 0.1, x[94] + 0.2)
      prior -= 0.5 * (2 * a * a - a * b + b * b) / 1.75 + log(2 * Double.pi) + 0.5 * log(1.75)
      #expect(abs(values[i] - likelihoods[i] - prior) < 1e-11 * abs(values[i]))
      #expect(abs(posterior.logPriors(at: points)[i] - prior) < 1e-11 * abs(prior))
      #expect(gradients.row(i).allSatisfy { $0.isFinite })
    }
    #expect(try gradientError(posterior, at: points.row(3)) < 1e-8)
    #expect(posterior.parameters.parameters[0].lower == 0)
    #expect(posterior.parameters.parameters[5].lower == 0)
    #expect(posterior.parameters.parameters[5].initial > 0)
    var outside = points
    outside[0, 0] = -0.5
    #expect(posterior.logDensities(at: outside)[0] == -.infinity)
    #expect(
      posterior.logDensitiesAndGradients(at: outside).gradients.row(0).allSatisfy { $0 == 0 })
    #expect(posterior.logPriors(at: outside)[0] == -.infinity)
  }

  @Test func nothingNamedIsTheSame() throws {
    let toy = ToyLHCSearch()
    let same = try LikelihoodWithPrior(toy)
    let points = toyPoints(20)
    #expect(same.logDensities(at: points) == toy.logDensities(at: points))
    #expect(same.parameters == toy.parameters && same.prior == toy.prior)
  }

  @Test func settings() throws {
    let toy = ToyLHCSearch()
    let changed = try LikelihoodWithPrior(
      toy,
      overriding: [
        "mu": ParameterOverride(initial: 1, lower: 0, upper: 3, role: .nuisance),
        "delta_1": ParameterOverride(fixed: true, role: .parameterOfInterest, scale: 0.5),
      ])
    let parameters = changed.parameters
    #expect(parameters.parameterOfInterest == 1 && parameters.parameters[1].fixed)
    #expect(parameters.parameters[0].upper == 3 && parameters.parameters[0].initial == 1)
    var points = toyPoints(3)
    (points[0, 0], points[1, 0], points[2, 0]) = (3, 3.0001, -0.0001)
    let values = changed.logDensities(at: points)
    #expect(values[0] == toy.logDensities(at: points)[0])
    #expect(values[1] == -.infinity && values[2] == -.infinity)
    #expect(
      problem {
        try LikelihoodWithPrior(toy, overriding: ["mu": ParameterOverride(upper: 7)])
      }.contains("[-1.0, 7.0] reach beyond [-1.0, 5.0]"))
    #expect(
      problem {
        try LikelihoodWithPrior(toy, overriding: ["mu": ParameterOverride(initial: 7)])
      }.contains("7.0 is outside its bounds"))
    #expect(
      problem { try LikelihoodWithPrior(toy, overriding: ["nu": ParameterOverride()]) }
        .contains("no parameter 'nu'"))
    #expect(
      problem { try LikelihoodWithPrior(toy, prior: Prior(["nu": .flat()])) }
        .contains("no parameter 'nu'"))
    #expect(
      problem {
        try LikelihoodWithPrior(
          toy, prior: Prior(["mu": try .normalizedUniform(lower: 6, upper: 7)]))
      }.contains("parameter 'mu': the lower bound 6.0 is not below the upper bound 5.0"))
  }

  @Test func twoPriorsForOneParameter() throws {
    let block = try MultivariateNormalPrior(
      ["a", "b"], mean: [0, 0], covariance: .identity(2))
    #expect(problem { try Prior(["a": .flat()], blocks: [block]) }.contains("'a' is given two"))
    #expect(problem { try Prior(blocks: [block, block]) }.contains("'a' is given two"))
    #expect(problem { try Prior(["a": .flat()], addedBlocks: [block]) } == "")
    #expect(
      problem { try Prior(["a": .normal(mean: 0, standardDeviation: -1)]) }.contains("positive"))
  }

  /// A block that comes in addition does not take out the unit normals.
  @Test func addedBlock() throws {
    let toy = ToyLHCSearch()
    let block = try MultivariateNormalPrior(
      ["delta_93", "delta_94"], mean: [0, 0],
      covariance: Matrix(rows: [[1, 0.5], [0.5, 1]], columns: 2))
    let points = toyPoints(5)
    let added = try LikelihoodWithPrior(toy, prior: Prior(addedBlocks: [block]))
    for i in 0..<points.rows {
      let expected =
        toy.logDensities(at: points)[i] + block.logDensity([points[i, 93], points[i, 94]])
      #expect(abs(added.logDensities(at: points)[i] - expected) < 1e-12 * abs(expected))
    }
    #expect(try gradientError(added, at: points.row(0)) < 1e-8)
    // Replacing a part of a block leaves the marginal distribution of the rest.
    let replaced = try LikelihoodWithPrior(
      try LikelihoodWithPrior(toy, prior: Prior(blocks: [block])),
      prior: Prior(["delta_93": .normal(mean: 1, standardDeviation: 2)]))
    let byHand = try LikelihoodWithPrior(
      toy, prior: Prior(["delta_93": .normal(mean: 1, standardDeviation: 2)]))
    for (a, b) in zip(replaced.logDensities(at: points), byHand.logDensities(at: points)) {
      #expect(abs(a - b) < 1e-12 * abs(b))
    }
  }

  @Test func constraintsGiveWayToPriors() throws {
    let base = try GaussianLikelihood(
      [Parameter(name: "mu"), Parameter(name: "alpha")], center: [1, 0.5],
      precision: [[2, 0.3], [0.3, 1]])
    let density = ConstrainedGaussian(
      base: base, constraints: ["alpha": .normal(mean: 0, standardDeviation: 1)])
    let new = ParameterPrior.normal(mean: 0.2, standardDeviation: 3)
    let replaced = try LikelihoodWithPrior(density, prior: Prior(["alpha": new]))
    let point = [0.3, -0.7]
    let expected = base.logLikelihood(point) + new.logDensity(point[1])
    #expect(abs(replaced.logDensity(at: point) - expected) < 1e-13)
    #expect(replaced.constrainedParameters.isEmpty)
    #expect(try gradientError(replaced, at: point) < 1e-9)
    // A prior for the other leaves the constraint.
    let other = try LikelihoodWithPrior(density, prior: Prior(["mu": new]))
    #expect(other.constrainedParameters == ["alpha"])
    let difference = other.logDensity(at: point) - density.logDensity(at: point)
    #expect(abs(difference - new.logDensity(point[0])) < 1e-13)
  }

  @Test func priorsThatAreNotKnown() throws {
    let toy = DifferencedGradient(Opaque(base: ToyLHCSearch()))
    #expect(
      problem { try LikelihoodWithPrior(toy, prior: Prior(["mu": .flat()])) }
        .contains("is not known as a product"))
    #expect(problem { try LikelihoodWithPrior(toy) } == "")
    // A constant log-prior is no prior.
    let flat = try GaussianLikelihood(
      [Parameter(name: "x")], center: [1], precision: [[1]],
      prior: ProductPrior([.flat()], logConstant: 2))
    let normal = ParameterPrior.normal(mean: 0, standardDeviation: 1)
    let known = try LikelihoodWithPrior(
      DifferencedGradient(Opaque(base: flat)), prior: Prior(["x": normal]))
    let expected = 2 - 0.5 * 0.25 + normal.logDensity(0.5)
    #expect(abs(known.logDensity(at: [0.5]) - expected) < 1e-14)
  }

  // MARK: - Held parameters

  @Test func conditionalDensity() throws {
    let toy = ToyLHCSearch()
    let held = ["delta_91": 0.3, "delta_2": -0.4]
    let conditional = try ConditionalDensity(toy, holding: held)
    #expect(conditional.parameters.count == 93)
    #expect(!conditional.parameters.names.contains("delta_91"))
    var points = toyPoints(4)
    let kept = toy.parameters.names.indices.filter { held[toy.parameters.names[$0]] == nil }
    for i in 0..<4 { (points[i, 91], points[i, 2]) = (0.3, -0.4) }
    let small = Matrix(
      rows: 4, columns: 93, elements: (0..<4).flatMap { i in kept.map { points[i, $0] } })
    #expect(conditional.logDensities(at: small) == toy.logDensities(at: points))
    #expect(conditional.logLikelihoods(at: small) == toy.logLikelihoods(at: points))
    let whole = toy.logDensitiesAndGradients(at: points).gradients
    let part = conditional.logDensitiesAndGradients(at: small).gradients
    for i in 0..<4 { #expect(part.row(i) == kept.map { whole[i, $0] }) }
    // The product carries the constant of the held parameters.
    let product = try #require(conditional.factorizedPrior)
    for (a, b) in zip(product.logDensities(at: small), conditional.logPriors(at: small)) {
      #expect(abs(a - b) < 1e-12 * abs(b))
    }
    #expect(
      problem { try ConditionalDensity(toy, holding: ["mu": 9]) }.contains("outside its bounds"))
    #expect(problem { try ConditionalDensity(toy, holding: ["nu": 9]) }.contains("'nu'"))
    let one = try GaussianLikelihood([Parameter(name: "x")], center: [1], precision: [[1]])
    #expect(problem { try ConditionalDensity(one, holding: ["x": 0]) }.contains("none is left"))
  }

  @Test func conditionalOfABlock() throws {
    let block = try MultivariateNormalPrior(
      ["a", "b", "c"], mean: [0.5, -1, 3],
      covariance: Matrix(rows: [[1, 0.3, -0.4], [0.3, 2, 0.1], [-0.4, 0.1, 0.5]], columns: 3))
    let names = ["a", "b", "c"].map { Parameter(name: $0) }
    let density = try GaussianLikelihood(
      names, center: [0, 0, 0], precision: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
      prior: ProductPrior(
        [.flat(), .flat(), .flat()], blocks: [.init(columns: [0, 1, 2], normal: block)]))
    let conditional = try ConditionalDensity(density, holding: ["b": 0.7])
    let product = try #require(conditional.factorizedPrior)
    for point in [[0.5, 3], [0, 0], [-2, 4.0]] {
      let whole = block.logDensity([point[0], 0.7, point[1]])
      let found = product.logDensities(at: Matrix(rows: [point], columns: 2))[0]
      #expect(abs(found - whole) < 1e-12)
    }
    #expect(product.logConstant != 0 && product.blocks[0].columns == [0, 1])
  }

  @Test func fixedParametersAreHeld() throws {
    let toy = ToyLHCSearch()
    #expect(try toy.holdingFixedParameters().parameters == toy.parameters)
    let fixed = try LikelihoodWithPrior(
      toy, overriding: ["delta_7": ParameterOverride(initial: 0.5, fixed: true)])
    let held = try fixed.holdingFixedParameters()
    #expect(held.parameters.count == 94 && !held.parameters.names.contains("delta_7"))
    var point = toy.parameters.initialValues
    point[7] = 0.5
    let value = try held.logDensity(at: held.parameters.initialValues)
    #expect(value == toy.logDensity(at: point))
  }

  // MARK: - Differenced gradients

  @Test(arguments: [(DifferencedGradient<ToyLHCSearch>.Order.second, 5e-7), (.fourth, 5e-9)])
  func differencesOfTheToy(order: DifferencedGradient<ToyLHCSearch>.Order, tolerance: Double) throws
  {
    let toy = ToyLHCSearch()
    let differenced = DifferencedGradient(toy, order: order)
    #expect(differenced.gradientIsDifferenced && !toy.gradientIsDifferenced)
    var points = toyPoints(6)
    points[0, 0] = 5  // on the upper bound
    points[1, 0] = -1 + 1e-9  // beside the lower one
    for k in 91...94 { points[2, k] = 0 }  // on the kinks: the right-hand derivative
    let exact = toy.logDensitiesAndGradients(at: points)
    let found = differenced.logDensitiesAndGradients(at: points)
    #expect(found.values == exact.values)
    var worst = 0.0
    for (a, b) in zip(found.gradients.elements, exact.gradients.elements) {
      worst = max(worst, abs(a - b) / max(1, abs(b)))
    }
    // One-sided differences are less accurate.
    #expect(worst < 30 * tolerance, "\(worst)")
    let inner = (3..<6).flatMap { i in (0..<95).map { (i, $0) } }.map { i, j in
      abs(found.gradients[i, j] - exact.gradients[i, j]) / max(1, abs(exact.gradients[i, j]))
    }
    #expect((inner.max() ?? 1) < tolerance, "\(inner.max() ?? 1)")
  }

  @Test func differencesAtTheEdgeOfTheSupport() throws {
    // Positive only for x < 1, which the bounds do not say.
    struct Edge: LogPosterior {
      let parameters: ParameterSpace
      var factorizedPrior: ProductPrior? { nil }
      func logLikelihoods(at points: Matrix<Double>) -> [Double] { logDensities(at: points) }
      func logPriors(at points: Matrix<Double>) -> [Double] {
        Array(repeating: 0, count: points.rows)
      }
      func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
        for i in values.indices {
          let x = points[i, 0]
          values[i] = x <= 1 && parameters.contains(points.row(i)) ? -x * x : -.infinity
        }
      }
    }
    let density = DifferencedGradient(
      Edge(parameters: try ParameterSpace([Parameter(name: "x", lower: -3)])))
    let points = Matrix<Double>(rows: [[1], [1 - 1e-7], [-3], [2], [0.3]], columns: 1)
    let (values, gradients) = density.logDensitiesAndGradients(at: points)
    #expect(values[3] == -.infinity)
    for (i, expected) in [-2.0, -2 + 2e-7, 6, 0, -0.6].enumerated() {
      #expect(abs(gradients[i, 0] - expected) < 1e-8, "\(i): \(gradients[i, 0])")
    }
    // A range narrower than the step.
    let narrow = try LikelihoodWithPrior(
      density, overriding: ["x": ParameterOverride(lower: -1e-7, upper: 1e-7)])
    let inside = DifferencedGradient(narrow).logDensitiesAndGradients(
      at: Matrix<Double>(rows: [[0], [1e-7]], columns: 1))
    let all = inside.values + inside.gradients.elements
    #expect(all.allSatisfy { $0.isFinite })
  }
}
