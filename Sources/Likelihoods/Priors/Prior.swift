/// Priors of some parameters by name: independent ones and multivariate normal blocks.
///
/// Parameters that are not named keep the prior that their likelihood has.
public struct Prior: Sendable, Equatable {
  /// Priors of single parameters. Each replaces the prior or the constraint term that the
  /// likelihood has for the parameter.
  public let factors: [String: ParameterPrior]
  /// Blocks that replace the priors and constraint terms of their parameters.
  public let blocks: [MultivariateNormalPrior]
  /// Blocks that come in addition to the priors and constraint terms of their parameters.
  public let addedBlocks: [MultivariateNormalPrior]

  /// Priors by name.
  ///
  /// - Throws: ``PriorError`` for numbers that make no density, or for a parameter with two priors
  ///   that both replace the existing one.
  public init(
    _ factors: [String: ParameterPrior] = [:], blocks: [MultivariateNormalPrior] = [],
    addedBlocks: [MultivariateNormalPrior] = []
  ) throws(PriorError) {
    var seen: Set<String> = []
    for name in factors.keys.sorted() {
      _ = try factors[name]?.validated()
      seen.insert(name)
    }
    for name in blocks.flatMap(\.names) where !seen.insert(name).inserted {
      throw .repeated(parameter: name)
    }
    self.factors = factors
    self.blocks = blocks
    self.addedBlocks = addedBlocks
  }

  private init() {
    factors = [:]
    blocks = []
    addedBlocks = []
  }

  /// No change.
  public static let unchanged = Prior()

  /// The parameters whose existing priors and constraint terms are replaced.
  public var replaced: Set<String> { Set(factors.keys).union(blocks.flatMap(\.names)) }

  /// All parameters that are named.
  public var names: Set<String> { replaced.union(addedBlocks.flatMap(\.names)) }
}
