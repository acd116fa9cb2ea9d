import Foundation
import NumericalCore
import Optimization
import Testing

/// ½ xᵀ A x - bᵀ x.
func quadratic(_ matrix: [[Double]], _ linear: [Double]) -> Objective {
  pointwise(linear.count) { x in
    let product = matrix.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    var value = 0.0
    for k in x.indices { value += x[k] * (0.5 * product[k] - linear[k]) }
    return (value, zip(product, linear).map { $0 - $1 })
  }
}

/// An objective from a function of one point.
func pointwise(
  _ dimension: Int, _ function: @escaping @Sendable ([Double]) throws -> (Double, [Double])
) -> Objective {
  Objective(dimension: dimension) { points, values, gradients in
    for i in 0..<points.rows {
      let (value, gradient) = try function(points.row(i))
      values[i] = value
      gradients.setRow(i, to: gradient)
    }
  }
}

func rosenbrock(_ dimension: Int) -> Objective {
  pointwise(dimension) { x in
    var value = 0.0
    var gradient = [Double](repeating: 0, count: x.count)
    for k in 0..<x.count - 1 {
      let residual = x[k + 1] - x[k] * x[k]
      value += 100 * residual * residual + (1 - x[k]) * (1 - x[k])
      gradient[k] += -400 * x[k] * residual - 2 * (1 - x[k])
      gradient[k + 1] += 200 * residual
    }
    return (value, gradient)
  }
}

/// Everywhere between `lower` and `upper`, or without bounds.
func box(_ dimension: Int, _ lower: Double = -.infinity, _ upper: Double = .infinity) -> Box {
  Box(
    lower: Array(repeating: lower, count: dimension),
    upper: Array(repeating: upper, count: dimension))
}

/// Minima found by scipy's L-BFGS-B; see `Reference/make_reference.py`.
private struct Reference: Decodable {
  struct Quadratic: Decodable {
    let matrix: [[Double]]
    let linear: [Double]
    let lower: [Double]
    let upper: [Double]
    let start: [Double]
    let point: [Double]
    let value: Double
    let active: [Int]
  }
  struct Valley: Decodable {
    let lower: Double
    let upper: Double
    let start: [Double]
    let point: [Double]
    let value: Double
  }
  let quadratics: [Quadratic]
  let rosenbrock: [Valley]

  static func load() throws -> Reference {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Reference/minima.json")
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }
}

@Suite struct BoundedQuasiNewtonTests {
  private func minimum(
    _ objective: Objective, from start: [Double], in box: Box, scale: [Double]? = nil,
    search: BoundedQuasiNewton = .init(maximumRounds: 3000, gradientTolerance: 1e-6)
  ) throws -> BoundedQuasiNewton.Minimum {
    try search.minimize(
      objective, starts: Matrix(rows: 1, columns: start.count, elements: start), boxes: [box],
      scale: scale ?? Array(repeating: 1, count: start.count))[0]
  }

  /// Separable: the minimum is the projection of the unbounded one.
  @Test func separableQuadraticProjects() throws {
    let found = try minimum(
      quadratic([[2, 0, 0], [0, 1, 0], [0, 0, 50]], [4, -3, 10]), from: [0, 0, 0],
      in: box(3, -1, 1))
    #expect(found.converged)
    #expect(found.point[0] == 1 && found.point[1] == -1)
    #expect(abs(found.point[2] - 0.2) < 1e-7)
  }

