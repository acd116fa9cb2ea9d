import DNNLikelihood
import Testing

/// The library example of the README, with small numbers.
@Suite struct ReadmeTests {
  @Test func libraryExample() throws {
    let search = ToyLHCSearch()
    let best = try MaximumLikelihood().fit(search)
    let chains = try HamiltonianSampler(chains: 256, drawsPerChain: 100).sample(search)
    let data = try DatasetBuilder(design: .unbiased, points: 20_000, ridgePoints: 12_000)
      .build(search, chains: chains)
    let surrogate = try SurrogateTraining(
      data, recipe: .enhanced(widths: [64, 64], epochs: 25), quadratic: .quadratic(at: best)
    ).run().surrogate
    let test = try #require(Evaluation(of: surrogate, on: data).metrics[.test])
    #expect(test.rmse < 0.5)
    let profile = try ProfileScan(of: surrogate.inDoublePrecision, along: "mu", at: [0, 0.5, 1])
    #expect(profile.isValid)
    // The truth is 0.0012, 1.7765, 7.3741; without ridge points the error is several units.
    #expect(abs(profile.testStatistic[2] - 7.374) < 1)
  }
}
