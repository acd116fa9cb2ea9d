import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Synchronization
import TestSupport
import Testing

/// A normal density that fails after a number of points, as a server that dies.
private final class Mortal: LogPosterior, DifferentiableLogDensity {
  struct Death: Error, Equatable {}

  let parameters: ParameterSpace
  let factorizedPrior: ProductPrior? = nil
  private let life: Mutex<Int>

  init(points: Int) throws {
    parameters = try ParameterSpace([Parameter(name: "x"), Parameter(name: "y")])
    life = Mutex(points)
  }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws(Death) {
    var gradients = points
    try evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws(Death) {
    let left = life.withLock { life in
      life -= points.rows
      return life
    }
    guard left >= 0 else { throw Death() }
    for i in 0..<points.rows {
      values[i] = -0.5 * points.row(i).reduce(0) { $0 + $1 * $1 }
      for j in 0..<2 { gradients[i, j] = -points[i, j] }
    }
  }

  func logLikelihoods(at points: Matrix<Double>) throws(Death) -> [Double] {
    try logDensities(at: points)
  }

  func logPriors(at points: Matrix<Double>) -> [Double] { Array(repeating: 0, count: points.rows) }
}

/// What has been drawn before a density fails is kept.
@Suite struct SamplingFailureTests {
  private let sampler = EnsembleSampler(
    move: StretchMove(), walkers: 8, ensembles: 2, burnIn: 5, steps: 20, thinning: 2, seed: 3)

  @Test func ensemble() throws {
    // Starting points, the initial state, 5 steps of burn-in and 11 more, 16 walkers each.
    let failure = try #require(
      throws: SamplingFailure.self,
      performing: {
        _ = try sampler.sample(Mortal(points: 16 * (2 + 5 + 11) + 8))
      })
    #expect(failure.cause is Mortal.Death && failure.stepsDone == 11)
    #expect(failure.stepsWanted == 20 && failure.chains.steps == 5)
    #expect(failure.chains.provenance["incomplete"] == "11 of 20 steps")
    #expect(failure.chains.provenance["seed"] == "3")
    // They are the beginning of the chains that would have been.
    let whole = try sampler.sample(Mortal(points: .max))
    #expect(whole.provenance["incomplete"] == nil)
    #expect(failure.chains.positions == whole.positions.rows(in: 0..<5 * 16))
    #expect(failure.chains.acceptance.allSatisfy { (0...1).contains($0) })
    // They can be written and read like others.
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "chains.h5")
      try failure.chains.write(to: file)
      let copy = try Chains(reading: file)
      #expect(copy.positions == failure.chains.positions)
      #expect(copy.provenance["incomplete"] == "11 of 20 steps")
    }
  }

  @Test func nothingToKeep() throws {
    for points in [0, 16, 40, 16 * (2 + 5), 16 * (2 + 5 + 1)] {
      #expect(throws: Mortal.Death.self) { _ = try sampler.sample(Mortal(points: points)) }
    }
  }

  @Test func hamiltonian() throws {
    let sampler = HamiltonianSampler(chains: 8, drawsPerChain: 50, warmUpSteps: 20, seed: 2)
    let needed = try cost(sampler)
    #expect(throws: Mortal.Death.self) { _ = try sampler.sample(Mortal(points: needed / 50)) }
    let failure = try #require(
      throws: SamplingFailure.self,
      performing: {
        _ = try sampler.sample(Mortal(points: needed - 40))
      })
    #expect(failure.stepsDone > 5 && failure.stepsDone < 50)
    let whole = try sampler.sample(Mortal(points: .max))
    #expect(
      failure.chains.positions == whole.positions.rows(in: 0..<8 * failure.stepsDone))
  }

  /// Points that a run asks for.
  private func cost(_ sampler: HamiltonianSampler) throws -> Int {
    var (lower, upper) = (0, 1 << 20)
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if (try? sampler.sample(Mortal(points: middle))) == nil {
        lower = middle
      } else {
        upper = middle
      }
    }
    return upper
  }
}
