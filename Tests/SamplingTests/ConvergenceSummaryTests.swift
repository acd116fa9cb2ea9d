import Foundation
import NumericalCore
import Sampling
import Testing

@Suite struct ConvergenceSummaryTests {
  static func normals(
    chains: Int, draws: Int, columns: Int, shift: Double = 0
  ) -> [Matrix<Double>] {
    let stream = RandomStream(seed: 4, purpose: "summary")
    return (0..<chains).map { m in
      var random = stream.sequence(walker: m)
      return Matrix(
        rows: draws, columns: columns,
        elements: (0..<draws * columns).map { _ in random.normal() + (m == 0 ? shift : 0) })
    }
  }

  @Test func equalsTheSingleDiagnostics() throws {
    for draws in [100, 101] {
      let chains = Self.normals(chains: 5, draws: draws, columns: 3, shift: 0.3)
      let summary = try ConvergenceSummary(chains, names: ["a", "b", "c"])
      for (column, parameter) in summary.parameters.enumerated() {
        let x = try ChainDraws(chains, column: column)
        #expect(parameter.rHat == RHat.quoted(x))
        #expect(parameter.bulkEffectiveSampleSize == EffectiveSampleSize.bulk(x))
        #expect(parameter.tailEffectiveSampleSize == EffectiveSampleSize.tail(x))
        #expect(
          relativeDifference(
            try #require(parameter.meanError), try #require(MonteCarloStandardError.mean(x)))
            < 1e-13)
        #expect(
          relativeDifference(
            try #require(parameter.standardDeviationError),
            try #require(MonteCarloStandardError.standardDeviation(x))) < 1e-13)
        #expect(parameter.autocorrelationTime == IntegratedAutocorrelationTime(x))
        #expect(parameter == ParameterConvergence(parameter.name, x))
      }
    }
  }

  @Test func convergedChainsPassAndShiftedOnesDoNot() throws {
    let good = try ConvergenceSummary(
      Self.normals(chains: 4, draws: 1000, columns: 2), names: ["a", "b"])
    #expect(good.isConverged, "\(good.warnings)")
    let bad = try ConvergenceSummary(
      Self.normals(chains: 4, draws: 1000, columns: 2, shift: 1), names: ["a", "b"])
    #expect(!bad.isConverged)
    #expect(bad.warnings.contains { $0.hasPrefix("a: R-hat") })
    let short = try ConvergenceSummary(
      Self.normals(chains: 4, draws: 30, columns: 1), names: ["a"],
      criteria: ConvergenceCriteria(minimumLengthInTau: 100))
    #expect(short.warnings.contains { $0.contains("effective sample size") })
    #expect(short.warnings.contains { $0.contains("shorter than 100 tau") })
  }

  @Test func stuckParametersSaySo() throws {
    // 0.1 has no exact binary form: sums of it round.
    var chains = Self.normals(chains: 4, draws: 50, columns: 2)
    for m in 0..<4 { for t in 0..<50 { chains[m][t, 1] = 0.1 } }
    let summary = try ConvergenceSummary(chains, names: ["free", "fixed"])
    let fixed = summary.parameters[1]
    #expect(fixed.isStuck && fixed.rHat == nil && fixed.bulkEffectiveSampleSize == nil)
    #expect(fixed.meanError == nil && fixed.autocorrelationTime == nil)
    #expect(fixed.mean == 0.1 && fixed.standardDeviation == 0)
    #expect(summary.stuckParameters == ["fixed"])
    #expect(summary.warnings.contains("fixed: stuck: no chain moves"))
    let x = try ChainDraws(chains, column: 1)
    #expect(RHat.split(x) == nil && RHat.folded(x) == nil)
    #expect(MonteCarloStandardError.mean(x) == nil && MonteCarloStandardError.median(x) == nil)
    #expect(try BrooksGelman(x) == nil)
    #expect(try Geweke.scores(x, first: 0.2).allSatisfy { $0 == nil })
    #expect(IntegratedAutocorrelationTime(x, method: .goodmanWeare) == nil)
  }

  /// The mean of equal numbers rounds; it must not look like a movement, whatever the number.
  @Test func roundingIsNoMovement() throws {
    var random = RandomStream(seed: 9, purpose: "stuck").sequence()
    for draws in 4..<120 {
      let value = 1e3 * random.normal()
      let x = try ChainDraws(Array(repeating: Array(repeating: value, count: draws), count: 3))
      #expect(x.stuckChains == [0, 1, 2])
      #expect(RHat.identity(x) == nil && RHat.split(x) == nil && RHat.quoted(x) == nil)
      #expect(EffectiveSampleSize.mean(x) == Double(3 * (draws / 2 * 2)))
      #expect(IntegratedAutocorrelationTime(x) == nil)
    }
  }

  @Test func oneStuckChainIsNamed() throws {
    var chains = Self.normals(chains: 4, draws: 400, columns: 1)
    for t in 0..<400 { chains[2][t, 0] = 0.1 }
    let parameter = try ConvergenceSummary(chains, names: ["x"]).parameters[0]
    #expect(parameter.stuckChains == [2] && !parameter.isStuck)
    #expect(try #require(parameter.rHat) > 1.01)
    #expect(parameter.warnings().contains("stuck in 1 of 4 chains (2)"))
    let tau = try #require(parameter.autocorrelationTime)
    #expect(tau.time.isFinite && tau.stuckChains == [2])
  }

  @Test func badInputIsNamed() {
    var chains = Self.normals(chains: 3, draws: 20, columns: 2)
    chains[1][7, 1] = .nan
    let found = #expect(throws: ChainDiagnosticsError.self) {
      try ConvergenceSummary(chains, names: ["mu", "delta"])
    }
    #expect(
      found?.description
        == "parameter delta: draw 7 of chain 1 is nan; a finite number is expected")
    #expect(throws: ChainDiagnosticsError.noChains) {
      try ConvergenceSummary([], names: [])
    }
    #expect(throws: ChainDiagnosticsError.wrongNumberOfNames(found: 1, expected: 2)) {
      try ConvergenceSummary(chains, names: ["mu"])
    }
    #expect(throws: ChainDiagnosticsError.unequalLengths(chain: 1, expected: 4, found: 5)) {
      try ChainDraws([[1, 2, 3, 4], [1, 2, 3, 4, 5]])
    }
    #expect(throws: ChainDiagnosticsError.tooFewDraws(found: 3, needed: 4)) {
      try ChainDraws([[1, 2, 3]])
    }
  }

  @Test func doesNotDependOnThreads() throws {
    let chains = Self.normals(chains: 4, draws: 60, columns: 5)
    let names = (0..<5).map { "x\($0)" }
    let many = try ConvergenceSummary(chains, names: names)
    let before = Threads.count
    Threads.setCount(1)
    let one = try ConvergenceSummary(chains, names: names)
    Threads.setCount(before)
    #expect(one == many)
  }

  /// 95 parameters, 1000 chains of 300 draws; run with DNNLIK_BENCHMARK=1.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["DNNLIK_BENCHMARK"] != nil,
      "DNNLIK_BENCHMARK is not set"))
  func manyParametersInSeconds() throws {
    let chains = Self.normals(chains: 1000, draws: 300, columns: 95)
    let start = ContinuousClock.now
    let summary = try ConvergenceSummary(chains, names: (0..<95).map { "x\($0)" })
    let time = ContinuousClock.now - start
    print("ConvergenceSummary, 95 parameters x 1000 chains x 300 draws: \(time)")
    #expect(summary.parameters.count == 95)
    #expect(time < .seconds(10))
  }
}
