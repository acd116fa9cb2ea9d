import Foundation
import NumericalCore
import Testing

@testable import Sampling

/// The tree without a density: points on the circle of a harmonic oscillator, and straight lines.
@Suite struct TrajectoryTreeTests {
  /// The length of a trajectory whose points are given by their number in time.
  private func grow(
    seed: UInt64 = 1, maximumDepth: Int = 10, energy: (Int) -> Double = { _ in 0 },
    _ point: (Int) -> (position: [Double], momentum: [Double])
  ) -> (tree: TrajectoryTree, first: Int, last: Int) {
    func phase(_ k: Int) -> PhasePoint {
      let (position, momentum) = point(k)
      var result = PhasePoint(dimension: position.count)
      result.position = position
      result.momentum = momentum
      result.velocity = momentum
      return result
    }
    let random = RandomStream(seed: seed, purpose: "tree test").sequence()
    var tree = TrajectoryTree(dimension: point(0).position.count, random: random)
    tree.begin(at: phase(0), energy: energy(0), random: random, maximumDepth: maximumDepth)
    var (first, last) = (0, 0)
    var goesOn = true
    while goesOn {
      if tree.isForward { last += 1 } else { first -= 1 }
      let k = tree.isForward ? last : first
      goesOn = tree.add(phase(k), energy: energy(k))
    }
    return (tree, first, last)
  }

  private func circle(_ angle: Double) -> (Int) -> (position: [Double], momentum: [Double]) {
    { k in ([sin(Double(k) * angle)], [cos(Double(k) * angle)]) }
  }

  /// A free particle never turns.
  @Test func straightLine() {
    for depth in 1...6 {
      let (tree, first, last) = grow(maximumDepth: depth) { ([Double($0), 0], [1, 0]) }
      #expect(tree.depth == depth && tree.leapfrogs == 1 << depth - 1)
      #expect(last - first == tree.leapfrogs)
      #expect(tree.acceptance == 1 && !tree.diverged)
    }
  }

  /// A trajectory ends before it has run a whole circle, whatever the step: without the tests
  /// across joined parts, steps near 2π/2^k would not see that they are back at the beginning.
  @Test func noTrajectoryRunsInCircles() {
    for k in 1...400 {
      let angle = 0.02 + 0.005 * Double(k)
      for seed in UInt64(1)...4 {
        let (tree, first, last) = grow(seed: seed, circle(angle))
        #expect(tree.depth < 10)
        #expect(
          Double(last - first) * angle < 2 * Double.pi + angle, "step \(angle), seed \(seed)")
        if angle < 1 { #expect(Double(last - first) * angle > 0.5 * Double.pi) }
      }
    }
  }

  /// The new point is one of the trajectory, in proportion to the weights in the long run.
  @Test func drawsFollowWeights() {
    // Two points: with weights 1 and w the new one is taken with probability min(1, w).
    var taken = 0
    let count = 4000
    for seed in 0..<UInt64(count) {
      let (tree, _, _) = grow(seed: seed, maximumDepth: 1, energy: { $0 == 0 ? 0 : log(4) }) {
        ([Double($0)], [1])
      }
      if tree.draw.position[0] != 0 { taken += 1 }
    }
    let expected = 0.25 * Double(count)
    #expect(abs(Double(taken) - expected) < 4 * (0.75 * expected).squareRoot())
  }

  @Test func divergence() {
    let (tree, _, _) = grow(energy: { $0 == 0 ? 0 : 1001 }) { ([Double($0)], [1]) }
    #expect(tree.diverged && tree.leapfrogs == 1 && tree.draw.position[0] == 0)
    #expect(tree.acceptance == 0)
    let (overflow, _, _) = grow(energy: { $0 == 0 ? 0 : .nan }) { ([Double($0)], [1]) }
    #expect(overflow.diverged && overflow.draw.position[0] == 0)
  }

  /// The side is chosen anew at every doubling.
  @Test func directions() {
    var spans: Set<Int> = []
    for seed in UInt64(0)..<200 {
      let (_, first, _) = grow(seed: seed, maximumDepth: 3) { ([Double($0)], [1]) }
      spans.insert(-first)
    }
    #expect(spans == Set(0...7))
  }
}
