import Likelihoods
import NumericalCore
import Testing

/// What every model that generates data has in common, on a workspace and a simplified likelihood.
@Suite("Generated data of workspaces and simplified likelihoods") struct GeneratedDataTests {
  private func workspace() throws -> HistFactoryDensity {
    try #require(HistFactoryCase.all().first { $0.description == "all_modifiers" }).density()
  }

  private func simplified() throws -> SimplifiedLikelihood {
    let covariance = Matrix<Double>(
      rows: 3, columns: 3, elements: [30, 12, -4, 12, 25, 3, -4, 3, 16])
    return try SimplifiedLikelihood(
      SimplifiedLikelihoodInput(
        observed: [52, 41, 29], background: [50, 40, 30], covariance: covariance,
        thirdMoments: [20, -12, 8], signal: [6, 9, 4]))
  }

  /// A point away from the initial one.
  private func point(_ model: some GenerativeModel) -> [Double] {
    var random = RandomStream(seed: 3, purpose: "test").sequence()
    return model.parameters.parameters.map { parameter in
      guard !parameter.fixed else { return parameter.initial }
      let value = parameter.initial + 0.3 * parameter.scale * random.normal()
      return min(max(value, parameter.lower), parameter.upper)
    }
  }

  private func check(_ model: some GenerativeModel) throws {
    let x = point(model)
    let same = model.replacingData(model.data)
    #expect(same.logDensity(at: x) == model.logDensity(at: x))
    // The Asimov data set has its maximum at the point that it was made for.
    let asimov = model.replacingData(model.expectedData(at: x))
    let row = Matrix(rows: 1, columns: x.count, elements: x)
    let slopes = asimov.logDensitiesAndGradients(at: row).gradients.row(0)
    let others = model.logDensitiesAndGradients(at: row).gradients.row(0)
    for (k, parameter) in model.parameters.parameters.enumerated() where !parameter.fixed {
      #expect(abs(slopes[k]) * parameter.scale < 1e-9)
    }
    #expect(others.contains { abs($0) > 1e-2 })
    // Prior and likelihood of other data still add up, and the density is that of the prior's.
    let parts = asimov.logLikelihoods(at: row)[0] + asimov.logPriors(at: row)[0]
    #expect(abs(parts - asimov.logDensity(at: x)) < 1e-9)
    if let prior = asimov.factorizedPrior {
      #expect(abs(prior.logDensities(at: row)[0] - asimov.logPriors(at: row)[0]) < 1e-9)
    }
    // Auxiliary measurements that are not repeated are those of this data set.
    var random = RandomStream(seed: 7, purpose: "test").sequence()
    let kept = try #require(
      asimov.drawData(at: x, fluctuatingAuxiliary: false, random: &random))
    #expect(kept.auxiliary == asimov.data.auxiliary)
    #expect(kept.main != asimov.data.main)
    // Score: the gradient has the mean zero over data of the same point, not of another.
    #expect(try scoreChiSquared(model, at: x, dataFrom: x) < 1.6)
    #expect(try scoreChiSquared(model, at: x, dataFrom: model.parameters.initialValues) > 3)
  }

  /// Mean square of the average score in units of its error, over the free parameters.
  private func scoreChiSquared<Model: GenerativeModel>(
    _ model: Model, at x: [Double], dataFrom truth: [Double]
  ) throws -> Double {
    let stream = RandomStream(seed: 8, purpose: "test")
    let row = Matrix(rows: 1, columns: x.count, elements: x)
    let repetitions = 3000
    var (sum, squares) = (
      [Double](repeating: 0, count: x.count), [Double](repeating: 0, count: x.count)
    )
    for toy in 0..<repetitions {
      var random = stream.sequence(step: toy)
      let data = try #require(
        model.drawData(at: truth, fluctuatingAuxiliary: true, random: &random))
      let score = model.replacingData(data).logDensitiesAndGradients(at: row).gradients.row(0)
      for k in x.indices {
        sum[k] += score[k]
        squares[k] += score[k] * score[k]
      }
    }
    let free = x.indices.filter { !model.parameters.parameters[$0].fixed }
    let n = Double(repetitions)
    return free.reduce(0) { total, k in
      let mean = sum[k] / n
      let variance = squares[k] / n - mean * mean
      return total + (variance > 0 ? mean * mean * n / variance : 0) / Double(free.count)
    }
  }

  @Test func workspaceData() throws { try check(workspace()) }

  @Test func simplifiedData() throws { try check(simplified()) }

  @Test func thereAreNoDataOfNegativeExpectations() throws {
    let model = try simplified()
    var x = model.parameters.initialValues
    x[1] = -30
    var random = RandomStream(seed: 7, purpose: "test").sequence()
    #expect(model.drawData(at: x, fluctuatingAuxiliary: true, random: &random) == nil)
  }
}
