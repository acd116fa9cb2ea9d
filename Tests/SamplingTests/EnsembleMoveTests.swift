import Foundation
import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

/// A stretch move with the exponent d - 2 instead of d - 1.
private struct WrongFactor: EnsembleMove {
  func propose(
    for walker: ArraySlice<Double>, complement: Matrix<Double>, random: inout RandomSequence,
    into proposal: inout [Double]
  ) -> Double {
    let d = Double(walker.count)
    let factor = StretchMove().propose(
      for: walker, complement: complement, random: &random, into: &proposal)
    return factor * (d - 2) / (d - 1)
  }

  func minimumWalkers(dimension: Int) -> Int { 2 * dimension }
}

/// A Gaussian move that drifts upwards, which a symmetric acceptance does not allow.
private struct DriftingMove: EnsembleMove {
  func propose(
    for walker: ArraySlice<Double>, complement: Matrix<Double>, random: inout RandomSequence,
    into proposal: inout [Double]
  ) -> Double {
    for (k, x) in walker.enumerated() { proposal[k] = x + 0.05 + 0.5 * random.normal() }
    return 0
  }

  func minimumWalkers(dimension: Int) -> Int { 1 }
}

@Suite struct EnsembleMoveTests {
  private let groups = 32

  private func run(
    _ move: some EnsembleMove, _ density: some LogDensity, walkers: Int,
    from start: Matrix<Double>?, burnIn: Int, steps: Int, thinning: Int
  ) throws -> Chains {
    try EnsembleSampler(
      move: move, walkers: walkers, ensembles: groups, burnIn: burnIn, steps: steps,
      thinning: thinning, seed: 5
    ).sample(density, from: start)
  }

  /// Exact draws stay exact draws: the sharpest test of a move, since nothing has to mix.
  @Test(arguments: [5, 20])
  func stretchLeavesInvariant(d: Int) throws {
    let target = AutoregressiveGaussian(d, correlation: 0.7)
    let chains = try run(
      StretchMove(), target, walkers: 3 * d, from: target.exactDraws(groups * 3 * d, seed: 1),
      burnIn: 0, steps: 200, thinning: 5)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
    let acceptance = chains.acceptance.reduce(0, +) / Double(chains.walkers)
    #expect(acceptance > 0.2 && acceptance < 0.7)
  }

  @Test(arguments: [5, 20])
  func wrongFactorFails(d: Int) throws {
    let target = AutoregressiveGaussian(d, correlation: 0.7)
    let chains = try run(
      WrongFactor(), target, walkers: 3 * d, from: target.exactDraws(groups * 3 * d, seed: 1),
      burnIn: 0, steps: 200, thinning: 5)
    #expect(try !DistributionCheck(chains, target).passes)
  }

  /// Draws of a density that is wider by 3 %.
  @Test(arguments: [5, 20])
  func wrongScaleFails(d: Int) throws {
    let target = AutoregressiveGaussian(d, correlation: 0.7)
    let scaled = Altered(base: target) { value, _ in value /= 1.03 * 1.03 }
    let chains = try run(
      StretchMove(), scaled, walkers: 3 * d, from: target.exactDraws(groups * 3 * d, seed: 1),
      burnIn: 100, steps: 200, thinning: 5)
    #expect(try !DistributionCheck(chains, target).passes)
  }

  @Test(arguments: [(5, 300, 300), (20, 1500, 1000)])
  func stretchConverges(d: Int, burnIn: Int, steps: Int) throws {
    let target = AutoregressiveGaussian(d, correlation: 0.7, startScale: 3)
    let chains = try run(
      StretchMove(), target, walkers: 3 * d, from: nil, burnIn: burnIn, steps: steps,
      thinning: 10)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test(arguments: [GaussianMove.Coordinates.all, .oneAtRandom], [5, 20])
  func gaussianMoveLeavesInvariant(coordinates: GaussianMove.Coordinates, d: Int) throws {
    let target = AutoregressiveGaussian(d, correlation: 0.5)
    let width = coordinates == .all ? 1.8 / Double(d).squareRoot() : 1.5
    let chains = try run(
      GaussianMove(standardDeviation: width, coordinates: coordinates), target, walkers: 20,
      from: target.exactDraws(20 * groups, seed: 2), burnIn: 0, steps: 300, thinning: 10)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test(arguments: [GaussianMove.Coordinates.all, .oneAtRandom], [5, 20])
  func gaussianMoveConverges(coordinates: GaussianMove.Coordinates, d: Int) throws {
    let target = AutoregressiveGaussian(d, correlation: 0.5, startScale: 3)
    let width = coordinates == .all ? 1.8 / Double(d).squareRoot() : 1.5
    let chains = try run(
      GaussianMove(standardDeviation: width, coordinates: coordinates), target, walkers: 10,
      from: nil, burnIn: 60 * d, steps: 600, thinning: 20)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func driftFails() throws {
    let target = AutoregressiveGaussian(5, correlation: 0.5)
    let chains = try run(
      DriftingMove(), target, walkers: 20, from: target.exactDraws(20 * groups, seed: 2),
      burnIn: 0, steps: 300, thinning: 10)
    #expect(try !DistributionCheck(chains, target).passes)
  }

  /// The proposal lies on the line through a walker of the complement; the way back has the
  /// factor of the opposite sign.
  @Test func stretchFactor() {
    let stream = RandomStream(seed: 3, purpose: "test")
    let complement = Matrix(rows: 1, columns: 3, elements: [1.0, -2, 0.5])
    let walker = [2.0, 1, 1]
    for k in 0..<100 {
      var random = stream.sequence(step: k)
      var proposal = [0.0, 0, 0]
      let factor = StretchMove(scale: 1.3).propose(
        for: walker[...], complement: complement, random: &random, into: &proposal)
      let z = (proposal[0] - 1) / (2 - 1)
      #expect(z > 1 / 1.3 - 1e-12 && z < 1.3 + 1e-12)
      for j in 0..<3 {
        let expected = complement[0, j] + z * (walker[j] - complement[0, j])
        #expect(abs(proposal[j] - expected) < 1e-12)
      }
      #expect(abs(factor - 2 * log(z)) < 1e-12)
    }
  }

  /// The paper's biased sample moves one coordinate at a time.
  @Test func oneCoordinateMoves() {
    let move = GaussianMove(standardDeviation: 0.1, coordinates: .oneAtRandom)
    let walker = [1.0, 2, 3, 4]
    var moved = [0, 0, 0, 0]
    for k in 0..<4000 {
      var random = RandomStream(seed: 3, purpose: "test").sequence(step: k)
      var proposal = walker
      let none = Matrix<Double>(rows: 0, columns: 4, elements: [])
      #expect(
        move.propose(for: walker[...], complement: none, random: &random, into: &proposal) == 0)
      let changed = (0..<4).filter { proposal[$0] != walker[$0] }
      #expect(changed.count == 1)
      for j in changed { moved[j] += 1 }
    }
    #expect(moved.allSatisfy { abs($0 - 1000) < 140 })
  }
}
