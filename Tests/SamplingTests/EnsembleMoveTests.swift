import Foundation
import NumericalCore
import Sampling
import Testing

/// The formulas of single proposals; their statistics are in `EnsembleSuiteTests`.
@Suite struct EnsembleMoveTests {
  private let stream = RandomStream(seed: 3, purpose: "test")

  /// A proposal of the last row of `positions`, all others being the complement.
  private func propose(
    _ move: some EnsembleMove, _ positions: Matrix<Double>, number: Int
  ) -> (proposal: [Double], factor: Double) {
    let d = positions.columns
    let last = positions.rows - 1
    var random = stream.sequence(step: number)
    var proposal = [Double](repeating: .nan, count: d)
    let complement = Array(0..<last)
    var span = proposal.mutableSpan
    let factor = move.propose(
      for: positions.elements.span.extracting(last * d..<(last + 1) * d),
      positions: positions.elements.span, complement: complement.span, random: &random,
      into: &span)
    return (proposal, factor)
  }

  private func randomPositions(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    var random = stream.sequence(step: 1, walker: 1)
    return Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in random.normal() })
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// The proposal lies on the line through a walker of the complement; the way back has the
  /// factor of the opposite sign.
  @Test func stretch() {
    let positions = Matrix(rows: 2, columns: 3, elements: [1.0, -2, 0.5, 2.0, 1, 1])
    for k in 0..<100 {
      let (proposal, factor) = propose(StretchMove(scale: 1.3), positions, number: k)
      let z = (proposal[0] - 1) / (2 - 1)
      #expect(z > 1 / 1.3 - 1e-12 && z < 1.3 + 1e-12)
      for j in 0..<3 {
        let expected = positions[0, j] + z * (positions[1, j] - positions[0, j])
        #expect(abs(proposal[j] - expected) < 1e-12)
      }
      #expect(abs(factor - 2 * log(z)) < 1e-12)
    }
  }

  /// The step is γ times the difference of two others, γ = 2.38/√(2d), or 1 in a tenth of the
  /// moves; every ordered pair occurs.
  @Test func differentialEvolution() throws {
    let positions = randomPositions(5, 3)
    let factors = [2.38 / 6.0.squareRoot(), 1]
    var seen: [String: Int] = [:]
    var jumps = 0
    for k in 0..<4000 {
      let (proposal, factor) = propose(
        DifferentialEvolutionMove(spread: 0), positions, number: k)
      #expect(factor == 0)
      let step = zip(proposal, positions.row(4)).map { $0 - $1 }
      var matches: [(Int, Int, Int)] = []
      for m in 0..<4 {
        for n in 0..<4 where m != n {
          for (which, g) in factors.enumerated() {
            let expected = (0..<3).map { g * (positions[m, $0] - positions[n, $0]) }
            if distance(step, expected) < 1e-12 { matches.append((m, n, which)) }
          }
        }
      }
      let match = try #require(matches.first)
      #expect(matches.count == 1)
      seen["\(match.0) \(match.1)", default: 0] += 1
      jumps += match.2
    }
    #expect(seen.count == 12)
    #expect(seen.values.allSatisfy { abs($0 - 333) < 75 })
    #expect(abs(jumps - 400) < 76)
  }

  /// Y lies on the line through X and a walker z, 1.7 projected differences away; the factor is
  /// (|Y - z|/|X - z|)^(d-1).
  @Test func snooker() throws {
    let positions = randomPositions(4, 3)
    let x = positions.row(3)
    for k in 0..<200 {
      let (proposal, factor) = propose(SnookerMove(), positions, number: k)
      let matches = (0..<3).filter { anchor in
        let z = positions.row(anchor)
        let others = (0..<3).filter { $0 != anchor }.map { positions.row($0) }
        let length = distance(x, z)
        let e = zip(x, z).map { ($0 - $1) / length }
        let projected = (0..<3).reduce(0) { $0 + e[$1] * (others[0][$1] - others[1][$1]) }
        return [1.0, -1].contains { sign in
          let y = (0..<3).map { x[$0] + sign * 1.7 * projected * e[$0] }
          return distance(y, proposal) < 1e-12
            && abs(factor - 2 * log(distance(y, z) / length)) < 1e-10
        }
      }
      #expect(matches.count == 1)
    }
  }

  /// Walkers at the same place have no line between them: the proposal is never accepted.
  @Test func snookerOfEqualWalkers() {
    let positions = Matrix(rows: 4, columns: 2, repeating: 0.5)
    let (proposal, factor) = propose(SnookerMove(), positions, number: 0)
    #expect(proposal == [0.5, 0.5])
    #expect(factor == -.infinity)
  }

  /// The steps of the walk have s² times the covariance of the complement.
  @Test func walk() {
    let positions = randomPositions(9, 2)
    let complement = (0..<8).map { positions.row($0) }
    let x = positions.row(8)
    func covariance(_ rows: [[Double]], _ a: Int, _ b: Int) -> Double {
      let n = Double(rows.count)
      let (meanA, meanB) = (
        rows.reduce(0) { $0 + $1[a] } / n, rows.reduce(0) { $0 + $1[b] } / n
      )
      return rows.reduce(0) { $0 + ($1[a] - meanA) * ($1[b] - meanB) } / (n - 1)
    }
    let count = 20_000
    let steps = (0..<count).map { k in
      zip(propose(WalkMove(scale: 1.5), positions, number: k).proposal, x).map { $0 - $1 }
    }
    for (a, b) in [(0, 0), (0, 1), (1, 1)] {
      let expected = 2.25 * covariance(complement, a, b)
      let product =
        2.25
        * (covariance(complement, a, a) * covariance(complement, b, b)
        + pow(covariance(complement, a, b), 2)).squareRoot()
      #expect(
        abs(covariance(steps, a, b) - expected) < 4 * product / Double(count).squareRoot())
    }
  }

  /// The paper's biased sample moves one coordinate at a time.
  @Test func oneCoordinateMoves() {
    let move = GaussianMove(standardDeviation: 0.1, coordinates: .oneAtRandom)
    let positions = Matrix(rows: 1, columns: 4, elements: [1.0, 2, 3, 4])
    var moved = [0, 0, 0, 0]
    for k in 0..<4000 {
      let (proposal, factor) = propose(move, positions, number: k)
      #expect(factor == 0)
      let changed = (0..<4).filter { proposal[$0] != positions[0, $0] }
      #expect(changed.count == 1)
      for j in changed { moved[j] += 1 }
    }
    #expect(moved.allSatisfy { abs($0 - 1000) < 140 })
  }
}
