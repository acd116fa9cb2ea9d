internal import Foundation
public import Likelihoods
public import Sampling

/// The priors that draws come from, recorded with the chains so that they can be exchanged later.
extension Chains {
  private static let priorKey = "prior"
  /// HDF5 attributes end at 64 KiB.
  private static let largestRecord = 60_000

  /// Records the prior of every parameter that has one of its own; nothing for a likelihood whose
  /// prior is not a product, or where the record would not fit into an attribute.
  public mutating func record(priorsOf density: any LogPosterior) {
    provenance.merge(Self.record(priorsOf: density)) { $1 }
  }

  /// The record by itself, for a run with a file.
  public static func record(priorsOf density: any LogPosterior) -> [String: String] {
    guard let prior = density.factorizedPrior else { return [:] }
    let priors = prior.singleFactors(density.parameters.names)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(priors), data.count <= largestRecord else { return [:] }
    return [priorKey: String(decoding: data, as: UTF8.self)]
  }

  /// The recorded priors by parameter; `nil` if there is no record.
  public var recordedPriors: [String: ParameterPrior]? {
    provenance[Self.priorKey].flatMap {
      try? JSONDecoder().decode([String: ParameterPrior].self, from: Data($0.utf8))
    }
  }
}

extension ProductPrior {
  /// The priors of the parameters outside normal blocks, by name.
  func singleFactors(_ names: [String]) -> [String: ParameterPrior] {
    let described = Set(blocks.flatMap(\.columns))
    let single = names.indices.filter { !described.contains($0) }
    return Dictionary(uniqueKeysWithValues: single.map { (names[$0], factors[$0]) })
  }
}
