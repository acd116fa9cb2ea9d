import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Testing

/// What prevents sampling is a typed error whose message says where.
@Suite struct SamplingErrorTests {
  private let target = AutoregressiveGaussian(3, correlation: 0)

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch let error as SamplingError {
      return error.description
    } catch {
      return "another error: \(error)"
    }
  }

  private func stretch(_ walkers: Int, ensembles: Int = 1) -> EnsembleSampler<StretchMove> {
    EnsembleSampler(
      move: StretchMove(), walkers: walkers, ensembles: ensembles, burnIn: 0, steps: 10)
  }

  @Test func tooFewWalkers() {
    #expect(
      message { _ = try stretch(5, ensembles: 2).sample(target) }
        == "5 walkers are too few: at least 6 are needed, because each ensemble has to span "
        + "all 3 dimensions")
    #expect(
      message {
        let kernel = EnsembleKernel(target, move: StretchMove(), ensembles: 4, seed: 1)
        _ = try kernel.initialState(target.exactDraws(30, seed: 1))
      } == "number of walkers: expected a multiple of the 4 ensembles, found 30")
  }

  @Test func startsOfTheWrongShape() {
    let start = target.exactDraws(7, seed: 1)
    let expected = "starting points: expected 8 points of 3 parameters, found 7 of 3"
    #expect(message { _ = try stretch(8).sample(target, from: start) } == expected)
    #expect(
      message { _ = try HamiltonianSampler(chains: 8).sample(target, from: start) } == expected)
    let narrow = Matrix(rows: 8, columns: 2, repeating: 0.0)
    #expect(
      message { _ = try HamiltonianSampler(chains: 8).sample(target, from: narrow) }
        == "starting points: expected 8 points of 3 parameters, found 8 of 2")
  }

  @Test func minusInfinityAtStart() {
    var start = HalfNormals(3).exactDraws(8, seed: 1)
    start[5, 1] = -1
    let expected = "walker 5 starts at a point where the log density is -inf"
    #expect(message { _ = try stretch(8).sample(HalfNormals(3), from: start) } == expected)
    #expect(
      message { _ = try HamiltonianSampler(chains: 8).sample(HalfNormals(3), from: start) }
        == expected)
  }

  @Test func notANumber() {
    // NaN for improbable points, which no start is.
    let broken = Altered(base: target) { value, _ in if value < -8 { value = .nan } }
    let start = Matrix(
      rows: (0..<8).map { k in (0..<3).map { 0.1 * Double((k * ($0 + 2)) % 5) } }, columns: 3)
    for text in [
      message {
        var sampler = stretch(8)
        sampler.steps = 2000
        _ = try sampler.sample(broken, from: start)
      },
      message { _ = try HamiltonianSampler(chains: 8).sample(broken, from: start) },
    ] {
      let form = /the log density of walker \d is not a number at \(-?[\d.]+, -?[\d.]+, .*\)/
      #expect(text.wholeMatch(of: form) != nil, "\(text)")
    }
    // NaN everywhere is seen while starts are drawn.
    let hopeless = Altered(base: target) { value, _ in value = .nan }
    #expect(
      message { _ = try stretch(8).sample(hopeless) }
        .hasPrefix("the log density of walker 0 is not a number at ("))
  }

  @Test func noStart() {
    let nowhere = Altered(base: target) { value, _ in value = -.infinity }
    let text = message { _ = try stretch(8).sample(nowhere) }
    #expect(text.contains("no starting point with a finite log density"), "\(text)")
  }

  @Test func numbersOutOfRange() {
    #expect(
      message { _ = try HamiltonianSampler(chains: 8, drawsPerChain: 0).sample(target) }
        .contains("draws"))
    #expect(
      message { _ = try HamiltonianSampler(chains: 8, trajectoryLength: .nan).sample(target) }
        .contains("trajectory length"))
    var sampler = stretch(8)
    sampler.thinning = 11
    #expect(message { _ = try sampler.sample(target) }.contains("thinning"))
  }

  @Test func cancelling() {
    #expect(throws: SamplingCancelled.self) {
      try HamiltonianSampler(chains: 8, warmUpSteps: 20).sample(target) {
        $0.phase == "warm-up" && $0.step < 5
      }
    }
    #expect(throws: SamplingCancelled.self) { try stretch(8).sample(target) { $0.step < 5 } }
  }

  /// A density whose every step fails leaves a vanishing step size, not a crash: the walkers stay
  /// within rounding of their starts.
  @Test func nothingIsAccepted() throws {
    let start = target.exactDraws(8, seed: 1)
    let first = target.logDensities(at: start)
    let wall = Altered(base: target) { value, gradient in
      if !first.contains(value) { value = -.infinity }
      gradient = [1e6, 1e6, 1e6]
    }
    let chains = try HamiltonianSampler(chains: 8, drawsPerChain: 5, warmUpSteps: 400)
      .sample(wall, from: start)
    for (a, b) in zip(chains.positions.rows(in: 0..<8).elements, start.elements) {
      #expect(abs(a - b) < 1e-12)
    }
    #expect(Set(chains.logDensities).isSubset(of: first))
  }
}
