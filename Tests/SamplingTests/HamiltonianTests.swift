import Foundation
import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

@Suite struct HamiltonianTests {
  private func sample(
    _ density: some DifferentiableLogDensity, chains: Int = 256, draws: Int = 100,
    thinning: Int = 1, warmUp: Int = 150
  ) throws -> Chains {
    try HamiltonianSampler(
      chains: chains, drawsPerChain: draws, thinning: thinning, warmUpSteps: warmUp, seed: 11
    ).sample(density)
  }

  @Test func autoregressiveGaussian() throws {
    let target = AutoregressiveGaussian(100, correlation: 0.9)
    let chains = try sample(target, draws: 250)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
    #expect(chains.divergences == 0)
    let summary = try chains.convergence()
    #expect(summary.isConverged, "\(summary.warnings)")
  }

  /// Standard deviations from 10⁻³ to 10³, correlated; the start is 10³ wide.
  @Test func illConditionedGaussian() throws {
    let widths = (0..<25).map { pow(10, -3 + 0.25 * Double($0)) }
    let target = AutoregressiveGaussian(25, correlation: 0.8, widths: widths, startScale: 1)
    let chains = try sample(target, warmUp: 600)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func halfNormals() throws {
    let target = HalfNormals(5)
    let chains = try sample(target, thinning: 2)
    #expect(chains.positions.elements.allSatisfy { $0 > 0 })
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func banana() throws {
    let target = Banana(4)
    let chains = try sample(target, thinning: 5, warmUp: 300)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  /// With few chains the covariance of a short window is not known; the metric is then diagonal.
  @Test func fewChains() throws {
    let target = AutoregressiveGaussian(50, correlation: 0.5)
    let chains = try sample(target, chains: 8, draws: 1000, warmUp: 400)
    let check = try DistributionCheck(chains, target)
    #expect(check.worst.z < 10, "\(check)")  // t distribution of 7 degrees of freedom
    let summary = try chains.convergence()
    #expect(summary.isConverged, "\(summary.warnings)")
  }

  /// A wrong gradient costs acceptance, but the Metropolis step keeps the distribution.
  @Test func wrongGradientIsHarmless() throws {
    let target = AutoregressiveGaussian(10, correlation: 0.5)
    let wrong = Altered(base: target) { _, gradient in
      for k in gradient.indices { gradient[k] = 0.8 * gradient[k] + 0.1 }
    }
    let chains = try sample(wrong)
    let check = try DistributionCheck(chains, target)
    #expect(check.passes, "\(check)")
  }

  @Test func wrongDensityFails() throws {
    let target = AutoregressiveGaussian(10, correlation: 0.5)
    let wrong = Altered(base: target) { value, _ in value /= 1.03 * 1.03 }
    #expect(try !DistributionCheck(try sample(wrong), target).passes)
  }

  // MARK: the integrator

  private func flow(
    _ kernel: HamiltonianKernel<some DifferentiableLogDensity>, _ state: WalkerState, steps: Int
  ) throws -> (flow: LeapfrogFlow, kinetic: [Double]) {
    var flow = LeapfrogFlow(walkers: state.walkers, dimension: state.positions.columns)
    let kinetic = try kernel.run(
      &flow, from: state, number: 1, steps: steps, stepSize: kernel.stepSize)
    return (flow, kinetic)
  }

  @Test(arguments: [false, true], [11, 12])
  func trajectoriesAreReversible(dense: Bool, steps: Int) throws {
    let target = Banana(4)
    let start = target.exactDraws(100, seed: 4)
    let metric =
      dense
      ? try #require(Metric(covariance: start.covariance()))
      : .diagonal([2, 1, 1, 0.5])
    let kernel = HamiltonianKernel(target, metric: metric, stepSize: 0.1, seed: 1)
    let state = try kernel.initialState(start)
    var (flow, _) = try flow(kernel, state, steps: steps)
    // Turned round, the last kick and drift are what is undone first.
    for k in flow.velocities.elements.indices { flow.velocities.elements[k] *= -1 }
    let kicks = KickSchedule(steps: steps)
    for step in 0..<steps {
      flow.advance(stepSize: 0.1, kick: kicks.weight(step), mass: InverseMass(metric))
      target.evaluate(flow.positions, values: &flow.values, gradients: &flow.gradients)
    }
    for (a, b) in zip(flow.positions.elements, start.elements) {
      #expect(abs(a - b) < 1e-10 * (1 + abs(b)))
    }
  }

  /// At a fixed time the energy error falls by four when the step is halved.
  @Test(arguments: [false, true], [0, 1])
  func energyErrorIsQuadratic(dense: Bool, odd: Int) throws {
    let target = Banana(4)
    let start = target.exactDraws(400, seed: 4)
    let metric =
      dense
      ? try #require(Metric(covariance: start.covariance()))
      : .diagonal([2, 1, 1, 0.5])
    var kernel = HamiltonianKernel(target, metric: metric, stepSize: 0.05, seed: 1)
    let state = try kernel.initialState(start)
    var errors: [Double] = []
    for steps in [40, 80, 160] {
      kernel.stepSize = 1 / Double(steps + odd)
      let (flow, kinetic) = try flow(kernel, state, steps: steps + odd)
      let squares = kinetic.indices.map { i in
        let error = kinetic[i] - flow.values[i] + state.logDensities[i]
        return error * error
      }
      errors.append((squares.reduce(0, +) / Double(squares.count)).squareRoot())
    }
    #expect(abs(errors[0] / errors[1] - 4) < 0.6, "\(errors)")
    #expect(abs(errors[1] / errors[2] - 4) < 0.2, "\(errors)")
  }

  /// Two-stage steps have smaller energy errors in a Gaussian with fewer gradients (by matrices:
  /// 0.081 with four, leapfrog 0.161 with five), and the kicks of a trajectory last as long as its
  /// drifts.
  @Test func twoStageSteps() throws {
    let target = AutoregressiveGaussian(50, correlation: 0)
    let kernel = HamiltonianKernel(
      target, metric: .diagonal(Array(repeating: 1, count: 50)), stepSize: 0.5, seed: 1)
    let state = try kernel.initialState(target.exactDraws(400, seed: 4))
    // Both of length 1.5.
    let errors = try [5, 4].map { steps in
      let longer = HamiltonianKernel(
        target, metric: kernel.metric, stepSize: 1.5 / Double(steps), seed: 1)
      let (flow, kinetic) = try flow(longer, state, steps: steps)
      let squares = kinetic.indices.map { i in
        let error = kinetic[i] - flow.values[i] + state.logDensities[i]
        return error * error
      }
      return (squares.reduce(0, +) / 400).squareRoot()
    }
    #expect(errors[1] < 0.6 * errors[0], "\(errors)")
    for steps in 1...8 {
      let kicks = KickSchedule(steps: steps)
      let sum = (0...steps).reduce(0) { $0 + kicks.weight($1) }
      #expect(abs(sum - Double(steps)) < 1e-14)
      #expect((0...steps).allSatisfy { kicks.weight($0) == kicks.weight(steps - $0) })
    }
  }

  @Test func productsInPieces() {
    let (m, n, k) = (130, 101, 67)
    var random = RandomStream(seed: 3, purpose: "test").sequence()
    let a = Matrix(rows: m, columns: k, elements: (0..<m * k).map { _ in random.normal() })
    let b = Matrix(rows: k, columns: n, elements: (0..<k * n).map { _ in random.normal() })
    let at = a.transposed()
    for transposed in [false, true] {
      var c = Matrix<Double>(rows: m, columns: n, repeating: 1)
      c.elements.withUnsafeMutableBufferPointer { c in
        (transposed ? at : a).elements.withUnsafeBufferPointer { a in
          b.elements.withUnsafeBufferPointer { b in
            BlockProduct.add(
              2, a.baseAddress!, transposed: transposed, strideA: transposed ? m : k,
              b.baseAddress!, strideB: n, to: c.baseAddress!, strideC: n, m: m, n: n, k: k)
          }
        }
      }
      let plain = a.times(b)
      for (x, y) in zip(c.elements, plain.elements) { #expect(abs(x - 1 - 2 * y) < 1e-11) }
    }
  }
}
