internal import Likelihoods
internal import NumericalCore
internal import Sampling

/// Draws of the nuisance parameters at a fixed signal strength, in groups that are independent of
/// each other: the scatter of the groups gives the errors of what is computed from them.
struct NuisanceDraws {
  /// One matrix a group, one full point of the model a row.
  let groups: [Matrix<Double>]
  /// What is worth knowing about the draws.
  let provenance: [String: String]
  /// Whether they can be trusted: chains may not have converged.
  let isValid: Bool
  /// What has to be said about them, in words.
  let notes: [String]

  /// Number of draws.
  var count: Int { groups.reduce(0) { $0 + $1.rows } }

  private static let groupCount = 64

  /// From the priors or auxiliary measurements.
  init(
    prior model: some BinnedModel, count: Int, holding point: [Double], seed: UInt64
  ) throws {
    let size = max(2, (count + Self.groupCount - 1) / Self.groupCount)
    groups = try (0..<Self.groupCount).map { group in
      try model.drawNuisances(
        size, holding: point, stream: RandomStream(seed: seed, purpose: "nuisances \(group)"))
    }
    provenance = ["moments": "prior", "draws": "\(size * Self.groupCount)", "seed": "\(seed)"]
    isValid = true
    notes = []
  }

  /// From the posterior at the held values of the parameters of interest, by Hamiltonian Monte
  /// Carlo.
  init(
    posterior model: some BinnedModel, count: Int, holding point: [Double], seed: UInt64,
    onProgress: (SamplingProgress) -> Bool
  ) throws {
    let space = model.parameters
    let held = zip(space.parameters, point).filter { $0.0.role != .nuisance || $0.0.fixed }
    let density = try ConditionalDensity(
      model, holding: Dictionary(uniqueKeysWithValues: held.map { ($0.0.name, $0.1) }))
    let chains = Self.groupCount
    let sampler = HamiltonianSampler(
      chains: chains, drawsPerChain: max(8, (count + chains - 1) / chains), seed: seed)
    let result = try sampler.sample(density, onProgress: onProgress)
    let summary = try result.convergence()
    let groupCount = Self.groupCount
    groups = (0..<groupCount).map { group in
      let rows = (0..<result.positions.rows).filter { $0 % chains == group }
      return density.completed(result.positions.selectingRows(rows))
    }
    isValid = summary.isConverged
    notes = summary.isConverged ? [] : [Self.unconverged(summary)]
    provenance = result.provenance.merging([
      "moments": "posterior", "draws": "\(result.positions.rows)", "seed": "\(seed)",
      "chains_converged": "\(summary.isConverged)",
    ]) { $1 }
  }

  /// One warning is enough: there may be one for every parameter.
  private static func unconverged(_ summary: ConvergenceSummary) -> String {
    let warnings = summary.warnings
    return "the chains have not converged, the moments cannot be trusted; more draws help: "
      + (warnings.first ?? "") + (warnings.count > 1 ? " (and \(warnings.count - 1) more)" : "")
  }
}
