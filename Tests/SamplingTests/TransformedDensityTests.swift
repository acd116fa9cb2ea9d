import Foundation
import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

@Suite struct TransformedDensityTests {
  private static let maps: [BoundMap] = [
    .identity, .lower(-2), .upper(3), .interval(-1, 5), .interval(1e-10, 10),
  ]

  @Test(arguments: maps) func derivatives(_ map: BoundMap) {
    for y in stride(from: -6.03, through: 6, by: 0.67) {
      let h = 1e-5
      let (here, above, below) = (
        map.parameter(at: y), map.parameter(at: y + h), map.parameter(at: y - h)
      )
      let slope = (above.value - below.value) / (2 * h)
      #expect(abs(here.slope - slope) < 1e-8 * (1 + abs(slope)))
      #expect(abs(here.logSlope - log(abs(slope))) < 1e-6)
      let derivative = (above.logSlope - below.logSlope) / (2 * h)
      #expect(abs(here.logSlopeDerivative - derivative) < 1e-8)
      #expect(abs(map.coordinate(of: here.value, margin: 1e-300) - y) < 1e-8)
    }
  }

  /// Far out nothing overflows, and parameters stay inside their bounds.
  @Test(arguments: maps.dropFirst()) func tails(_ map: BoundMap) {
    for y in [-800.0, -50, 50, 700] {
      let place = map.parameter(at: y)
      #expect(place.logSlope.isFinite && place.logSlopeDerivative.isFinite)
      switch map {
      case .identity: break
      case .lower(let a): #expect(place.value >= a)
      case .upper(let b): #expect(place.value <= b)
      case .interval(let a, let b): #expect(a <= place.value && place.value <= b)
      }
    }
  }

