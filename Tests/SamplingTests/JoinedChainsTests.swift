import NumericalCore
import Sampling
import Testing

@Suite struct JoinedChainsTests {
  /// Two walkers; draw of step s and walker w is 10 s + w (+ shift) in `a`, its negative in `b`.
  private func chains(
    steps: Int, shift: Double, reversed: Bool = false, ensembles: Int? = nil, walkers: Int = 2
  ) -> Chains {
    var elements: [Double] = []
    for row in 0..<steps * walkers {
      let x = Double(10 * (row / walkers) + row % walkers) + shift
      elements += reversed ? [-x, x] : [x, -x]
    }
    return Chains(
      names: reversed ? ["b", "a"] : ["a", "b"], walkers: walkers, ensembles: ensembles,
      positions: Matrix(rows: steps * walkers, columns: 2, elements: elements),
      logDensities: (0..<steps * walkers).map { shift - Double($0) },
      acceptance: Array(repeating: 0.5, count: walkers), divergences: 1)
  }

  @Test func columnsAreMatchedByNameAndLongerRunsLoseTheirStart() throws {
    let joined = try Chains.joined([
      chains(steps: 4, shift: 0), chains(steps: 5, shift: 100, reversed: true),
    ])
    #expect(joined.names == ["a", "b"] && joined.walkers == 4 && joined.steps == 4)
    #expect(joined.divergences == 2 && joined.acceptance.count == 4)
    #expect((0..<4).map { joined.positions[$0, 0] } == [0, 1, 110, 111])
    #expect((0..<4).map { joined.positions[12 + $0, 1] } == [-30, -31, -140, -141])
    #expect(joined.logDensities[2] == 98)
  }

  @Test func ensemblesAddUp() throws {
    let joined = try Chains.joined([
      chains(steps: 4, shift: 0, ensembles: 1), chains(steps: 4, shift: 1, ensembles: 1),
    ])
    #expect(joined.ensembles == 2)
    #expect(joined.warnings(try joined.convergence()).allSatisfy { !$0.contains("one ensemble") })
    let single = chains(steps: 4, shift: 0, ensembles: 1)
    #expect(single.warnings(try single.convergence()).contains { $0.contains("one ensemble") })
  }

  @Test func effectiveSizeReadsTheChainsInTheirOrder() throws {
    // Constant along each walker, different between walkers: worth about as many draws as walkers.
    let chains = chains(steps: 50, shift: 0, walkers: 4)
    var random = RandomStream(seed: 1, purpose: "test").sequence()
    let stuck = (0..<200).map { Double($0 % 4) + 1e-3 * random.normal() }
    #expect(chains.effectiveSize(ofMean: stuck) < 20)
    let free = (0..<200).map { _ in random.normal() }
    #expect(chains.effectiveSize(ofMean: free) > 100)
  }

  @Test func badInput() {
    #expect(throws: SamplingError.self) { try Chains.joined([]) }
    let one = chains(steps: 4, shift: 0)
    #expect(throws: SamplingError.self) {
      try Chains.joined([one, chains(steps: 4, shift: 0, ensembles: 1)])
    }
    #expect(throws: SamplingError.self) {
      try Chains.joined([
        chains(steps: 4, shift: 0, ensembles: 1),
        chains(steps: 4, shift: 0, ensembles: 1, walkers: 4),
      ])
    }
    #expect(throws: SamplingError.self) { try Chains.joined([one, one.selecting([0])]) }
  }
}
