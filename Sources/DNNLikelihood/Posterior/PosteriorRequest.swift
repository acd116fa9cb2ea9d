internal import Foundation
public import Likelihoods

/// What is wanted of the posterior in chains.
public struct PosteriorRequest: Sendable {
  /// Parameters to summarise; empty for the first one.
  public var parameters: [String] = []
  /// Whether all parameters are to be summarised.
  public var allParameters = false
  /// Conditions that the draws have to satisfy, see `Condition`.
  public var conditions: [String] = []
  /// New priors by parameter.
  public var priors: [String: ParameterPrior] = [:]
  /// Column of the chains that holds weights.
  public var weightColumn: String?
  /// The likelihood (with its prior) that the draws come from, as a LIKELIHOOD argument.
  public var likelihood: String?
  /// What is chosen of the likelihood's file.
  public var likelihoodOptions = LikelihoodOptions()
  /// Pairs of parameters whose joint regions are wanted.
  public var pairs: [[String]] = []
  /// Number of generated data sets of a predictive check; `nil` for none.
  public var replications: Int?
  /// Whether weights may be used although k̂ forbids it.
  public var allowsUnreliableWeights = false
  /// Seed of repeated experiments and generated data.
  public var seed: UInt64 = 1

  /// A request for the first parameter.
  public init() {}

  /// A parameter and its prior from text such as `mu=normal(0, 1)`.
  ///
  /// - Throws: `InputError`, `PriorTextError`, `PriorError`.
  public static func prior(_ text: String) throws -> (name: String, prior: ParameterPrior) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else {
      throw InputError.value(
        "--prior", expected: "PARAMETER=PRIOR, for example mu=normal(0,1)", found: "'\(text)'")
    }
    return (
      parts[0].trimmingCharacters(in: .whitespaces), try ParameterPrior(text: String(parts[1]))
    )
  }
}
