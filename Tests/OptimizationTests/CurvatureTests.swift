import Foundation
import NumericalCore
import Optimization
import Testing

/// exp(a x) + x y² + ½ z² with its exact derivatives.
private let curved = pointwise(3) { x in
  let e = exp(0.7 * x[0])
  return (
    e + x[0] * x[1] * x[1] + 0.5 * x[2] * x[2],
    [0.7 * e + x[1] * x[1], 2 * x[0] * x[1], x[2]]
  )
}

private func exactHessian(_ x: [Double]) -> [[Double]] {
  [[0.49 * exp(0.7 * x[0]), 2 * x[1], 0], [2 * x[1], 2 * x[0], 0], [0, 0, 1]]
}

@Suite struct DifferencedHessianTests {
  private let point = [0.8, -0.4, 0.3]

  @Test func centralDifferencesAgreeWithTheExactHessian() throws {
    let hessian = try #require(
      try DifferencedHessian.evaluate(
        curved, at: point, free: [0, 1, 2], box: box(3), steps: [1e-4, 1e-4, 1e-4]))
    let exact = exactHessian(point)
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(hessian[i, j] - exact[i][j]) < 1e-8) }
    }
  }

  @Test func freeCoordinatesChooseRowsAndColumns() throws {
    let hessian = try #require(
      try DifferencedHessian.evaluate(
        curved, at: point, free: [2, 0], box: box(3), steps: [1e-4, 1e-4, 1e-4]))
    let exact = exactHessian(point)
    #expect(hessian.rows == 2 && abs(hessian[0, 0] - 1) < 1e-8)
    #expect(abs(hessian[1, 1] - exact[0][0]) < 1e-8 && abs(hessian[0, 1]) < 1e-8)
  }

  /// At a wall, with an undefined function behind it: one-sided and still of second order.
  @Test func oneSidedAtWalls() throws {
    for (wall, sign) in [(0.8, 1.0), (0.8, -1.0)] {
      let walled = pointwise(3) { x in
        guard sign * (x[0] - wall) >= 0 else { return (.infinity, [0, 0, 0]) }
        let values = try curved(Matrix(rows: 1, columns: 3, elements: x))
        return (values.values[0], values.gradients.row(0))
      }
      var limits = box(3)
      if sign > 0 { limits.lower[0] = wall } else { limits.upper[0] = wall }
      let hessian = try #require(
        try DifferencedHessian.evaluate(
          walled, at: point, free: [0, 1, 2], box: limits, steps: [1e-4, 1e-4, 1e-4]))
      let exact = exactHessian(point)
      for i in 0..<3 {
        for j in 0..<3 { #expect(abs(hessian[i, j] - exact[i][j]) < 1e-7) }
      }
      // Negative control: without the box the steps fall behind the wall.
      let blind = try DifferencedHessian.evaluate(
        walled, at: point, free: [0, 1, 2], box: box(3), steps: [1e-4, 1e-4, 1e-4])
      #expect(blind == nil)
    }
  }
}

@Suite struct NewtonRefinementTests {
  @Test func oneStepSolvesAQuadratic() throws {
    let objective = quadratic([[4, 1], [1, 3]], [1, 2])
    let result = try NewtonRefinement().refine(
      objective, from: [0.5, -0.5], box: box(2), scale: [1, 1])
    #expect(abs(result.point[0] - 1.0 / 11) < 1e-12 && abs(result.point[1] - 7.0 / 11) < 1e-12)
    #expect(result.edm < 1e-14)
  }

  /// ½ gᵀ H⁻¹ g is the exact height above the minimum of a quadratic.
  @Test func edmIsTheHeightAboveTheMinimum() throws {
    let objective = quadratic([[4, 1], [1, 3]], [1, 2])
    let start = [0.3, 0.1]
    let bottom = try objective(Matrix(rows: 1, columns: 2, elements: [1.0 / 11, 7.0 / 11])).values[
      0]
    let height =
      try objective(Matrix(rows: 1, columns: 2, elements: start)).values[0] - bottom
    let result = try NewtonRefinement(maximumSteps: 0).refine(
      objective, from: start, box: box(2), scale: [1, 1])
    #expect(result.point == start)
    #expect(abs(result.edm - height) < 1e-8)
    // The distance belongs to the point that is returned, also when the steps run out.
    let moved = try NewtonRefinement(maximumSteps: 1).refine(
      objective, from: start, box: box(2), scale: [1, 1])
    #expect(moved.edm < 1e-12)
  }

  @Test func activeBoundsLeaveTheHessian() throws {
    let objective = quadratic([[2, 0.5], [0.5, 1]], [5, 0.2])
    let result = try NewtonRefinement().refine(
      objective, from: [1, 0], box: box(2, -1, 1), scale: [1, 1])
    #expect(result.free == [1])
    #expect(result.hessian?.rows == 1)
    #expect(abs(result.point[1] + 0.3) < 1e-10 && result.point[0] == 1)
  }

  @Test func withoutCurvatureTheEdmIsInfinite() throws {
    let saddle = try NewtonRefinement(maximumSteps: 0).refine(
      quadratic([[1, 0], [0, -1]], [0, 0]), from: [0, 0], box: box(2), scale: [1, 1])
    #expect(saddle.edm == .infinity)
    #expect(saddle.hessian != nil)
    #expect(saddle.curvature?.inertia == .init(positive: 1, zero: 0, negative: 1))
  }

