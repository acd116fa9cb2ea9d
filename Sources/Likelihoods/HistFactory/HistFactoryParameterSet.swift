/// The parameters that the modifiers of one name share.
public struct HistFactoryParameterSet: Sendable, Equatable {
  /// Name of the modifiers.
  public let name: String
  /// Their kinds in alphabetical order: one, or histosys and normsys.
  public let modifierTypes: [String]
  /// Whether there is one component for every bin (named `name[i]`); else there is one component,
  /// with the bare name.
  public let isVector: Bool
  /// Positions of the components among the parameters.
  public let components: Range<Int>

  /// Names of the components.
  public var componentNames: [String] {
    isVector ? components.indices.map { "\(name)[\($0 - components.lowerBound)]" } : [name]
  }
}
