import Likelihoods
import NumericalCore
import Testing

@testable import Sampling

/// The statistical test of all kernels, for those with gradients.
@Suite struct GradientSuiteTests {
  enum Kind: String, CaseIterable {
    case hamiltonian, noUTurn, mappedHamiltonian, mappedNoUTurn
  }

  private static let exactCases: [KernelCase] = [
    .independent5, .correlated20, .correlated100, .banana, .bounded,
  ]

  @Test(arguments: Kind.allCases, exactCases)
  func keepsTheDistribution(_ kind: Kind, _ name: KernelCase) throws {
    let isMapped = kind == .mappedHamiltonian || kind == .mappedNoUTurn
    guard !isMapped || name == .bounded else { return }
    let check = try KernelSuite.check(GradientKernelUnderTest(kind: kind), name)
    #expect(check.passes, "\(check)")
  }

  /// Taking the newer half of every doubling, whatever its weight, is wrong where the step is long.
  @Test func wrongDrawFails() throws {
    let check = try KernelSuite.check(
      GradientKernelUnderTest(kind: .noUTurn, stepSize: 0.9, rule: .alwaysNewer), .correlated20)
    #expect(!check.passes, "\(check)")
    let right = try KernelSuite.check(
      GradientKernelUnderTest(kind: .noUTurn, stepSize: 0.9), .correlated20)
    #expect(right.passes, "\(right)")
  }

  /// Without the slopes of the maps another density is sampled.
  @Test func missingJacobianFails() throws {
    let target = HalfNormals(5)
    let mapped = TransformedDensity(target, handling: .always)
    let start = mapped.coordinates(of: target.exactDraws(128, seed: 1))
    func check(_ density: some DifferentiableLogDensity) throws -> DistributionCheck {
      let kernel = NoUTurnKernel(
        density, metric: .diagonal(Array(repeating: 1, count: 5)), stepSize: 0.3, seed: 5)
      var chains = try KernelSuite.run(
        kernel, density, from: start, burnIn: 0, steps: 60, thinning: 5)
      chains.positions = mapped.points(at: chains.positions)
      return try DistributionCheck(chains, target)
    }
    let right = try check(mapped)
    #expect(right.passes, "\(right)")
    #expect(try !check(WithoutSlopes(mapped: mapped)).passes)
  }
}

/// ln p(x(y)) without the Jacobian, narrowed so that it can be normalised.
private struct WithoutSlopes: DifferentiableLogDensity {
  let mapped: TransformedDensity<HalfNormals>
  var parameters: ParameterSpace { mapped.parameters }

  func evaluate(_ points: Matrix<Double>, values: inout [Double]) {
    var gradients = points
    evaluate(points, values: &values, gradients: &gradients)
  }

  func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) {
    mapped.evaluate(points, values: &values, gradients: &gradients)
    // Half of the slopes: with none the density of ln x would not fall off on the left.
    for (row, slope) in mapped.logSlopes(at: points).enumerated() {
      values[row] -= 0.5 * slope
      for k in 0..<points.columns { gradients[row, k] -= 0.5 }
    }
  }
}

/// A kernel with gradients under test: the metric is that of the target, the step is given.
struct GradientKernelUnderTest: SuiteKernel {
  let kind: GradientSuiteTests.Kind
  var stepSize = 0.25
  var rule = TrajectoryTree.DrawRule.multinomial
  var description: String { kind.rawValue }

  func walkers(dimension: Int) -> Int { 4 }

  func kernel(
    for target: some ExactTarget, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel {
    let widths = zip(target.exactSquares, target.exactMeans).map { ($0 - $1 * $1).squareRoot() }
    let unit = Metric.diagonal(Array(repeating: 1, count: widths.count))
    switch kind {
    case .hamiltonian:
      return HamiltonianKernel(target, metric: .diagonal(widths), stepSize: stepSize, seed: seed)
    case .noUTurn:
      var kernel = NoUTurnKernel(
        target, metric: .diagonal(widths), stepSize: stepSize, seed: seed)
      kernel.drawRule = rule
      return kernel
    case .mappedHamiltonian:
      return TransformedKernel(
        HamiltonianKernel(
          TransformedDensity(target, handling: .always), metric: unit, stepSize: stepSize,
          seed: seed))
    case .mappedNoUTurn:
      return TransformedKernel(
        NoUTurnKernel(
          TransformedDensity(target, handling: .always), metric: unit, stepSize: stepSize,
          seed: seed))
    }
  }
}