  @Test func boundedQuadraticsAgreeWithScipy() throws {
    let reference = try Reference.load()
    #expect(reference.quadratics.count == 9)
    for problem in reference.quadratics {
      let found = try minimum(
        quadratic(problem.matrix, problem.linear), from: problem.start,
        in: Box(lower: problem.lower, upper: problem.upper))
      #expect(found.converged)
      #expect(abs(found.value - problem.value) < 1e-10)
      for (a, b) in zip(found.point, problem.point) { #expect(abs(a - b) < 1e-5) }
      let active = found.point.indices.filter {
        found.point[$0] <= problem.lower[$0] || found.point[$0] >= problem.upper[$0]
      }
      #expect(active == problem.active)
    }
  }

  @Test func rosenbrockValleysAgreeWithScipy() throws {
    for valley in try Reference.load().rosenbrock {
      let d = valley.start.count
      let found = try minimum(
        rosenbrock(d), from: valley.start, in: box(d, valley.lower, valley.upper))
      // Rounding of values near 55 limits the gradient to about 1e-6.
      #expect(
        found.converged || valley.value > 50, "between \(valley.lower) and \(valley.upper)")
      #expect(abs(found.value - valley.value) < 1e-9 * max(1, valley.value))
      for (a, b) in zip(found.point, valley.point) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test func scaleIsWhatMakesUnitsEqual() throws {
    // Curvatures of 1e12 : 1; in units of the widths it is a sphere.
    let objective = quadratic([[1e12, 0], [0, 1]], [1e6, 1])
    let found = try minimum(objective, from: [1e-4, 100], in: box(2), scale: [1e-6, 1])
    #expect(found.converged && found.evaluations < 30)
    #expect(abs(found.point[0] - 1e-6) < 1e-12 && abs(found.point[1] - 1) < 1e-6)
  }

  /// x - 2 ln(x - 1) - …: undefined at and below 1, with the minimum at 3, close to nothing.
  @Test func wallsAreSteppedBackFrom() throws {
    let objective = pointwise(2) { x in
      guard x[0] > 1 else { return (.infinity, [0, 0]) }
      let y = x[1] - x[0]
      return (x[0] - 2 * log(x[0] - 1) + y * y, [1 - 2 / (x[0] - 1) - 2 * y, 2 * y])
    }
    for start in [[1.0001, 0.0], [40, -40], [2, 7]] {
      let found = try minimum(objective, from: start, in: box(2))
      #expect(found.converged, "from \(start)")
      #expect(abs(found.point[0] - 3) < 1e-5 && abs(found.point[1] - 3) < 1e-5)
    }
  }

  @Test func undefinedStartIsNoMinimum() throws {
    let objective = pointwise(1) { x in
      x[0] > 0 ? ((x[0] - 1) * (x[0] - 1), [2 * (x[0] - 1)]) : (.infinity, [0])
    }
    let minima = try BoundedQuasiNewton().minimize(
      objective, starts: Matrix(rows: 3, columns: 1, elements: [-1, 3, -2]),
      boxes: Array(repeating: box(1), count: 3), scale: [1])
    #expect(!minima[0].converged && minima[0].value == .infinity && minima[0].evaluations == 1)
    #expect(minima[1].converged && abs(minima[1].point[0] - 1) < 1e-5)
    #expect(!minima[2].converged)
  }

  @Test func nanIsAWallToo() throws {
    let found = try minimum(
      pointwise(1) { x in (x[0] - log(x[0]), [1 - 1 / x[0]]) }, from: [9], in: box(1))
    #expect(found.converged && abs(found.point[0] - 1) < 1e-6)
  }

  @Test func pinnedCoordinatesStay() throws {
    let found = try minimum(
      rosenbrock(4), from: [0, 0, 0, 0], in: box(4, -2, 2).pinning(2, to: 0.25))
    #expect(found.point[2] == 0.25)
    // The valley's floor leads through the pin: x₂ = x₁² and x₃ = x₂² up to the weaker terms.
    #expect(abs(found.point[1] * found.point[1] - 0.25) < 0.02)
    #expect(abs(found.point[3] - 0.0625) < 1e-6)
    #expect(found.converged)
  }

  /// Every accepted step goes down, also where the box cuts a quasi-Newton step so that its slope
  /// turns positive.
  @Test func neverEndsAboveItsStart() throws {
    var random = RandomStream(seed: 3, purpose: "boxes").sequence()
    for _ in 0..<200 {
      let d = 6
      let factor = (0..<d).map { _ in (0..<d).map { _ in random.normal() } }
      let matrix = (0..<d).map { i in
        (0..<d).map { j in
          zip(factor[i], factor[j]).reduce(i == j ? 1e-3 : 0) { $0 + $1.0 * $1.1 }
        }
      }
      let objective = quadratic(matrix, (0..<d).map { _ in 3 * random.normal() })
      let start = (0..<d).map { _ in random.uniform(-1, 1) }
      let before = try objective(Matrix(rows: 1, columns: d, elements: start)).values[0]
      let found = try minimum(objective, from: start, in: box(d, -1, 1))
      #expect(found.value <= before)
      #expect(found.converged)
      #expect(found.point.allSatisfy { (-1...1).contains($0) })
    }
  }

  @Test func startsAreIndependentOfTheirCompany() throws {
    let starts = [[-1.2, 1.0, 0.3], [0, 0, 0], [2, -2, 1]]
    let together = try BoundedQuasiNewton().minimize(
      rosenbrock(3), starts: Matrix(rows: starts, columns: 3),
      boxes: Array(repeating: box(3), count: 3), scale: [1, 1, 1])
    for (start, joint) in zip(starts, together) {
      let alone = try minimum(rosenbrock(3), from: start, in: box(3), search: .init())
      #expect(alone.point == joint.point && alone.evaluations == joint.evaluations)
    }
  }

  @Test func tooFewRoundsAreNotConvergence() throws {
    let found = try minimum(
      rosenbrock(20), from: Array(repeating: -1, count: 20), in: box(20),
      search: .init(maximumRounds: 10))
    #expect(!found.converged && found.value.isFinite)
  }
}
