import Foundation
import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

@Suite struct NoUTurnTests {
  private func sample(
    _ density: some DifferentiableLogDensity, chains: Int = 64, draws: Int = 100,
    thinning: Int = 1, warmUp: Int = 250, target: Double = 0.8, bounds: BoundHandling = .always
  ) throws -> Chains {
    try NoUTurnSampler(
      chains: chains, drawsPerChain: draws, thinning: thinning, warmUpSteps: warmUp,
      targetAcceptance: target, bounds: bounds, seed: 11
    ).sample(density)
  }

  // MARK: warm-up and sampling

  @Test func autoregressiveGaussian() throws {
    let target = AutoregressiveGaussian(100, correlation: 0.9)
    let chains = try sample(target, chains: 128, draws: 250)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
    #expect(chains.divergences == 0)
    let summary = try chains.convergence()
    #expect(summary.isConverged, "\(summary.warnings)")
  }

  /// Standard deviations from 10⁻³ to 10³, correlated; the start is 1 wide.
  @Test func illConditionedGaussian() throws {
    let widths = (0..<25).map { pow(10, -3 + 0.25 * Double($0)) }
    let target = AutoregressiveGaussian(25, correlation: 0.8, widths: widths, startScale: 1)
    let chains = try sample(target, warmUp: 500)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func banana() throws {
    let target = Banana(4)
    let chains = try sample(target, thinning: 3, target: 0.9)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func mappedHalfNormals() throws {
    let target = HalfNormals(5)
    let chains = try sample(target)
    #expect(chains.positions.elements.allSatisfy { $0 > 0 })
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func wrongDensityFails() throws {
    let target = AutoregressiveGaussian(10, correlation: 0.5)
    let wrong = Altered(base: target) { value, gradient in
      value /= 1.05 * 1.05
      for k in gradient.indices { gradient[k] /= 1.05 * 1.05 }
    }
    #expect(try !DistributionCheck(try sample(wrong), target).passes)
  }

  /// Neal's funnel: v ~ N(0, 3), nine x ~ N(0, e^{v/2}). Its neck is out of reach for any step
  /// size: v is nearly right, and the divergences say why not quite.
  @Test func funnel() throws {
    let chains = try sample(Funnel(), draws: 400, warmUp: 500, target: 0.95)
    let v = chains.positions.column(0)
    let mean = v.reduce(0, +) / Double(v.count)
    let deviation = (v.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(v.count)).squareRoot()
    #expect(abs(mean) < 0.6, "\(mean)")
    #expect(abs(deviation - 3) < 0.6, "\(deviation)")
    #expect(chains.divergences > 0)
  }

  // MARK: the kernel

  @Test func trajectoryStatistics() throws {
    let target = AutoregressiveGaussian(20, correlation: 0)
    let kernel = NoUTurnKernel(
      target, metric: .diagonal(Array(repeating: 1, count: 20)), stepSize: 0.3, seed: 1)
    var state = try kernel.initialState(target.exactDraws(100, seed: 2))
    for number in 1...5 {
      let info = try kernel.plainStep(&state, number: number)
      #expect(info.divergences == 0)
      #expect(info.acceptance.allSatisfy { $0 > 0.6 && $0 <= 1 })
      let index = try #require(kernel.statisticNames.firstIndex(of: "energy"))
      for walker in 0..<100 {
        // H = -ln p + K with K > 0.
        #expect(info.statistics[index][walker] > -state.logDensities[walker])
      }
    }
    // Leapfrog steps past half a circle, π / 0.3, and not past a whole one.
    let evaluations = try #require(try kernel.plainStep(&state, number: 6).evaluations)
    #expect(evaluations <= 100 * 31 && evaluations >= 100 * 7)
  }

  /// A step far too long diverges: that is counted, and nobody moves.
  @Test func divergencesAreCounted() throws {
    let target = AutoregressiveGaussian(5, correlation: 0)
    let kernel = NoUTurnKernel(
      target, metric: .diagonal(Array(repeating: 1, count: 5)), stepSize: 100, seed: 1)
    var state = try kernel.initialState(target.exactDraws(50, seed: 2))
    let before = state.positions
    let info = try kernel.plainStep(&state, number: 1)
    #expect(info.divergences == 50)
    #expect(state.positions == before)
  }

  @Test func notANumberIsAnError() throws {
    let target = Altered(base: AutoregressiveGaussian(3, correlation: 0)) { value, _ in
      if value < -1 { value = .nan }
    }
    let kernel = NoUTurnKernel(target, metric: .diagonal([1, 1, 1]), stepSize: 0.3, seed: 1)
    var state = try kernel.initialState(Matrix(rows: [[0.1, 0.1, 0.1]], columns: 3))
    #expect(throws: SamplingError.self) {
      for number in 1...50 { _ = try kernel.step(&state, number: number) }
    }
  }

  /// Equal seeds give equal numbers, whatever the number of threads; dense metrics included.
  @Test func threads() throws {
    let before = Threads.count
    defer { Threads.setCount(before) }
    func run(_ count: Int) throws -> Chains {
      Threads.setCount(count)
      return try sample(AutoregressiveGaussian(40, correlation: 0.9), chains: 150, draws: 5)
    }
    let (one, three) = (try run(1), try run(3))
    #expect(one.positions == three.positions)
    #expect(one.logDensities == three.logDensities)
  }

  // MARK: schedules

  @Test func windowsOfStan() {
    func lengths(_ steps: Int) -> [Int] { WarmUp.windowed(steps: steps).stages.map(\.steps) }
    #expect(lengths(1000) == [75, 25, 50, 100, 200, 500, 50])
    #expect(lengths(150) == [75, 25, 50])
    #expect(lengths(100) == [15, 25, 50, 10] || lengths(100) == [15, 75, 10])
    #expect(lengths(10) == [10])
    for steps in 1...300 { #expect(lengths(steps).reduce(0, +) == steps) }
    let stages = WarmUp.windowed(steps: 1000).stages
    #expect(stages.map(\.adaptsMetric) == [false, true, true, true, true, true, false])
  }
}

/// Neal's funnel.
struct Funnel: PointwiseDensity {
  let parameters = testSpace(10)

  func valueAndGradient(_ x: [Double], _ gradient: inout [Double]) -> Double {
    let precision = exp(-x[0])
    var squares = 0.0
    for k in 1..<10 {
      squares += x[k] * x[k]
      gradient[k] = -x[k] * precision
    }
    gradient[0] = -x[0] / 9 - 4.5 + 0.5 * precision * squares
    return -x[0] * x[0] / 18 - 4.5 * x[0] - 0.5 * precision * squares
  }
}
