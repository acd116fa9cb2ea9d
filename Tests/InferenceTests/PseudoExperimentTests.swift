import Foundation
import Inference
import Likelihoods
import NumericalCore
import Statistics
import Testing

@Suite("Pseudo-experiments") struct PseudoExperimentTests {
  /// t_mu of a count, in closed form: the best value is n - b, but not below 0.
  private func exactT(_ n: Double, _ mu: Double, background b: Double) -> Double {
    let best = max(n - b, 0)
    typealias F = CountingExperiment
    return 2 * (F.logProbability(n, best + b) - F.logProbability(n, mu + b))
  }

  @Test("a count: t of every toy in closed form, and its distribution by enumeration")
  func countingExperiment() throws {
    let (mu, b, toys) = (4.0, 3.0, 4000)
    let model = try CountingExperiment(background: b, observed: 8)
    let study = PseudoExperiments(parameter: "mu", coverageAt: [mu], toys: toys)
    let results = try study.run(model)
    #expect(results.isValid && results.uncertified == 0)
    let point = study.points[0]
    let experiments = results.experiments(at: point)
    #expect(experiments.map(\.toy) == Array(0..<toys))
    // Below the bound the best value does not tell the count; its log density does.
    var counts: [Double: Int] = [:]
    for experiment in experiments {
      let t = experiment.value(of: .t, at: mu)
      guard
        let n = (0..<60).map(Double.init).first(where: {
          abs(exactT($0, mu, background: b) - t) < 1e-6
            && abs(max($0 - b, 0) - experiment.best) < 1e-3
        })
      else {
        Issue.record("t = \(t), best = \(experiment.best) belongs to no count")
        continue
      }
      counts[n, default: 0] += 1
    }
    // χ² of the frequencies of the counts 2 ... 14 and of the rest.
    func chiSquared(_ mean: Double) -> Double {
      var (sum, restSeen, rest) = (0.0, toys, 1.0)
      for n in 2...14 {
        let p = exp(CountingExperiment.logProbability(Double(n), mean))
        let seen = counts[Double(n)] ?? 0
        sum += pow(Double(seen) - p * Double(toys), 2) / (p * Double(toys))
        restSeen -= seen
        rest -= p
      }
      return sum + pow(Double(restSeen) - rest * Double(toys), 2) / (rest * Double(toys))
    }
    #expect(SpecialFunctions.chiSquaredSurvival(chiSquared(mu + b), degreesOfFreedom: 13) > 1e-3)
    #expect(
      SpecialFunctions.chiSquaredSurvival(chiSquared(mu + b + 0.4), degreesOfFreedom: 13) < 1e-6)
    // Coverage of Wilks' interval: the probability of the counts with t <= 1, summed.
    let coverage = try #require(try results.coverages().first)
    for level in coverage.levels {
      let exact = (0..<60).map(Double.init).reduce(0.0) { sum, n in
        exactT(n, mu, background: b) <= level.asymptotic
          ? sum + exp(CountingExperiment.logProbability(n, mu + b)) : sum
      }
      #expect(abs(level.coverage.value - exact) < 4 * level.coverage.error)
      #expect(abs(level.asymptotic - (level.confidence.sigmas * level.confidence.sigmas)) < 1e-9)
    }
    // The observed data.
    #expect(
      abs(try #require(results.observed.value(of: .t, at: mu)) - exactT(8, mu, background: b))
        < 1e-8)
    #expect(abs(results.observed.best - 5) < 1e-4)
  }

  /// Confidence belts of Feldman and Cousins, arXiv:physics/9711021 table IV: b = 3, 90 %.
  @Test(
    "Feldman and Cousins' published belts",
    arguments: [
      (8.0, 1.2, false), (8, 1.8, true), (8, 10.3, true), (8, 11.7, false), (10, 2.2, false),
      (10, 12.8, true), (3, 3.8, true), (3, 4.8, false), (0, 0.9, true), (0, 1.3, false),
    ])
  func feldmanCousins(_ observed: Double, _ mu: Double, _ isInside: Bool) throws {
    let model = try CountingExperiment(background: 3, observed: observed)
    let results = try PseudoExperiments(parameter: "mu", coverageAt: [mu], toys: 4000).run(model)
    let coverage = try results.coverages(at: [ConfidenceLevel(probability: 0.9)])
    let interval = try results.intervals(coverage)[0].neyman
    #expect(interval.ranges.isEmpty == !isInside)
  }

  /// Kolmogorov's probability for χ² with one degree of freedom.
  private func probability(_ results: PseudoExperimentResults) throws -> Double {
    let t = try #require(try results.coverages().first).distribution.values
    let n = Double(t.count)
    let distance = t.enumerated().reduce(0.0) { largest, item in
      let f = SpecialFunctions.chiSquaredCDF(item.element, degreesOfFreedom: 1)
      return max(largest, f - Double(item.offset) / n, Double(item.offset + 1) / n - f)
    }
    return SpecialFunctions.kolmogorovSurvival(distance * n.squareRoot())
  }

  @Test("many events: t follows χ² if the auxiliary measurements fluctuate, and only then")
  func wilks() throws {
    let model = try CountingExperiment(
      signal: 500, background: 10_000, uncertainty: 0.01, observed: 10_350, bounds: -5...10)
    var study = PseudoExperiments(parameter: "mu", coverageAt: [0.7], toys: 3000, seed: 4)
    let results = try study.run(model)
    #expect(results.isValid && results.retried == 0)
    #expect(try probability(results) > 0.01)
    study.fluctuatesAuxiliary = false
    #expect(try probability(study.run(model)) < 1e-9)
    // The hybrid construction with the prior varies as much as measurements that fluctuate.
    study.construction = .hybrid
    #expect(try probability(study.run(model)) > 0.01)
    // From draws without any width it does not.
    let draws = NuisanceDraws(
      names: ["other", "theta"], rows: Matrix(rows: [[1, 0.1], [2, 0.1]], columns: 2))
    #expect(try probability(study.run(model, draws: draws)) < 1e-9)
  }

  @Test(
    "CLs of many events agrees with the asymptotic formulas (arXiv:1007.1727)",
    arguments: [9_900.0, 10_100, 10_250])
  func confidenceRatio(_ observed: Double) throws {
    let (s, b, u, mu) = (500.0, 10_000.0, 0.005, 0.6)
    let model = try CountingExperiment(
      signal: s, background: b, uncertainty: u, observed: observed, bounds: -5...10)
    let study = PseudoExperiments(parameter: "mu", testing: mu, with: .qtilde, toys: 4000)
    let results = try study.run(model)
    let test = try ToyHypothesisTest(results, at: mu, statistic: .qtilde)
    #expect(test.isValid)
    // One count: σ² of mu is (ν + (u b)²) / s²; the estimate is (n - b) / s.
    func cls(_ n: Double, _ mu: Double) -> (Double, Double) {
      let best = (n - b) / s
      let sigma = (b + mu * s / 2 + u * u * b * b).squareRoot() / s
      return (
        SpecialFunctions.normalSurvival((mu - best) / sigma),
        SpecialFunctions.normalSurvival(-best / sigma)
      )
    }
    let (tested, background) = cls(observed, mu)
    let ratio = try #require(test.confidenceRatio)
    let error = try #require(ratio.error)
    #expect(abs(test.testedPValue.value - tested) < 4 * test.testedPValue.error + 0.004)
    #expect(
      abs(test.alternativePValue.value - background) < 4 * test.alternativePValue.error + 0.004)
    #expect(abs(ratio.value - tested / background) < 4 * error + 0.004)
    let (wrong, same) = cls(observed, 1.3 * mu)
    #expect(observed < 10_000 || abs(ratio.value - wrong / same) > 4 * error + 0.004)
    // Bands: the background fluctuates by so many σ.
    let sigma = (b + u * u * b * b).squareRoot()
    for (band, n) in zip(test.expectedConfidenceRatios, [2.0, 1, 0, -1, -2]) {
      let (tested, background) = cls(b - n * sigma, mu)
      let band = try #require(band)
      #expect(abs(band.value - tested / background) < 4 * (try #require(band.error)) + 0.01)
    }
    let values = test.expectedConfidenceRatios.compactMap { $0?.value }
    #expect(values == values.sorted())
  }

  @Test("discovery: p0 of few events is the sum of the Poisson probabilities")
  func discovery() throws {
    let model = try CountingExperiment(background: 3, observed: 8, bounds: 0...50)
    let study = PseudoExperiments(parameter: "mu", testing: 0, with: .q0, toys: 20_000)
    let test = try ToyHypothesisTest(study.run(model), at: 0, statistic: .q0)
    let exact =
      1
      - (0..<8).reduce(0.0) {
        $0 + exp(CountingExperiment.logProbability(Double($1), 3))
      }
    #expect(abs(test.testedPValue.value - exact) < 4 * test.testedPValue.error)
    #expect(test.testedPValue.successes > 100)
  }

  @Test("the toy search: certified, also where the estimate ends at the open prior of mu")
  func toySearch() throws {
    let study = PseudoExperiments(parameter: "mu", coverageAt: [-0.85, 0.5], toys: 60)
    let results = try study.run(ToyLHCSearch())
    #expect(results.uncertified == 0 && results.isValid)
    let low = results.experiments(at: study.points[0])
    #expect(low.contains { $0.best < -1 + 1e-6 } && low.allSatisfy { $0.best > -1 })
    for point in study.points {
      for toy in results.experiments(at: point) {
        #expect(toy.free - toy.tested > -1e-6 && toy.value(of: .t, at: point.tested) < 25)
      }
    }
    // t of the observed data, paper.md 5.1.
    #expect(abs(try #require(results.observed.value(of: .t, at: 0.5)) - 1.776516) < 1e-5)
  }
}
