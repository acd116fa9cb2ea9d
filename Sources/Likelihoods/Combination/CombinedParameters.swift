/// Names, sharing and settings of the parameters of a combination.
struct CombinedParameters {
  /// All parameters: those of the first likelihood, then the new ones of each further.
  let space: ParameterSpace
  /// For every likelihood the position of each of its parameters in ``space``.
  let columns: [[Int]]

  /// Joins parameters.
  ///
  /// - Throws: ``CombinationError``, ``ParameterError``, ``PriorError``.
  init(
    _ components: [CombinedLikelihood.Component], sharing: ParameterSharing,
    priors: [String: ParameterPrior], overriding changes: [String: ParameterOverride]
  ) throws {
    let names = try Self.finalNames(components, sharing)
    var merged: [Parameter] = []
    var position: [String: Int] = [:]
    columns = try zip(components, names).map { component, names in
      try zip(component.density.parameters.parameters, names).map { parameter, name in
        guard let j = position[name] else {
          position[name] = merged.count
          merged.append(parameter.renamed(name))
          return merged.count - 1
        }
        merged[j] = try merged[j].merged(parameter)
        return j
      }
    }
    for name in Set(priors.keys).union(changes.keys).sorted() where position[name] == nil {
      throw ParameterError.unknownName(name, merged.map(\.name))
    }
    space = try ParameterSpace(
      merged.map { try $0.applying(priors[$0.name], changes[$0.name]) })
  }

  /// The names of every likelihood's parameters in the combination.
  private static func finalNames(
    _ components: [CombinedLikelihood.Component], _ sharing: ParameterSharing
  ) throws(CombinationError) -> [[String]] {
    var renamed: [[String]] = []
    var owners: [String: [String]] = [:]
    for component in components {
      let names = try renamedParameters(of: component)
      for name in names { owners[name, default: []].append(component.name) }
      renamed.append(names)
    }
    try sharing.check(owners)
    return zip(components, renamed).map { component, names in
      names.map { name in
        (owners[name]?.count ?? 0) > 1 && !sharing.isShared(name)
          ? "\(component.name).\(name)" : name
      }
    }
  }

  private static func renamedParameters(
    of component: CombinedLikelihood.Component
  ) throws(CombinationError) -> [String] {
    let known = component.density.parameters.names
    for name in component.rename.keys.sorted() where !known.contains(name) {
      throw .unknownRenamed(likelihood: component.name, parameter: name, known: known)
    }
    let names = known.map { component.rename[$0] ?? $0 }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw .equalNames(likelihood: component.name, parameter: name)
    }
    return names
  }
}

/// What is said about parameters that several likelihoods have under one name.
public struct ParameterSharing: Sendable, Equatable {
  /// Parameters that are the same quantity in all likelihoods that have them.
  public var shared: NameSelection
  /// Parameters that are different quantities; each gets the name of its likelihood and a dot in
  /// front.
  public var distinct: NameSelection

  /// Shared and distinct parameters, by the names they have after renaming. A name that is listed
  /// wins over "all"; where both are all, parameters are shared.
  public init(shared: NameSelection = .none, distinct: NameSelection = .none) {
    self.shared = shared
    self.distinct = distinct
  }

  func isShared(_ name: String) -> Bool {
    if shared.listed.contains(name) { return true }
    return shared == .all && !distinct.listed.contains(name)
  }

  /// - Throws: ``CombinationError`` for a common parameter of which nothing is said, and for one
  ///   that is named but not common.
  fileprivate func check(_ owners: [String: [String]]) throws(CombinationError) {
    for name in shared.listed + distinct.listed where (owners[name]?.count ?? 0) < 2 {
      throw .notCommon(parameter: name, likelihoods: owners[name] ?? [])
    }
    for name in shared.listed where distinct.listed.contains(name) {
      throw .contradictory(parameter: name)
    }
    for name in owners.keys.sorted() {
      guard let likelihoods = owners[name], likelihoods.count > 1 else { continue }
      guard shared.contains(name) || distinct.contains(name) else {
        throw .ambiguous(parameter: name, likelihoods: likelihoods)
      }
    }
  }
}

extension Parameter {
  /// The same parameter with another name, and label if that was the name.
  fileprivate func renamed(_ newName: String) -> Parameter {
    var result = self
    result.name = newName
    if label == name { result.label = newName }
    return result
  }

  /// A shared parameter: the settings of the first, and what both bounds allow. A starting value
  /// outside the common bounds is that of the other.
  fileprivate func merged(_ other: Parameter) throws(CombinationError) -> Parameter {
    var result = self
    result.lower = max(lower, other.lower)
    result.upper = min(upper, other.upper)
    guard result.lower < result.upper else {
      throw .emptyBounds(
        parameter: name, first: lower...upper, other: other.lower...other.upper)
    }
    if !result.allows(initial) { result.initial = other.initial }
    result.scale = min(scale, other.scale)
    result.kink = kink ?? other.kink
    return result
  }
}