  /// Points on closed bounds, or beyond, are moved inside.
  @Test func startsOnBounds() throws {
    let density = TransformedDensity(BoundedBox(), handling: .always)
    let starts = Matrix<Double>(rows: [[0, 2, 1], [-1, 3, 5], [1, 1, 4]], columns: 3)
    let y = density.coordinates(of: starts)
    #expect(y.elements.allSatisfy { $0.isFinite })
    let x = density.points(at: y)
    for row in 0..<3 {
      #expect(x[row, 0] > 0 && x[row, 1] < 2 && x[row, 2] > 1 && x[row, 2] < 4)
    }
    #expect(abs(x[0, 0] - 0.01) < 1e-12)  // a hundredth of the scale
    // A sampler takes those on bounds; those beyond are mistakes.
    let sampler = NoUTurnSampler(
      chains: 3, drawsPerChain: 4, warmUpSteps: 20, bounds: .always)
    #expect(throws: SamplingError.notFiniteAtStart(walker: 1, value: -.infinity)) {
      try sampler.sample(BoundedBox(), from: starts)
    }
    let closed = Matrix<Double>(rows: [[0, 2, 1], [0, 2, 4], [1, 1, 4]], columns: 3)
    let chains = try sampler.sample(BoundedBox(), from: closed)
    #expect((0..<12).allSatisfy { density.base.parameters.contains(chains.positions.row($0)) })
  }

  @Test func gradients() {
    let density = TransformedDensity(BoundedBox(), handling: .always)
    #expect(density.parameters.names == ["a", "b", "c"])
    #expect(density.parameters.parameters.allSatisfy { $0.lower == -.infinity })
    let point = [0.4, -1.2, 0.7]
    let (values, gradients) = density.logDensitiesAndGradients(
      at: Matrix(rows: 1, columns: 3, elements: point))
    // ln p(x(y)) + Σ ln |dx/dy| by hand.
    let (x0, x1) = (exp(0.4), 2 - exp(-1.2))
    let share = 1 / (1 + exp(-0.7))
    let x2 = 1 + 3 * share
    let expected =
      -x0 * x0 / 2 - x1 * x1 / 2 - x2 + 0.4 - 1.2 + log(3 * share * (1 - share))
    #expect(abs(values[0] - expected) < 1e-13)
    for k in 0..<3 {
      var (above, below) = (point, point)
      above[k] += 1e-5
      below[k] -= 1e-5
      let slope = (density.logDensity(at: above) - density.logDensity(at: below)) / 2e-5
      #expect(abs(gradients[0, k] - slope) < 1e-8)
    }
  }

  @Test func handling() {
    let space = space([
      Parameter(name: "near", initial: 1, lower: 0), Parameter(name: "far", lower: -10, upper: 9),
      Parameter(name: "free"),
    ])
    #expect(BoundHandling.rejected.maps(for: space).allSatisfy { $0 == .identity })
    #expect(
      BoundHandling.always.maps(for: space) == [.lower(0), .interval(-10, 9), .identity])
    #expect(
      BoundHandling.near(scales: 5).maps(for: space) == [.lower(0), .identity, .identity])
  }

  /// The covariance of a fit is mapped by the slopes where it holds.
  @Test func metricOfAFit() throws {
    let density = TransformedDensity(BoundedBox(), handling: .always)
    let covariance = Matrix<Double>(
      rows: [[0.04, 0.01, 0], [0.01, 0.09, 0], [0, 0, 1]], columns: 3)
    let point = [0.25, 1.5, 2]
    let place = density.coordinates(of: Matrix(rows: 1, columns: 3, elements: point))
    let slopes = (0..<3).map { density.maps[$0].parameter(at: place[0, $0]).slope }
    guard case .dense(let lower) = try density.metric(covariance: covariance, at: point) else {
      Issue.record("the metric is not dense")
      return
    }
    for i in 0..<3 {
      for j in 0..<3 {
        let product = (0..<3).reduce(0) { $0 + lower[i, $1] * lower[j, $1] }
        #expect(abs(product - covariance[i, j] / (slopes[i] * slopes[j])) < 1e-12)
      }
    }
    #expect(throws: SamplingError.self) {
      try density.metric(covariance: Matrix(rows: 3, columns: 3, repeating: 1), at: point)
    }
    // With it as the only metric the draws are right.
    var sampler = NoUTurnSampler(chains: 64, drawsPerChain: 400, warmUpSteps: 100, bounds: .always)
    sampler.warmUp.metric = .fixed
    let chains = try sampler.sample(BoundedBox(), covariance: covariance, at: point)
    let halfNormal = chains.positions.column(0)
    let mean = halfNormal.reduce(0, +) / Double(halfNormal.count)
    #expect(abs(mean - (2 / Double.pi).squareRoot()) < 0.03, "\(mean)")
  }

  /// A rejected transition repeats the point bit for bit, and what is kept is the density of the
  /// parameters, without slopes.
  @Test func keepsWhatDoesNotMove() throws {
    let density = TransformedDensity(BoundedBox(), handling: .always)
    // Most steps of this length are rejected.
    let kernel = TransformedKernel(
      HamiltonianKernel(
        density, metric: .diagonal([1, 1, 1]), stepSize: 2.6, trajectoryLength: 2.6, seed: 3))
    var state = try kernel.initialState(
      Matrix(rows: (0..<40).map { [0.1 + 0.05 * Double($0), 0.3, 2] }, columns: 3))
    var repeated = 0
    for number in 1...20 {
      let before = state
      _ = try kernel.step(&state, number: number)
      let values = BoundedBox().logDensities(at: state.positions)
      for walker in 0..<40 {
        #expect(abs(values[walker] - state.logDensities[walker]) < 1e-10)
        if before.positions.row(walker) == state.positions.row(walker) {
          repeated += 1
          #expect(before.logDensities[walker] == state.logDensities[walker])
        } else {
          #expect(before.positions[walker, 0] != state.positions[walker, 0])
          #expect(abs(before.positions[walker, 0] - state.positions[walker, 0]) > 1e-12)
        }
      }
    }
    #expect(repeated > 50)
  }
}

/// a > 0 half normal, b < 2 normal, c in [1, 4] exponential.
struct BoundedBox: PointwiseDensity {
  let parameters = space([
    Parameter(name: "a", initial: 1, lower: 0), Parameter(name: "b", upper: 2),
    Parameter(name: "c", initial: 2, lower: 1, upper: 4),
  ])

  func valueAndGradient(_ x: [Double], _ gradient: inout [Double]) -> Double {
    gradient = [-x[0], -x[1], -1]
    return -0.5 * (x[0] * x[0] + x[1] * x[1]) - x[2]
  }
}
