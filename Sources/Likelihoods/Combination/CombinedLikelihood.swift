public import NumericalCore

/// The product of several likelihoods, of any kinds, surrogates included.
///
/// ```swift
/// let both = try CombinedLikelihood(
///   [.init("a", searchA, renaming: ["mu_sig": "mu"]), .init("b", searchB)],
///   sharing: ParameterSharing(shared: .names(["mu", "lumi"])))
/// ```
///
/// Parameters are the same where they have the same name and ``ParameterSharing`` says so. A
/// shared parameter has its prior and its constraint term once, whichever of the likelihoods
/// contain one: priors that are known as products, and constraint terms of a
/// ``ConstrainedLikelihood``. The first likelihood that has either keeps it, unless the new prior
/// names the parameter; terms that are known to differ are an error.
public struct CombinedLikelihood: ConstrainedLikelihood {
  public typealias Failure = any Error

  /// A likelihood of the combination.
  public struct Component: Sendable {
    /// Unique in the combination.
    public let name: String
    /// The likelihood with its prior.
    public let density: any DifferentiableLogDensity & LogPosterior
    /// New names of its parameters, by old name.
    public let rename: [String: String]

    /// A named likelihood.
    public init(
      _ name: String, _ density: any DifferentiableLogDensity & LogPosterior,
      renaming rename: [String: String] = [:]
    ) {
      self.name = name
      self.density = density
      self.rename = rename
    }
  }

  /// A likelihood with what is taken out of it.
  struct Part {
    var density: any DifferentiableLogDensity & LogPosterior
    /// Position of each of its parameters in the combination.
    var columns: [Int]
    var removed: PriorTerms
    var kept: PriorTerms
  }

  public let parameters: ParameterSpace
  /// The prior of all parameters.
  public let prior: ProductPrior
  /// The names of the likelihoods.
  public let names: [String]
  private var parts: [Part]
  private let added: PriorTerms
  private let bounds: PriorTerms

  /// Combines likelihoods.
  ///
  /// - Parameters:
  ///   - components: the likelihoods.
  ///   - sharing: which common parameters are the same.
  ///   - prior: priors and correlated constraints, by the names of the combination.
  ///   - keepingConstraints: shared parameters whose constraints all count, because they are
  ///     independent measurements.
  ///   - changes: other initial values, bounds, roles.
  /// - Throws: ``CombinationError``, ``ParameterError``, ``PriorError``.
  public init(
    _ components: [Component], sharing: ParameterSharing = .init(), prior: Prior = .unchanged,
    keepingConstraints: NameSelection = .none, overriding changes: [String: ParameterOverride] = [:]
  ) throws {
    try Self.checkNames(components)
    let joined = try CombinedParameters(
      components, sharing: sharing, priors: prior.factors, overriding: changes)
    let unchanged = try CombinedParameters(
      components, sharing: sharing, priors: [:], overriding: [:]
    ).space
    let sources = try zip(components, joined.columns).map { component, columns in
      let space = component.density.parameters
      return PriorMerge.Source(
        name: component.name, columns: columns,
        prior: try component.density.knownPrior(named: "'\(component.name)'"),
        constrained: Set(
          try component.density.knownConstraints.map { columns[try space.index(of: $0)] }),
        terms: Dictionary(
          uniqueKeysWithValues: zip(columns, space.names).compactMap { column, name in
            component.density.knownConstraintTerm(of: name).map { (column, $0) }
          }))
    }
    let merge = try PriorMerge(
      sources, names: joined.space.names, new: prior, keeping: keepingConstraints)
    parameters = joined.space
    self.prior = merge.prior
    names = components.map(\.name)
    added = merge.added
    bounds = joined.space.boundTerms(within: unchanged)
    parts = components.indices.map { c in
      Part(
        density: components[c].density, columns: joined.columns[c],
        removed: merge.changes[c].removed, kept: merge.changes[c].kept
      ).leavingOut(merge.changes[c].dropped)
    }
  }

  private static func checkNames(_ components: [Component]) throws(CombinationError) {
    guard !components.isEmpty else { throw .noLikelihoods }
    var seen: Set<String> = []
    for component in components {
      guard !component.name.isEmpty else { throw .emptyName }
      guard seen.insert(component.name).inserted else {
        throw .duplicateLikelihood(component.name)
      }
    }
  }

  public var factorizedPrior: ProductPrior? { prior }

  public var gradientIsDifferenced: Bool { parts.contains { $0.density.gradientIsDifferenced } }

  /// Those of the part that took the most: parts are asked together.
  public var valuesForGradients: Int { parts.map(\.density.valuesForGradients).max() ?? 0 }

