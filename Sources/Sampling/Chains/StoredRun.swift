public import Foundation
internal import HDF5

/// What a chain file says of the run that makes it.
public struct StoredRun: Sendable {
  /// The kind of sampler, `hmc` or the type of an ensemble's move.
  public let kind: String
  /// Walkers of all ensembles, or chains.
  public let walkers: Int
  /// Kept steps that the run was asked for.
  public let stepsWanted: Int
  /// Kept steps that there are.
  public let steps: Int
  /// The goal that the run has.
  public let goal: SamplingGoal?
  private let sampler: String
  private let url: URL

  /// Reads it.
  ///
  /// - Throws: `HDF5Error`, also where a file has draws but no run (one of emcee);
  ///   ``SamplingError/field(_:expected:found:)``.
  public init(of url: URL) throws {
    let file = try HDF5File(reading: url)
    let description = try ChainFileLayout.description(of: file)
    kind = description.kind
    walkers = description.walkers
    goal = description.goal
    sampler = description.sampler
    steps = try ChainFileLayout.checkpoint(of: file).checkpoint.kept
    stepsWanted = try file.group(Chains.emceeGroup).dataset("chain").shape[0]
    self.url = url
  }

  /// The sampler; its number of draws is not part of the file.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)`` for a sampler of another kind.
  public func sampler<Sampler: Decodable>(_ type: Sampler.Type) throws -> Sampler {
    do {
      return try JSONDecoder().decode(type, from: Data(sampler.utf8))
    } catch {
      throw SamplingError.field(
        "\(url.path): options of the sampler '\(kind)'", expected: "those of \(type)",
        found: "\(error)")
    }
  }
}
