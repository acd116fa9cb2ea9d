import Likelihoods
import NumericalCore
import Sampling

/// A kernel as ``KernelSuite`` asks for it.
protocol SuiteKernel: Sendable, CustomStringConvertible {
  /// The kernel for a target; walkers are in `ensembles` consecutive blocks of equal size, which
  /// are independent of each other.
  func kernel(
    for target: some ExactTarget, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel

  /// Walkers of a block in `dimension` dimensions.
  func walkers(dimension: Int) -> Int

  /// First steps that adapt something and count for nothing.
  var tuningSteps: Int { get }
}

extension SuiteKernel {
  var tuningSteps: Int { 0 }
}

/// The densities and starts that every kernel has to pass.
enum KernelCase: String, CaseIterable, Sendable {
  case independent5, correlated20, correlated100, banana, bounded, overDispersed,
    overDispersed20
}

/// The statistical test that is the same for all kernels: E[ln p], means, E[x²] and a
/// Kolmogorov-Smirnov test of every coordinate against exact draws.
///
/// Most cases start from exact draws, which a right kernel leaves exact draws at any length; the
/// over-dispersed ones have to converge.
enum KernelSuite {
  /// Independent blocks of walkers; their scatter is the error of every mean.
  static let blocks = 32

  /// Runs a case.
  static func check(_ kernel: some SuiteKernel, _ name: KernelCase) throws -> DistributionCheck {
    switch name {
    case .independent5:
      try exact(kernel, AutoregressiveGaussian(5, correlation: 0), steps: 200, thinning: 5)
    case .correlated20:
      try exact(kernel, AutoregressiveGaussian(20, correlation: 0.7), steps: 100, thinning: 5)
    case .correlated100:
      try exact(kernel, AutoregressiveGaussian(100, correlation: 0.9), steps: 40, thinning: 10)
    case .banana:
      try exact(kernel, Banana(4), steps: 200, thinning: 5)
    case .bounded:
      try exact(kernel, HalfNormals(5), steps: 200, thinning: 5)
    case .overDispersed:
      try converging(
        kernel, AutoregressiveGaussian(5, correlation: 0.7, startScale: 3), burnIn: 400,
        steps: 300)
    case .overDispersed20:
      try converging(
        kernel, AutoregressiveGaussian(20, correlation: 0.7, startScale: 3), burnIn: 700,
        steps: 400)
    }
  }

  private static func exact(
    _ kernel: some SuiteKernel, _ target: some ExactTarget, steps: Int, thinning: Int
  ) throws -> DistributionCheck {
    let walkers = blocks * kernel.walkers(dimension: target.parameters.count)
    let chains = try run(
      kernel.kernel(for: target, ensembles: blocks, seed: 5), target,
      from: target.exactDraws(walkers, seed: 1), burnIn: kernel.tuningSteps, steps: steps,
      thinning: thinning)
    return try DistributionCheck(chains, target)
  }

  private static func converging(
    _ kernel: some SuiteKernel, _ target: some ExactTarget, burnIn: Int, steps: Int
  ) throws -> DistributionCheck {
    let walkers = blocks * kernel.walkers(dimension: target.parameters.count)
    let chains = try run(
      kernel.kernel(for: target, ensembles: blocks, seed: 5), target,
      from: StartingPoints.draw(walkers, for: target, seed: 3),
      burnIn: kernel.tuningSteps + burnIn, steps: steps, thinning: 10)
    return try DistributionCheck(chains, target)
  }

  /// Chains of a kernel by a plain loop.
  static func run(
    _ kernel: some TransitionKernel, _ target: some LogDensity, from start: Matrix<Double>,
    burnIn: Int, steps: Int, thinning: Int, ensembles: Int = blocks
  ) throws -> Chains {
    var state = try kernel.initialState(start)
    var positions: [Double] = []
    var values: [Double] = []
    var acceptance = [Double](repeating: 0, count: start.rows)
    for number in 1...(burnIn + steps) {
      let info = try kernel.step(&state, number: number)
      guard number > burnIn else { continue }
      for k in acceptance.indices { acceptance[k] += info.acceptance[k] / Double(steps) }
      guard (number - burnIn) % thinning == 0 else { continue }
      positions += state.positions.elements
      values += state.logDensities
    }
    return Chains(
      names: target.parameters.names, walkers: start.rows, ensembles: ensembles,
      positions: Matrix(rows: values.count, columns: start.columns, elements: positions),
      logDensities: values, acceptance: acceptance)
  }
}

/// An ensemble method under test, made for a dimension.
struct MethodUnderTest: SuiteKernel {
  let description: String
  var tuningSteps = 0
  let method: @Sendable (_ dimension: Int) -> any EnsembleMethod

  func kernel(
    for target: some ExactTarget, ensembles: Int, seed: UInt64
  ) -> any TransitionKernel {
    method(target.parameters.count).kernel(for: target, ensembles: ensembles, seed: seed)
  }

  func walkers(dimension: Int) -> Int {
    max(12, 2 * dimension, method(dimension).minimumWalkers(dimension: dimension))
  }
}
