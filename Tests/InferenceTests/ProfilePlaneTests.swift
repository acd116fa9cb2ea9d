import Foundation
import Inference
import Likelihoods
import NumericalCore
import Statistics
import Testing

@Suite struct ProfilePlaneTests {
  private static let rho = 0.6
  private func density() throws -> Pointwise {
    // Widths 1 and 0.5, correlation 0.6, and a third parameter that follows both.
    let covariance = Matrix(
      rows: 3, columns: 3, elements: [1, 0.3, 0.4, 0.3, 0.25, 0.2, 0.4, 0.2, 1])
    let inverse = try #require(Cholesky(covariance)?.inverse)
    return try Pointwise.gaussian(
      [
        Parameter(name: "a", role: .parameterOfInterest), Parameter(name: "b", scale: 0.5),
        Parameter(name: "c"),
      ], mean: [1, 2, -1], precision: (0..<3).map { inverse.row($0) })
  }

  private func t(_ p: SIMD2<Double>) -> Double {
    let (u, v) = (p.x - 1, (p.y - 2) / 0.5)
    return (u * u - 2 * Self.rho * u * v + v * v) / (1 - Self.rho * Self.rho)
  }

  @Test func contoursOfACorrelatedGaussianAreExact() throws {
    let x = (0..<17).map { 1 + (Double($0) - 8) * 0.4 }
    let y = (0..<19).map { 2 + (Double($0) - 9) * 0.2 }
    let plane = try ProfilePlane(of: density(), along: ("a", "b"), at: x, y)
    #expect(plane.isValid && plane.fits.count == 17 * 19)
    for (j, b) in y.enumerated() {
      for (i, a) in x.enumerated() {
        #expect(abs(plane.testStatistic[j * 17 + i] - t(SIMD2(a, b))) < 1e-8)
      }
    }
    let contours = try plane.contours()
    #expect(contours.count == 2)
    for (contour, level) in zip(contours, [2.295749, 6.180074]) {
      #expect(contour.isClosed && abs(contour.level - level) < 1e-3 && contour.points.count > 20)
      for point in contour.points { #expect(abs(t(point) - contour.level) < 1e-6) }
    }
    // A scan that ends inside the region: an open line.
    let cut = try ProfilePlane(of: density(), along: ("a", "b"), at: Array(x[8...]), y)
    let open = try cut.contours(at: [.oneSigma])
    #expect(open.count == 1 && !open[0].isClosed)
    for point in open[0].points { #expect(abs(t(point) - open[0].level) < 1e-6 && point.x >= 1) }
  }

  @Test func badInput() throws {
    let density = try density()
    #expect(throws: FitError.self) {
      try ProfilePlane(of: density, along: ("a", "a"), at: [0, 1], [0, 1])
    }
    #expect(throws: FitError.self) {
      try ProfilePlane(of: density, along: ("a", "b"), at: [0], [0, 1])
    }
    #expect(throws: ParameterError.self) {
      try ProfilePlane(of: density, along: ("a", "z"), at: [0, 1], [0, 1])
    }
    #expect(throws: FitError.self) { try ProfileScan(of: density, along: "a", at: []) }
  }
}

@Suite struct ProfileIntervalTests {
  /// t = 10 (x² - 1)²/2…: two ranges around ±1.
  @Test func disjointRanges() throws {
    let density = try Pointwise([
      Parameter(name: "x", role: .parameterOfInterest, initial: 0.9, lower: -3, upper: 3),
      Parameter(name: "y"),
    ]) { x in
      let w = x[0] * x[0] - 1
      return (-5 * w * w - 0.5 * x[1] * x[1], [-20 * x[0] * w, -x[1]])
    }
    let scan = try ProfileScan(
      of: density, along: "x", at: (0...40).map { -2 + 0.1 * Double($0) })
    let (found, isValid) = try scan.intervals(at: 1, of: density)
    // 10 (x² - 1)² = 1: x² = 1 ± √0.1.
    let (inner, outer) = ((1 - 0.1.squareRoot()).squareRoot(), (1 + 0.1.squareRoot()).squareRoot())
    #expect(isValid && found.count == 2)
    for (range, ends) in zip(found, [(-outer, -inner), (inner, outer)]) {
      #expect(abs((range.lower ?? .nan) - ends.0) < 1e-5)
      #expect(abs((range.upper ?? .nan) - ends.1) < 1e-5)
    }
    let coarse = scan.intervals(at: 1)
    #expect(coarse.count == 2 && abs((coarse[1].upper ?? .nan) - outer) < 0.01)
    // Above the barrier at 0, t = 10, there is one range; beyond the scan none ends.
    #expect(try scan.intervals(at: 11, of: density).intervals.count == 1)
    #expect(scan.intervals(at: 1000) == [ProfileInterval(lower: nil, upper: nil)])
  }

  @Test func toySearch() throws {
    let search = ToyLHCSearch()
    let scan = try ProfileScan(
      of: search, along: "mu", at: (0...10).map { -0.9 + 0.19 * Double($0) })
    for (level, ends) in [
      (1.0, (-0.397384, 0.375749)), (4, (-0.799735, 0.743745)), (3.8415, (-0.783255, 0.729274)),
    ] {
      let found = try scan.intervals(at: level, of: search)
      #expect(found.isValid && found.intervals.count == 1)
      #expect(abs((found.intervals[0].lower ?? .nan) - ends.0) < 1e-5)
      #expect(abs((found.intervals[0].upper ?? .nan) - ends.1) < 1e-5)
    }
  }

  @Test func samplesInBins() {
    let statistic = SampledTestStatistic(
      parameter: [0.1, 0.12, 0.31, 0.5, -1], logDensities: [-3, -2, -1.5, -1, -9],
      at: [0.1, 0.3, 0.7], width: 0.05)
    #expect(statistic.draws == [2, 1, 0])
    #expect(statistic.t == [2, 1, nil])
  }
}
