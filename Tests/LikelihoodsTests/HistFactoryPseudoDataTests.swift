import Foundation
import Likelihoods
import NumericalCore
import Testing

@Suite("Pseudo-data of HistFactory models")
struct HistFactoryPseudoDataTests {
  private func model() throws -> HistFactoryModel {
    let test = try #require(HistFactoryCase.all().first { $0.description == "all_modifiers" })
    return try test.density().model
  }

  private func draws(
    _ model: HistFactoryModel, _ point: [Double], fluctuatingAuxiliary: Bool = true
  ) throws -> [ModelData] {
    let stream = RandomStream(seed: 11, purpose: "toys")
    return try (0..<20_000).map { toy in
      var random = stream.sequence(walker: toy)
      return try #require(
        model.draw(at: point, &random, fluctuatingAuxiliary: fluctuatingAuxiliary))
    }
  }

  /// The largest deviation of means and variances from a prediction, in standard errors.
  private func deviation(
    _ values: [[Double]], means: [Double], variances: [Double], excesses: [Double]
  ) -> Double {
    let n = Double(values.count)
    return means.indices.map { k in
      let column = values.map { $0[k] }
      let mean = column.reduce(0, +) / n
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      return max(
        abs(mean - means[k]) / (variances[k] / n).squareRoot(),
        abs(variance / variances[k] - 1) / ((2 + excesses[k]) / n).squareRoot())
    }.max() ?? .infinity
  }

  @Test func moments() throws {
    let model = try model()
    var point = model.parameters.initialValues
    point[try model.parameters.index(of: "mu")] = 2
    point[try model.parameters.index(of: "jes")] = 0.7
    point[try model.parameters.index(of: "mc[1]")] = 0.9
    let data = try draws(model, point)
    let main = model.expectedMain(at: point)
    let auxiliary = model.expectedAuxiliary(at: point)
    // A Poisson number of mean m has variance m and excess kurtosis 1/m.
    let constraints = model.constrainedParameters.map { model.constraints[$0] }
    let variances = zip(constraints, auxiliary).map { constraint, mean in
      if case .gaussian(_, let width) = constraint { return width * width }
      return mean
    }
    let excesses = zip(constraints, auxiliary).map { constraint, mean in
      if case .gaussian = constraint { return 0.0 }
      return 1 / mean
    }
    let bins = data.map(\.main)
    #expect(
      deviation(bins, means: main, variances: main, excesses: main.map { 1 / $0 }) < 4.5)
    #expect(
      deviation(
        data.map(\.auxiliary), means: auxiliary, variances: variances, excesses: excesses) < 4.5)
    #expect(bins.allSatisfy { $0.allSatisfy { $0 == $0.rounded() } })
    // Negative control: one per cent in the signal strength is seen.
    var other = point
    other[try model.parameters.index(of: "ktop")] = 1.02
    let wrong = model.expectedMain(at: other)
    #expect(deviation(bins, means: wrong, variances: wrong, excesses: wrong.map { 1 / $0 }) > 10)
  }

  @Test func auxiliaryKept() throws {
    let model = try model()
    let point = model.parameters.initialValues
    for data in try draws(model, point, fluctuatingAuxiliary: false).prefix(100) {
      #expect(data.auxiliary == model.observed.auxiliary)
    }
    // The same seed gives the same data, another walker other data.
    let stream = RandomStream(seed: 1, purpose: "toys")
    var (a, b, c) = (stream.sequence(), stream.sequence(), stream.sequence(walker: 1))
    let first = model.draw(at: point, &a)
    #expect(first == model.draw(at: point, &b))
    #expect(first != model.draw(at: point, &c))
  }

  @Test func negativeRate() throws {
    let model = try model()
    var point = model.parameters.initialValues
    point[try model.parameters.index(of: "mu")] = -100
    var random = RandomStream(seed: 1, purpose: "toys").sequence()
    #expect(model.draw(at: point, &random) == nil)
  }
}