  /// Inside where all likelihoods that have a limited region are.
  public func validity(at points: Matrix<Double>) throws -> [Bool]? {
    try parts.reduce(nil as [Bool]?) { known, part in
      guard let own = try part.density.validity(at: part.gathered(points)) else { return known }
      return known.map { zip($0, own).map { $0 && $1 } } ?? own
    }
  }

  /// The new log-prior; -∞ outside the bounds.
  public func logPriors(at points: Matrix<Double>) -> [Double] {
    var values = prior.logDensities(at: points)
    bounds.add(at: points, to: &values, gradients: nil)
    return values
  }

  /// The sum of the log-likelihoods, with those priors that are kept in addition to the first.
  public func logLikelihoods(at points: Matrix<Double>) throws -> [Double] {
    var total = [Double](repeating: 0, count: points.rows)
    for part in parts {
      let own = part.gathered(points)
      var values = try part.density.logLikelihoods(at: own)
      part.kept.add(at: own, to: &values, gradients: nil)
      for i in total.indices { total[i] += values[i] }
    }
    return total
  }

  public func evaluate(_ points: Matrix<Double>, values: inout [Double]) throws {
    for i in values.indices { values[i] = 0 }
    for part in parts {
      let own = part.gathered(points)
      var found = try part.density.logDensities(at: own)
      part.removed.add(sign: -1, at: own, to: &found, gradients: nil)
      for i in values.indices { values[i] += found[i] }
    }
    bounds.add(at: points, to: &values, gradients: nil)
    added.add(at: points, to: &values, gradients: nil)
  }

  public func evaluate(
    _ points: Matrix<Double>, values: inout [Double], gradients: inout Matrix<Double>
  ) throws {
    for i in values.indices { values[i] = 0 }
    for k in gradients.elements.indices { gradients.elements[k] = 0 }
    for part in parts {
      let own = part.gathered(points)
      var (found, slopes) = try part.density.logDensitiesAndGradients(at: own)
      slopes.elements.withUnsafeMutableBufferPointer {
        part.removed.add(sign: -1, at: own, to: &found, gradients: $0.baseAddress)
      }
      for i in values.indices { values[i] += found[i] }
      part.scatter(slopes, into: &gradients)
    }
    gradients.elements.withUnsafeMutableBufferPointer {
      bounds.add(at: points, to: &values, gradients: $0.baseAddress)
      added.add(at: points, to: &values, gradients: $0.baseAddress)
    }
    let d = points.columns
    for i in values.indices where values[i] == -.infinity {
      for k in i * d..<(i + 1) * d { gradients.elements[k] = 0 }
    }
  }

  public var constrainedParameters: [String] {
    var found: Set<Int> = []
    for part in parts { found.formUnion(part.constrained) }
    return found.sorted().map { parameters.names[$0] }
  }

  public func withoutConstraints(of names: Set<String>) -> CombinedLikelihood {
    let columns = Set(parameters.names.indices.filter { names.contains(parameters.names[$0]) })
    var result = self
    result.parts = parts.map { $0.leavingOut(columns) }
    return result
  }

  /// The term of the likelihood that has one; nil where several are kept.
  public func constraintTerm(of name: String) -> ParameterPrior? {
    guard let column = parameters.names.firstIndex(of: name) else { return nil }
    let carriers = parts.filter { $0.constrained.contains(column) }
    guard carriers.count == 1, let part = carriers.first,
      let own = part.columns.firstIndex(of: column)
    else { return nil }
    return part.density.knownConstraintTerm(of: part.density.parameters.names[own])
  }
}

extension CombinedLikelihood.Part {
  /// Positions in the combination of its parameters with a constraint term.
  var constrained: [Int] {
    let names = density.parameters.names
    let known = Set(density.knownConstraints)
    return names.indices.filter { known.contains(names[$0]) }.map { columns[$0] }
  }

  /// The part without the constraint terms of parameters, by position in the combination.
  func leavingOut(_ dropped: Set<Int>) -> Self {
    let names = density.parameters.names
    let own = names.indices.filter { dropped.contains(columns[$0]) }.map { names[$0] }
    var result = self
    result.density = density.leavingOut(Set(own))
    return result
  }

  /// The coordinates of its own parameters.
  func gathered(_ points: Matrix<Double>) -> Matrix<Double> {
    if columns.count == points.columns, columns.enumerated().allSatisfy({ $0 == $1 }) {
      return points
    }
    var elements: [Double] = []
    elements.reserveCapacity(points.rows * columns.count)
    for i in 0..<points.rows { for j in columns { elements.append(points[i, j]) } }
    return Matrix(rows: points.rows, columns: columns.count, elements: elements)
  }

  /// Adds the gradient by its own parameters to that by all.
  func scatter(_ slopes: Matrix<Double>, into gradients: inout Matrix<Double>) {
    for i in 0..<slopes.rows {
      for (k, j) in columns.enumerated() { gradients[i, j] += slopes[i, k] }
    }
  }
}
