import Figures
import NumericalCore
import Statistics
import Testing

@testable import Figures
@testable import Statistics

/// Contours against closed forms: fractions, areas, number of regions, holes.
@Suite struct ContourTests {
  private func contours(
    _ draws: Matrix<Double>, range: ClosedRange<Double>, bins: Int = 60,
    fractions: [Double] = MassLevels.sigma123, weights: [Double]? = nil
  ) -> CredibleContours {
    let sample = CornerSample(label: "", draws: draws, weights: weights)
    let marginals = CornerMarginals(sample, ranges: [range, range], bins: bins)
    let width = CredibleContours.smoothingWidth(
      effectiveDraws: sample.effectiveDraws, bins: bins)
    return CredibleContours(
      histogram: marginals.pairs[0], total: marginals.total, fractions: fractions,
      smoothing: width)
  }

  @Test(arguments: [0.0, 0.5, -0.8]) func normalRegions(rho: Double) {
    let draws = GallerySamples.normal(300_000, rho: rho)
    let result = contours(draws, range: -4.2...4.2)
    // chi-squared quantiles for two degrees of freedom, -2 ln(1 - p)
    let chi2 = [2.295814, 6.180074, 11.829007]
    for (k, p) in MassLevels.sigma123.enumerated() {
      let outer = result.polygons[k].filter { !$0.isHole }
      let area = result.polygons[k].reduce(0) { $0 + $1.signedArea }
      let expected = Double.pi * chi2[k] * (1 - rho * rho).squareRoot()
      let tolerance = k < 2 ? 0.03 : 0.06
      #expect(abs(area / expected - 1) < tolerance, "\(p): area \(area), expected \(expected)")
      if k < 2 { #expect(outer.count == 1) }
      let step = 10
      var inside = 0
      for i in stride(from: 0, to: draws.rows, by: step)
      where result.contains(SIMD2(draws[i, 0], draws[i, 1]), fraction: k) {
        inside += 1
      }
      let fraction = Double(inside * step) / Double(draws.rows)
      #expect(abs(fraction - p) < 0.01, "\(p): encloses \(fraction)")
    }
  }

  @Test func weightsCountAsDraws() {
    // Draws of correlation 0 weighted to one mode of two are that mode.
    let draws = GallerySamples.twoModes(100_000)
    let weights = (0..<draws.rows).map { $0 % 2 == 0 ? 1.0 : 0.0 }
    let both = contours(draws, range: -10...10, fractions: [0.6827])
    let one = contours(draws, range: -10...10, fractions: [0.6827], weights: weights)
    #expect(both.polygons[0].count == 2)
    #expect(one.polygons[0].count == 1)
    #expect(one.contains(SIMD2(5, 5), fraction: 0))
    #expect(!one.contains(SIMD2(-5, -5), fraction: 0))
  }

  @Test func ringHasHole() {
    let result = contours(GallerySamples.ring(200_000), range: -8...8, fractions: [0.6827, 0.9545])
    for polygons in result.polygons {
      #expect(polygons.count == 2)
      #expect(polygons.count { $0.isHole } == 1)
    }
    #expect(!result.contains(SIMD2(0, 0), fraction: 1))
    #expect(result.contains(SIMD2(5, 0), fraction: 1))
    // The area of an annulus that holds p of N(5, 0.5) in the radius: about 2 pi 5 (2 z 0.5).
    let area = result.polygons[0].reduce(0) { $0 + $1.signedArea }
    #expect(abs(area / (2 * Double.pi * 5) - 1) < 0.1)
  }

  @Test func unreachableFractionHasNoContour() {
    // Half of the draws lie outside the axes.
    let result = contours(
      GallerySamples.twoModes(10_000), range: 0...10, fractions: [0.4, 0.6])
    #expect(result.levels[0] != nil)
    #expect(result.levels[1] == nil)
    #expect(result.polygons[1].isEmpty)
  }

  @Test func levelIsInterpolated() {
    let levels = MassLevels.levels(
      density: [4, 1, 3, 2], mass: [4, 1, 3, 2], total: 10, fractions: [0.4, 0.55, 0.999, 1.0])
    #expect(levels[0] == 4)
    // 4 of 10 at level 4, 7 of 10 at level 3: 5.5 of 10 half way between.
    #expect(abs((levels[1] ?? 0) - 3.5) < 1e-12)
    #expect(abs((levels[2] ?? 0) - 1.01) < 1e-12)
    #expect(levels[3] == 1)
  }

  @Test func saddleFollowsBilinearInterpolant() {
    // Diagonal peaks: their saddle value is (9 * 9 - 1 * 1) / (9 + 9 - 1 - 1) = 5.
    let grid = DensityGrid(x: 0...2, y: 0...2, nx: 2, ny: 2, values: [9, 1, 1, 9])
    #expect(MarchingSquares.contours(of: grid, at: 4.9).count == 1)
    #expect(MarchingSquares.contours(of: grid, at: 5.1).count == 2)
    #expect(MarchingSquares.contours(of: grid, at: 9.1).isEmpty)
  }

  @Test func polygonsCloseAndKeepTheHighSideLeft() {
    var random = RandomStream(seed: 5, purpose: "noise").sequence()
    let n = 40
    let values = (0..<n * n).map { _ in random.uniform() }
    let grid = DensityGrid(x: 0...Double(n), y: 0...Double(n), nx: n, ny: n, values: values)
    let polygons = MarchingSquares.contours(of: grid, at: 0.5)
    #expect(polygons.count > 20)
    for polygon in polygons {
      var last = polygon.points[polygon.points.count - 1]
      for point in polygon.points {
        // Neighbours lie in one cell: a gap would be longer than its diagonal.
        let step = point - last
        #expect((step * step).sum() <= 2 + 1e-9)
        last = point
      }
    }
    // Every bin centre above the level is inside the region, every other outside.
    for j in 0..<n {
      for i in 0..<n {
        let centre = SIMD2(Double(i) + 0.5, Double(j) + 0.5)
        let inside = polygons.reduce(false) { $0 != $1.contains(centre) }
        #expect(inside == (values[j * n + i] >= 0.5))
      }
    }
  }

  @Test func smoothingKeepsFlatDensityFlat() {
    let grid = DensityGrid(
      x: 0...1, y: 0...1, nx: 12, ny: 12, values: Array(repeating: 3, count: 144))
    #expect(grid.smoothed(width: 2).values.allSatisfy { abs($0 - 3) < 1e-12 })
  }
}
