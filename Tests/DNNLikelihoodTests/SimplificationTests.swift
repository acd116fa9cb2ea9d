import DNNLikelihood
import Foundation
import TestSupport
import Testing

/// Deriving simplified likelihoods from full models.
@Suite("Simplification") struct SimplificationTests {
  /// Four bins with skewness and correlation, and enough data to see the signal.
  static let input = SimplifiedLikelihoodInput(
    observed: [52, 33, 12, 6], background: [48, 30, 14, 5],
    covariance: Matrix(
      rows: 4, columns: 4,
      elements: [36, 8, 3, 0, 8, 16, 2, 0, 3, 2, 6, 0.5, 0, 0, 0.5, 2]),
    thirdMoments: [60, -20, 9, 3], signal: [3, 4, 5, 4],
    parameterOfInterest: .init(lower: -3, upper: 10))

  @Test("a simplified likelihood simplifies to itself") func closure() throws {
    let model = try SimplifiedLikelihood(Self.input)
    let result = try Simplification(draws: 400_000, seed: 5).run(
      model, named: "itself", comparedBy: SimplificationComparison(points: 7))
    let (found, errors) = (result.file.input, try #require(result.file.momentErrors))
    #expect(errors.draws == 400_000)
    let third = try #require(Self.input.thirdMoments)
    for i in 0..<4 {
      let mean = abs(found.background[i] - Self.input.background[i])
      let variance = abs(found.covariance[i, i] - Self.input.covariance[i, i])
      #expect(mean < 4.5 * errors.background[i])
      #expect(variance < 4.5 * errors.variance[i])
      #expect(abs((found.thirdMoments?[i] ?? 0) - third[i]) < 4.5 * errors.thirdMoments[i])
      // The errors themselves: of a mean it is σ/√N, to 9 % with 64 groups.
      let expected = (Self.input.covariance[i, i] / 400_000).squareRoot()
      #expect(abs(errors.background[i] / expected - 1) < 0.36)
      // The check can fail: a change of the third moment by a tenth of σ³ would be seen.
      let sigma = Self.input.covariance[i, i].squareRoot()
      #expect(0.1 * sigma * sigma * sigma > 4.5 * errors.thirdMoments[i])
      #expect(abs((found.signal?[i] ?? 0) - (Self.input.signal?[i] ?? 0)) < 1e-12)
    }
    #expect(found.observed == Self.input.observed)
    #expect(found.parameterOfInterest == Self.input.parameterOfInterest)
    let accuracy = try #require(result.file.accuracy)
    #expect(accuracy.isValid && result.isValid)
    // The lowest of the seven values has a negative rate and is left out.
    #expect(accuracy.values.count == 6 && accuracy.valuesLeftOut?.count == 1)
    #expect(result.notes.contains { $0.contains("not compared") && $0.contains("mu = -") })
    #expect(accuracy.largestDifference < 0.05)
    #expect(accuracy.full.max() ?? 0 > 5)
    let shift = accuracy.fullMaximum.value - accuracy.simplifiedMaximum.value
    #expect(abs(shift) < 0.02 * (accuracy.fullMaximum.error ?? 0))
  }

  /// At mu = -0.9 the last bin of the second model has nothing to expect: 5 - 36.
  @Test("values at which only one has a density are left out") func support() throws {
    let model = try SimplifiedLikelihood(Self.input)
    var other = Self.input
    other.signal = [3, 4, 5, 40]
    let narrow = try SimplifiedLikelihood(other)
    let accuracy = try SimplificationComparison(values: [-0.9, 0, 1, 2])
      .run(full: model, simplified: narrow, along: "mu")
    #expect(accuracy.values == [0, 1, 2] && accuracy.valuesLeftOut == [-0.9])
    #expect((accuracy.full + accuracy.simplified).allSatisfy { $0.isFinite })
    #expect(accuracy.largestDifference.isFinite)
    var file = SimplifiedLikelihoodFile(Self.input)
    file.accuracy = accuracy
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "s.json")
      try file.write(to: url)
      #expect(try SimplifiedLikelihoodFile(reading: url).accuracy == accuracy)
    }
    #expect {
      try SimplificationComparison(values: [-0.9])
        .run(full: model, simplified: narrow, along: "mu")
    } throws: { "\($0)".contains("compared values of 'mu': expected at least one") }
  }

  /// arXiv:1809.05548 section 5: third moments are what makes the toy search agree.
  @Test("the toy search: third moments matter") func toy() throws {
    let toy = ToyLHCSearch()
    let result = try Simplification(draws: 50_000, seed: 1).run(toy, named: "toy-lhc")
    #expect(result.likelihood.notes.isEmpty)
    var linear = result.file.input
    linear.thirdMoments = nil
    let comparison = SimplificationComparison(
      values: [0, 0.5, 1], fitter: MaximumLikelihood(jitteredStarts: 1))
    let skewed = try comparison.run(full: toy, simplified: result.likelihood, along: "mu")
    let straight = try comparison.run(
      full: toy, simplified: try SimplifiedLikelihood(linear), along: "mu")
    #expect(skewed.isValid && straight.isValid)
    #expect(skewed.largestDifference < 0.5)
    #expect(straight.largestDifference > 1.5)
    let limit = try #require(skewed.limits.last)
    #expect(abs((limit.full ?? 0) - 0.7293) < 0.01)
    #expect(abs((limit.simplified ?? 0) - (limit.full ?? 0)) < 0.06)
  }

  @Test("moments of the posterior are narrower than those of the prior") func posterior() throws {
    let model = try SimplifiedLikelihood(Self.input)
    let prior = try Simplification(source: .prior, draws: 20_000).run(model, named: "m")
    let posterior = try Simplification(source: .posterior, draws: 20_000).run(model, named: "m")
    #expect(posterior.isValid)
    #expect(posterior.file.provenance["moments"] == "posterior")
    #expect(prior.notes.isEmpty && posterior.notes.count == 1)
    for i in 0..<4 {
      let (a, b) = (prior.file.input.covariance[i, i], posterior.file.input.covariance[i, i])
      #expect(b < 0.95 * a)
      // Product of a normal prior and nearly normal counts: 1/(1/V + 1/n), roughly.
      let expected = 1 / (1 / a + 1 / Self.input.observed[i])
      #expect(abs(b / expected - 1) < 0.25)
    }
  }

  @Test("the same seed gives the same file, on any number of threads") func reproducible() throws {
    let before = Threads.count
    defer { Threads.setCount(before) }
    Threads.setCount(1)
    let one = try Simplification(draws: 5000, seed: 2).run(ToyLHCSearch(), named: "toy")
    Threads.setCount(3)
    let three = try Simplification(draws: 5000, seed: 2).run(ToyLHCSearch(), named: "toy")
    #expect(one.file.input.background == three.file.input.background)
    #expect(one.file.input.thirdMoments == three.file.input.thirdMoments)
    let other = try Simplification(draws: 5000, seed: 3).run(ToyLHCSearch(), named: "toy")
    #expect(one.file.input.background != other.file.input.background)
  }

  /// Expectations that grow with the square of the signal strength.
  struct Quadratic: BinnedModel {
    let base: SimplifiedLikelihood
    let isConstrained: Bool
    var parameters: ParameterSpace { base.parameters }
    var observedCounts: [Double] { base.observedCounts }
    var binNames: [String] { base.binNames }
    var factorizedPrior: ProductPrior? { nil }
    var power = 2.0

    func expectedCounts(at points: Matrix<Double>) -> Matrix<Double> {
      var moved = points
      for i in 0..<points.rows { moved[i, 0] = pow(points[i, 0], power) }
      return base.expectedCounts(at: moved)
    }

    func drawNuisances(
      _ count: Int, holding point: [Double], stream: RandomStream
    ) throws(UnconstrainedNuisances) -> Matrix<Double> {
      guard isConstrained else { throw UnconstrainedNuisances(["norm_top"]) }
      return base.drawNuisances(count, holding: point, stream: stream)
    }

    func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
      base.evaluate(points, values: &values)
    }

    func evaluate(
      _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
    ) {
      base.evaluate(points, values: &values, gradients: &gradients)
    }

    func logLikelihoods(at points: Matrix<Double>) -> [Double] { base.logLikelihoods(at: points) }
    func logPriors(at points: Matrix<Double>) -> [Double] { base.logPriors(at: points) }
  }

  @Test("models that cannot be simplified are refused") func refusals() throws {
    let base = try SimplifiedLikelihood(Self.input)
    #expect {
      try Simplification(draws: 100).run(Quadratic(base: base, isConstrained: true), named: "eft")
    } throws: { "\($0)".contains("eft: expected counts that are linear in 'mu'") }
    let free = Quadratic(base: base, isConstrained: false, power: 1)
    #expect(throws: UnconstrainedNuisances(["norm_top"])) {
      try Simplification(draws: 100).run(free, named: "free")
    }
    var background = Self.input
    background.signal = nil
    let silent = try SimplifiedLikelihood(background)
    #expect {
      try Simplification(draws: 100).run(silent, named: "b")
    } throws: { "\($0)".contains("b: expected a likelihood with a parameter of interest") }
    for draws in [0, Int.max] {
      #expect(throws: InputError.self) { try Simplification(draws: draws).run(base, named: "m") }
    }
  }
}