  /// x⁴ - 2x² + y² has a saddle at the origin and minima of -1 at x = ±1.
  @Test func saddlePointsAreLeft() throws {
    let objective = pointwise(2) { x in
      let square = x[0] * x[0]
      return (square * square - 2 * square + x[1] * x[1], [4 * x[0] * (square - 1), 2 * x[1]])
    }
    for limits in [
      box(2), Box(lower: [0, -5], upper: [5, 5]), Box(lower: [-5, -5], upper: [0, 5]),
    ] {
      let result = try NewtonRefinement(maximumSteps: 25).refine(
        objective, from: [0, 0], box: limits, scale: [1, 1])
      #expect(
        abs(result.value + 1) < 1e-10 && result.edm < 1e-10,
        "\(limits): \(result.point), \(result.value), \(result.edm), \(result.gradient)")
      #expect(limits.projected(result.point) == result.point)
    }
  }

  /// Sixty of a hundred coordinates end on their bounds: the model is solved inside the box.
  @Test func manyBoundsInFewHessians() throws {
    let n = 100
    let objective = pointwise(n) { x in
      var value = 0.0
      var gradient = [Double](repeating: 0, count: n)
      let sum = x.reduce(0, +)
      for k in x.indices {
        let target = k < 60 ? 3.0 : 0.2
        value += 0.5 * (x[k] - target) * (x[k] - target)
        gradient[k] = x[k] - target + 0.01 * sum
      }
      return (value + 0.005 * sum * sum, gradient)
    }
    let result = try NewtonRefinement().refine(
      objective, from: Array(repeating: -0.5, count: n), box: box(n, -1, 1),
      scale: Array(repeating: 1, count: n))
    #expect(result.point.filter { $0 == 1 }.count == 60 && result.free.count == 40)
    #expect(result.edm < 1e-14)
    // 40 free: x - 0.2 + 0.01 (60 + 40 x) = 0.
    #expect(abs(result.point[99] - (0.2 - 0.6) / 1.4) < 1e-10)
  }

  @Test func coordinatesWithoutEffectAreListed() throws {
    let objective = pointwise(3) { x in
      ((x[0] - 1) * (x[0] - 1) + x[2] * x[2], [2 * (x[0] - 1), 0, 2 * x[2]])
    }
    let result = try NewtonRefinement().refine(
      objective, from: [0, 7, 1], box: box(3), scale: [1, 1, 1])
    #expect(result.curvature?.withoutEffect == [1] && result.free == [0, 2])
    #expect(result.point[1] == 7 && result.edm < 1e-14)
  }

  /// Widths of 1e-6 and 1e3 beside each other; the exact Hessian takes the place of differences.
  @Test func exactHessianOfUnequalWidths() throws {
    let objective = Objective(
      dimension: 2,
      hessian: { _ in Matrix(rows: 2, columns: 2, elements: [1e12, 5, 5, 1e-6]) }
    ) { points, values, gradients in
      for i in 0..<points.rows {
        let (a, b) = (points[i, 0] - 3e-6, points[i, 1] - 2)
        values[i] = 0.5e12 * a * a + 5 * a * b + 0.5e-6 * b * b
        gradients.setRow(i, to: [1e12 * a + 5 * b, 5 * a + 1e-6 * b])
      }
    }
    let result = try NewtonRefinement().refine(
      objective, from: [1e-3, 400], box: box(2), scale: [1, 1])
    #expect(abs(result.point[0] - 3e-6) < 1e-12 && abs(result.point[1] - 2) < 1e-5)
    #expect(result.edm < 1e-12 && result.evaluations < 12)
  }

  @Test func nothingFreeIsAMinimum() throws {
    let result = try NewtonRefinement().refine(
      rosenbrock(2), from: [0.5, 0.5], box: box(2, 0.5, 0.5), scale: [1, 1])
    #expect(result.edm == 0 && result.free.isEmpty && result.hessian == nil)
  }
}

@Suite struct FitCertificateTests {
  private func certificate(
    gradient: Double = 1e-7, edm: Double = 1e-12, positive: Int = 3, zero: Int = 0,
    negative: Int = 0
  ) -> FitCertificate {
    FitCertificate(
      projectedGradient: gradient, edm: edm,
      hessianInertia: .init(positive: positive, zero: zero, negative: negative),
      startOutcomes: .init(minima: [.init(height: 0, starts: 1)]), evaluations: 10)
  }

  @Test func everyConditionCounts() throws {
    #expect(certificate().isValid)
    #expect(!certificate(gradient: 0.1).isValid)
    #expect(!certificate(gradient: .nan).isValid)
    #expect(!certificate(edm: 1e-4).isValid)
    #expect(!certificate(edm: .infinity).isValid)
    #expect(!certificate(edm: .nan).isValid)
    #expect(!certificate(zero: 1).isValid)
    #expect(!certificate(negative: 1).isValid)
  }

  @Test func roundTrip() throws {
    let value = certificate(zero: 1)
    let copy = try JSONDecoder().decode(
      FitCertificate.self, from: JSONEncoder().encode(value))
    #expect(copy == value)
  }
}
