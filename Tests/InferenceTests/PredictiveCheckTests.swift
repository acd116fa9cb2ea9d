import Foundation
import Inference
import Likelihoods
import NumericalCore
import Testing

@Suite struct PredictiveCheckTests {
  /// Draws near the prior of the toy search, with the columns in reverse order.
  private func draws(_ count: Int) throws -> PosteriorDraws {
    let search = ToyLHCSearch()
    var random = RandomStream(seed: 2, purpose: "predictive test").sequence()
    let names = Array(search.parameters.names.reversed())
    var elements: [Double] = []
    for _ in 0..<count { elements += (0..<94).map { _ in 0.1 * random.normal() } + [0.2] }
    return try PosteriorDraws(
      names: names, points: Matrix(rows: count, columns: 95, elements: elements))
  }

  @Test func dataOfTheModelPassAndOthersDoNot() throws {
    let search = ToyLHCSearch()
    let draws = try draws(2000)
    var random = RandomStream(seed: 9, purpose: "predictive test").sequence()
    let point = [0.2] + Array(repeating: 0.0, count: 94)
    var values: [Double] = []
    for _ in 0..<40 {
      let data = try #require(
        search.drawData(at: point, fluctuatingAuxiliary: false, random: &random))
      let check = try PredictiveCheck(of: search.replacingData(data), draws, replications: 200)
      values.append(check.pValue.value)
      #expect((check.pValue.error ?? 0) > 0 && (check.pValue.error ?? 1) < 0.04)
    }
    // The p values of data of the model are spread over (0, 1).
    #expect(abs(values.reduce(0, +) / 40 - 0.5) < 0.2)
    #expect(Gaussian.scatter(values) > 0.15)
    // Negative control: twice the counts in one category.
    var wrong = try #require(
      search.drawData(at: point, fluctuatingAuxiliary: false, random: &random))
    for i in 30..<60 { wrong.main[i] *= 2 }
    let check = try PredictiveCheck(of: search.replacingData(wrong), draws, replications: 500)
    #expect(check.pValue.value < 0.01)
    #expect(check.observedDiscrepancy > check.generatedDiscrepancy)
    let low = check.bins[30..<60].filter { $0.pValue.value < 0.1 }.count
    #expect(low > 12)
  }

  @Test func binsFollowThePoissonDistribution() throws {
    let search = ToyLHCSearch()
    let draws = try draws(500)
    let check = try PredictiveCheck(of: search, draws, replications: 4000, seed: 3)
    let expected = search.expectedCounts(at: [0.2] + Array(repeating: 0.0, count: 94))
    #expect(check.bins.map(\.observed) == search.observed)
    for (bin, nu) in zip(check.bins, expected) {
      #expect(abs(bin.mean / nu - 1) < 0.1 + 4 / (nu * 4000).squareRoot())
      #expect(bin.quantiles[0] <= bin.quantiles[2] && bin.quantiles[2] <= bin.quantiles[4])
      #expect(abs(bin.quantiles[2] - nu) < 2 + 0.05 * nu)
    }
    let again = try PredictiveCheck(of: search, draws, replications: 4000, seed: 3)
    #expect(again.pValue == check.pValue && again.bins[7].mean == check.bins[7].mean)
  }

  @Test func badInput() throws {
    let draws = try draws(20)
    #expect(throws: PosteriorError.self) {
      try PredictiveCheck(of: ToyLHCSearch(), draws, replications: 9)
    }
    #expect(throws: ParameterError.self) {
      try PredictiveCheck(of: ToyLHCSearch(), Gaussian.draws(50, seed: 1))
    }
  }
}
