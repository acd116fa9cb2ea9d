import Likelihoods
import NumericalCore
import Sampling
import Testing

/// Equal seeds give equal numbers, bit for bit, whatever the number of threads.
@Suite(.serialized) struct ReproducibilityTests {
  private func withThreads(_ count: Int, _ body: () throws -> Chains) rethrows -> Chains {
    let before = Threads.count
    defer { Threads.setCount(before) }
    Threads.setCount(count)
    return try body()
  }

  private func expectSame(_ body: () throws -> Chains) throws {
    let one = try withThreads(1, body)
    let three = try withThreads(3, body)
    #expect(one.positions == three.positions)
    #expect(one.logDensities == three.logDensities)
    #expect(one.acceptance == three.acceptance)
  }

  @Test func hamiltonianOnToySearch() throws {
    try expectSame {
      try HamiltonianSampler(chains: 200, drawsPerChain: 5, warmUpSteps: 60)
        .sample(ToyLHCSearch())
    }
  }

  /// More parameters than one piece of a product can hold.
  @Test func hamiltonianOfHighDimension() throws {
    let target = AutoregressiveGaussian(250, correlation: 0.9)
    try expectSame {
      try HamiltonianSampler(chains: 150, drawsPerChain: 3, warmUpSteps: 60).sample(target)
    }
  }

  @Test func stretchOnToySearch() throws {
    try expectSame {
      try EnsembleSampler(
        move: StretchMove(scale: 1.3), walkers: 200, ensembles: 2, burnIn: 0, steps: 30
      ).sample(ToyLHCSearch())
    }
  }

  @Test func anotherSeedGivesOtherDraws() throws {
    func draws(_ seed: UInt64) throws -> Matrix<Double> {
      try HamiltonianSampler(chains: 8, drawsPerChain: 4, warmUpSteps: 20, seed: seed)
        .sample(AutoregressiveGaussian(3, correlation: 0)).positions
    }
    #expect(try draws(1) == draws(1))
    #expect(try draws(1) != draws(2))
  }
}
