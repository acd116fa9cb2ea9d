public import Likelihoods
public import NumericalCore

/// A sampler of independent chains by Hamiltonian dynamics: starts, a warm-up in coordinates
/// without bounds, and the run in memory or into a file. What differs is the kernel.
public protocol GradientSampler: Sendable, Codable {
  /// What files call it.
  static var kind: String { get }

  /// Number of independent chains, which share step size and metric.
  var chains: Int { get }
  /// Kept draws of each chain.
  var drawsPerChain: Int { get set }
  /// Transitions between kept draws.
  var thinning: Int { get }
  /// The warm-up.
  var warmUp: WarmUp { get }
  /// Which bounded parameters are mapped to the whole line.
  var bounds: BoundHandling { get }
  /// Seed of all random numbers.
  var seed: UInt64 { get }
  /// What the sampler's own options add to the record of the chains.
  var ownProvenance: [String: String] { get }

  /// The kernel before its warm-up.
  func kernel<Density: DifferentiableLogDensity>(
    for density: Density, metric: Metric
  ) -> any GradientKernel<Density>

  /// Throws ``SamplingError/field(_:expected:found:)`` unless the sampler's own options can be used.
  func checkOwnOptions() throws
}

extension GradientSampler {
  /// Samples `density`.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: one start per chain; over-dispersed ones are drawn if there are none.
  ///   - covariance: of the parameters, of a fit for example, which the warm-up starts from.
  ///   - point: where the covariance holds: the maximum; the initial values if there is none.
  ///   - onProgress: return false to stop.
  /// - Throws: ``SamplingError``, ``SamplingCancelled``; ``SamplingFailure`` or the error of a
  ///   density that fails.
  public func sample<Density: DifferentiableLogDensity>(
    _ density: Density, from start: Matrix<Double>? = nil, covariance: Matrix<Double>? = nil,
    at point: [Double]? = nil, onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> Chains {
    try check(start, density)
    return try keep(
      firstKernel(density, covariance, point), density, from: start, onProgress)
  }

  /// Samples `density` into a file, where the run can be stopped and continued.
  ///
  /// - Parameters:
  ///   - density: what to sample.
  ///   - start: one start per chain of a new run; over-dispersed ones are drawn if there are none.
  ///   - covariance: of the parameters, of a fit for example, which the warm-up starts from.
  ///   - point: where the covariance holds: the maximum; the initial values if there is none.
  ///   - file: the file, and whether to continue. It appears after warm-up; a run that is stopped
  ///     before begins anew.
  ///   - onProgress: return false to stop; the run can then be continued.
  /// - Throws: ``SamplingStopped`` if the run ends early but can be continued; ``SamplingError``,
  ///   ``SamplingCancelled`` in warm-up, `HDF5Error`, the error of a density that fails before
  ///   there is a draw.
  public func sample<Density: DifferentiableLogDensity>(
    _ density: Density, from start: Matrix<Double>? = nil, covariance: Matrix<Double>? = nil,
    at point: [Double]? = nil, into file: ChainFileRun,
    onProgress: (SamplingProgress) -> Bool = { _ in true }
  ) throws -> ChainFileEnd {
    try check(start, density)
    return try store(
      firstKernel(density, covariance, point), density, from: start, file, onProgress)
  }

  private func firstKernel<Density: DifferentiableLogDensity>(
    _ density: Density, _ covariance: Matrix<Double>?, _ point: [Double]?
  ) throws -> any GradientKernel<TransformedDensity<Density>> {
    let density = TransformedDensity(density, handling: bounds)
    return kernel(for: density, metric: try density.metric(covariance: covariance, at: point))
  }

  private func check(_ start: Matrix<Double>?, _ density: some LogDensity) throws {
    try checkOwnOptions()
    guard chains > 0, drawsPerChain > 0, thinning > 0 else {
      throw SamplingError.field(
        "chains, draws and thinning", expected: "positive numbers",
        found: "\(chains), \(drawsPerChain), \(thinning)")
    }
    try warmUp.check()
    try StartingPoints.check(start, walkers: chains, for: density)
  }

  /// Keeps all draws in memory.
  private func keep<Density, Inner: GradientKernel>(
    _ inner: Inner, _ density: Density, from start: Matrix<Double>?,
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> Chains where Inner.Density == TransformedDensity<Density> {
    var kernel = TransformedKernel(inner)
    var state = try begin(&kernel, density, start, onProgress)
    let run = SamplingRun(burnIn: 0, steps: drawsPerChain * thinning, thinning: thinning)
    return try run.chains(
      kernel, &state, names: density.parameters.names, ensembles: nil,
      provenance: provenance.merging(learned(kernel)) { $1 }, onProgress: onProgress)
  }

  private func store<Density, Inner: GradientKernel>(
    _ inner: Inner, _ density: Density, from start: Matrix<Double>?, _ file: ChainFileRun,
    _ onProgress: (SamplingProgress) -> Bool
  ) throws -> ChainFileEnd where Inner.Density == TransformedDensity<Density> {
    var options = self
    options.drawsPerChain = 0
    let description = RunDescription(
      kind: Self.kind, sampler: try ChainFileLayout.text(options),
      names: density.parameters.names, walkers: chains, ensembles: nil, burnIn: 0,
      thinning: thinning, statistics: [], goal: nil, provenance: provenance,
      density: try DensityFingerprint(density))
    return try file.execute(
      description, wanted: drawsPerChain, density: density, kernel: TransformedKernel(inner),
      begin: { kernel in
        let state = try begin(&kernel, density, start, onProgress)
        return (state, learned(kernel))
      }, onProgress: onProgress)
  }

  /// Starts and warm-up, both in coordinates.
  private func begin<Density, Inner>(
    _ kernel: inout TransformedKernel<Density, Inner>, _ density: Density,
    _ start: Matrix<Double>?, _ onProgress: (SamplingProgress) -> Bool
  ) throws -> WalkerState {
    if let start {
      // Points on a bound are moved inside; those outside the support are mistakes.
      let values = try density.logDensities(at: start)
      if let walker = values.firstIndex(where: { !$0.isFinite }) {
        throw SamplingError.notFiniteAtStart(walker: walker, value: values[walker])
      }
    }
    let start = try start ?? StartingPoints.draw(chains, for: density, seed: seed)
    var state = try kernel.inner.initialState(kernel.inner.density.coordinates(of: start))
    try warmUp.run(&kernel.inner, &state) { step in
      let progress = SamplingProgress(phase: "warm-up", step: step, steps: warmUp.steps)
      guard onProgress(progress) else { throw SamplingCancelled() }
    }
    return kernel.parameters(of: state)
  }

  private var provenance: [String: String] {
    ownProvenance.merging([
      "sampler": Self.kind, "seed": "\(seed)", "warm_up": "\(warmUp.steps)",
      "thinning": "\(thinning)",
    ]) { $1 }
  }

  private func learned(_ kernel: some TransitionKernel) -> [String: String] {
    (kernel.tuning as? GradientTuning).map { ["step_size": "\($0.stepSize)"] } ?? [:]
  }
}
