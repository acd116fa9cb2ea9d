import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Testing

@Suite struct DesignTests {
  /// On a Gaussian the log density below the maximum of a point is s² χ²/2 with s uniform in
  /// (0, 1.1) and χ² of d degrees of freedom.
  @Test func ridgeDesignCoversAllDepths() throws {
    let d = 94
    let target = AutoregressiveGaussian(d, correlation: 0.6)
    var covariance = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for i in 0..<d { for j in 0..<d { covariance[i, j] = pow(0.6, Double(abs(i - j))) } }
    // The parameter of interest stands first and is not moved.
    let ridge = [-0.5, 0, 0.7].map { mu in
      RidgePoint(
        values: [mu] + Array(repeating: 2, count: d), freeIndices: Array(1...d),
        covariance: covariance)
    }
    let points = RidgeDesign(seed: 4).points(6000, around: ridge)
    #expect(points.rows == 6000 && points.columns == d + 1)
    #expect((0..<6000).allSatisfy { points[$0, 0] == [-0.5, 0, 0.7][$0 % 3] })
    let moved = Matrix(
      rows: (0..<6000).map { row in points.row(row)[1...].map { $0 - 2 } }, columns: d)
    let depths = target.logDensities(at: moved).map { -$0 }.sorted()
    // E = 1.1²/3 · 47 = 18.96; P(depth < x) is near sqrt(x / 47) / 1.1.
    let mean = depths.reduce(0, +) / 6000
    #expect(abs(mean - 1.21 / 3 * 47) < 0.9)
    for x in [0.5, 5, 20, 40.0] {
      let found = Double(depths.filter { $0 < x }.count) / 6000
      #expect(abs(found - (x / 47).squareRoot() / 1.1) < 0.03, "depth \(x): \(found)")
    }
    #expect(depths[0] < 0.01)
    #expect(depths[5999] > 55)
  }

  @Test func ridgeDesignHasTheCovariance() throws {
    let covariance = Matrix(rows: 2, columns: 2, elements: [4.0, 1.5, 1.5, 1])
    let ridge = [RidgePoint(values: [1, 5, 2], freeIndices: [2, 0], covariance: covariance)]
    let points = RidgeDesign(largestScale: 1, seed: 2).points(40_000, around: ridge)
    #expect(points.column(1).allSatisfy { $0 == 5 })
    let found = points.covariance()
    // E[s²] = 1/3; the free indices are in the order of the covariance.
    #expect(abs(found[2, 2] * 3 / 4 - 1) < 0.04)
    #expect(abs(found[0, 0] * 3 - 1) < 0.04)
    #expect(abs(found[2, 0] * 3 / 1.5 - 1) < 0.05)
    #expect(
      RidgeDesign(largestScale: 1, seed: 2).points(10, around: ridge)
        == points.rows(in: 0..<10))
  }

  @Test func ridgeWalk() throws {
    let target = AutoregressiveGaussian(4, correlation: 0.5)
    let starts = Matrix(
      rows: (0..<6).map { [Double($0) - 2.5, 0, 0, 0] }, columns: 4)
    let walk = RidgeWalk(variance: 1e-4, steps: 500, seed: 3)
    let (points, values) = try walk.points(300, of: target, from: starts)
    #expect(points.rows == 300)
    #expect(Set((0..<300).map { points.row($0) }).count == 300)
    #expect(values == target.logDensities(at: points))
    // 500 steps of one coordinate in four move a coordinate by 0.11: every point belongs to the
    // ridge point that its walker began at, and all of them are there.
    let origins = (0..<300).map { Int((points[$0, 0] + 2.5).rounded()) }
    for start in 0..<6 { #expect(origins.filter { $0 == start }.count > 25) }
    for i in 0..<300 {
      #expect(abs(points[i, 0] - starts[origins[i], 0]) < 0.5)
      #expect(points.row(i)[1...].allSatisfy { abs($0) < 0.6 })
    }
    let again = try walk.points(300, of: target, from: starts)
    #expect(again.points == points)
  }

  /// More starts than three times the points wanted.
  @Test func ridgeWalkOfManyStarts() throws {
    let target = AutoregressiveGaussian(2, correlation: 0)
    let result = try RidgeWalk(steps: 10, seed: 1)
      .points(3, of: target, from: target.exactDraws(50, seed: 1))
    #expect(result.points.rows == 3)
  }

  /// 70 % unbiased; of the biased ones all above the threshold, then others.
  @Test func mixedDesign() throws {
    let biased = (0..<100).map { -300 + Double(($0 * 37) % 100) * 0.12 }
    let high = biased.indices.filter { biased[$0] > -290 }
    #expect(high.count == 16)
    let design = MixedDesign(threshold: -290, seed: 5)
    let chosen = try design.choose(100, unbiased: 80, biased: biased)
    #expect(chosen.unbiased == Array(0..<70))
    #expect(chosen.biased.count == 30)
    #expect(Set(chosen.biased).count == 30)
    #expect(Set(high).isSubset(of: chosen.biased))
    #expect(chosen.order.sorted() == Array(0..<100))
    #expect(chosen.order != Array(0..<100))
    // More above the threshold than are wanted.
    let few = try design.choose(40, unbiased: 80, biased: biased)
    #expect(few.biased.count == 12)
    #expect(Set(few.biased).isSubset(of: high))
    #expect(try design.choose(100, unbiased: 80, biased: biased) == chosen)
  }

  @Test func mixedDesignErrors() {
    func message(_ design: MixedDesign, _ count: Int, _ unbiased: Int, _ biased: Int) -> String {
      do {
        _ = try design.choose(
          count, unbiased: unbiased, biased: Array(repeating: -300, count: biased))
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    let design = MixedDesign(threshold: -290)
    #expect(
      message(design, 100, 69, 100)
        == "unbiased points of the mixture: expected at least 70, found 69")
    #expect(
      message(design, 100, 70, 29) == "biased points of the mixture: expected at least 30, found 29"
    )
    #expect(message(design, 0, 70, 30).contains("found 0, 0.7"))
    #expect(
      message(MixedDesign(unbiasedFraction: 1.2, threshold: 0), 10, 70, 30)
        .contains("a fraction in [0, 1]"))
  }
}
