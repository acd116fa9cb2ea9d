internal import NumericalCore

/// Works out the prior of one or several likelihoods under a new ``Prior``: which terms of the old
/// priors are taken out, which constraint terms are left out, what is added.
///
/// A shared parameter has its prior and its constraint term once: the first likelihood that has
/// either keeps it. What stays unchanged stays inside the densities, so that it costs nothing and
/// rounds nothing.
struct PriorMerge {
  /// A likelihood as the merge sees it.
  struct Source {
    /// Its name, for messages.
    var name: String
    /// Position of each of its parameters among all.
    var columns: [Int]
    /// The prior that it contains.
    var prior: ProductPrior
    /// Positions among all parameters of those with a constraint term in the likelihood.
    var constrained: Set<Int>
    /// Those constraint terms that are known, by position.
    var terms: [Int: ParameterPrior] = [:]

    /// What constrains a parameter, nil where it is not known or not one term.
    func term(of column: Int) -> ParameterPrior? {
      let factor = columns.firstIndex(of: column).map { prior.factors[$0] }
      guard let factor, factor.isInformative else { return terms[column] }
      return constrained.contains(column) ? nil : factor
    }
  }

  /// What becomes of a likelihood.
  struct Change {
    /// Terms to be taken out, by the columns of the likelihood.
    var removed = PriorTerms()
    /// Terms of the old prior that stay although the parameter has a prior already; they count as
    /// likelihood.
    var kept = PriorTerms()
    /// Positions among all parameters of the constraint terms to be left out.
    var dropped: Set<Int> = []
  }

  private(set) var changes: [Change] = []
  /// Terms to be added, by the columns of all parameters.
  private(set) var added = PriorTerms()
  /// The prior of all parameters.
  private(set) var prior = ProductPrior([])

  private let names: [String]
  private let keeping: NameSelection
  private let replaced: Set<Int>
  private var factors: [ParameterPrior?]
  private var blocks: [ProductPrior.Block] = []
  /// Constants that the likelihoods contain beside their factors.
  private var logConstant = 0.0
  /// For every parameter the first likelihood with an informative prior or a constraint term.
  private var carrier: [Int: Int] = [:]
  /// What it has, where that is known.
  private var carriedTerms: [Int: ParameterPrior] = [:]

  /// Merges priors.
  ///
  /// - Parameters:
  ///   - sources: the likelihoods.
  ///   - names: all parameters.
  ///   - new: the new priors.
  ///   - keeping: shared parameters whose constraints of all likelihoods are kept.
  /// - Throws: ``ParameterError/unknownName(_:_:)``, ``CombinationError``, ``PriorError``.
  init(_ sources: [Source], names: [String], new: Prior, keeping: NameSelection = .none) throws {
    self.names = names
    self.keeping = keeping
    let position = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    func column(_ name: String) throws -> Int {
      guard let column = position[name] else { throw ParameterError.unknownName(name, names) }
      return column
    }
    replaced = Set(try new.replaced.sorted().map(column))
    factors = Array(repeating: nil, count: names.count)
    for c in sources.indices { try take(sources[c], c, sources) }
    for (name, factor) in new.factors.sorted(by: { $0.key < $1.key }) {
      factors[try column(name)] = factor
      added.factors.append((try column(name), factor))
    }
    for normal in new.blocks + new.addedBlocks {
      let block = ProductPrior.Block(columns: try normal.names.map(column), normal: normal)
      added.blocks.append(block)
      blocks.append(block)
    }
    prior = ProductPrior(
      factors.map { $0 ?? .flat() }, blocks: blocks,
      logConstant: sources.reduce(logConstant) { $0 + $1.prior.logConstant })
  }

  private mutating func take(_ source: Source, _ c: Int, _ sources: [Source]) throws {
    var change = Change()
    var carried: Set<Int> = []  // what this likelihood carries counts for those after it only
    for (k, j) in source.columns.enumerated() {
      try take(source.prior.factors[k], (k, j), &change, &carried, c, sources)
    }
    for block in source.prior.blocks { try take(block, &change, &carried, c, sources) }
    for j in source.constrained.sorted() {
      if replaced.contains(j) || (carrier[j] != nil && !keeping.contains(names[j])) {
        if !replaced.contains(j) { try requireAgreement(source.terms[j], j, c, sources) }
        change.dropped.insert(j)
      } else {
        carried.insert(j)
      }
    }
    for j in carried where carrier[j] == nil {
      carrier[j] = c
      carriedTerms[j] = source.term(of: j)
    }
    changes.append(change)
  }

  /// Refuses a term that differs from what constrains the parameter already, where both are known.
  private func requireAgreement(
    _ term: ParameterPrior?, _ j: Int, _ c: Int, _ sources: [Source]
  ) throws {
    guard let term, let first = carriedTerms[j], let owner = carrier[j] else { return }
    guard !first.agrees(with: term) else { return }
    throw CombinationError.differentConstraints(
      parameter: names[j], first: sources[owner].name, term: first, other: sources[c].name,
      otherTerm: term)
  }

  private mutating func take(
    _ factor: ParameterPrior, _ column: (own: Int, all: Int), _ change: inout Change,
    _ carried: inout Set<Int>, _ c: Int, _ sources: [Source]
  ) throws {
    let j = column.all
    guard factor != .flat() else { return }
    if replaced.contains(j) { return change.removed.factors.append((column.own, factor)) }
    guard factor.isInformative else { return takeBounds(factor, column, &change) }
    let keeps = keeping.contains(names[j])
    if let existing = factors[j], existing.isInformative {
      if keeps { return change.kept.factors.append((column.own, factor)) }
      guard existing == factor else {
        throw CombinationError.differentPriors(
          parameter: names[j], first: owner(of: j, before: c, sources), other: sources[c].name)
      }
      change.removed.factors.append((column.own, factor))
    } else if carrier[j] != nil {
      // An earlier likelihood has a constraint term for it.
      if keeps {
        change.kept.factors.append((column.own, factor))
      } else {
        try requireAgreement(factor, j, c, sources)
        change.removed.factors.append((column.own, factor))
      }
    } else {
      // The constant of an earlier uniform prior stays in its likelihood.
      logConstant += factors[j]?.logHeight ?? 0
      factors[j] = factor
      carried.insert(j)
    }
  }

  /// A uniform or flat prior says where the parameter lies: the common range counts, and the
  /// constant of the first.
  private mutating func takeBounds(
    _ factor: ParameterPrior, _ column: (own: Int, all: Int), _ change: inout Change
  ) {
    guard let existing = factors[column.all] else {
      factors[column.all] = factor
      return
    }
    change.removed.factors.append((column.own, factor))
    guard !existing.isInformative else { return }
    let lower = max(existing.support.lower, factor.support.lower)
    let upper = min(existing.support.upper, factor.support.upper)
    if case .uniform(_, _, let height) = existing {
      factors[column.all] = .uniform(lower: lower, upper: upper, logDensity: height)
    } else {
      factors[column.all] = .flat(
        lower: lower.isFinite ? lower : nil, upper: upper.isFinite ? upper : nil)
    }
  }

  private mutating func take(
    _ block: ProductPrior.Block, _ change: inout Change, _ carried: inout Set<Int>, _ c: Int,
    _ sources: [Source]
  ) throws {
    let columns = block.columns.map { sources[c].columns[$0] }
    let renamed = ProductPrior.Block(
      columns: columns, normal: block.normal.renamed(columns.map { names[$0] }))
    let rest = columns.indices.filter { !replaced.contains(columns[$0]) }
    if rest.count < columns.count {
      // What is left of a block without its replaced parameters.
      change.removed.blocks.append(block)
      if let marginal = try renamed.normal.marginal(rest) {
        let left = ProductPrior.Block(columns: rest.map { columns[$0] }, normal: marginal)
        added.blocks.append(left)
        blocks.append(left)
        carried.formUnion(left.columns)
      }
      return
    }
    guard let common = columns.first(where: { carrier[$0] != nil }) else {
      blocks.append(renamed)
      carried.formUnion(columns)
      return
    }
    if columns.allSatisfy({ keeping.contains(names[$0]) }) {
      change.kept.blocks.append(block)
    } else if blocks.contains(renamed) {
      change.removed.blocks.append(block)
    } else {
      throw CombinationError.differentPriors(
        parameter: names[common], first: owner(of: common, before: c, sources),
        other: sources[c].name)
    }
  }

  /// The first likelihood that has a parameter.
  private func owner(of column: Int, before c: Int, _ sources: [Source]) -> String {
    sources[..<c].first { $0.columns.contains(column) }?.name ?? ""
  }
}

extension ParameterPrior {
  /// Whether two constraints are the same up to rounding; bounds do not count.
  fileprivate func agrees(with other: ParameterPrior) -> Bool {
    func near(_ a: Double, _ b: Double) -> Bool {
      abs(a - b) <= 1e-9 * max(abs(a), abs(b))
    }
    switch (self, other) {
    case (.truncated(let inner), _): return inner.distribution.agrees(with: other)
    case (_, .truncated(let inner)): return agrees(with: inner.distribution)
    case (.normal(let a, let s), .normal(let b, let t)): return near(a, b) && near(s, t)
    case (.gamma(let a, let s), .gamma(let b, let t)): return near(a, b) && near(s, t)
    default: return self == other
    }
  }

  /// The constant of a uniform prior; 0 for others.
  fileprivate var logHeight: Double {
    if case .uniform(_, _, let height) = self { return height }
    return 0
  }
}

extension DifferentiableLogDensity where Self: LogPosterior {
  /// The prior as a product. A density without one has a constant log-prior, which is found by
  /// asking for it at the initial values and a width away from them along every parameter.
  ///
  /// - Throws: ``PriorError/unknownPrior(likelihood:)`` if the log-prior is not constant there.
  func knownPrior(named name: String) throws -> ProductPrior {
    if let prior = factorizedPrior { return prior }
    var points = [parameters.initialValues]
    for (j, parameter) in parameters.parameters.enumerated() {
      for x in [parameter.initial - parameter.scale, parameter.initial + parameter.scale]
      where parameter.allows(x) {
        points.append(points[0])
        points[points.count - 1][j] = x
      }
    }
    let values = logPriors(at: Matrix(rows: points, columns: parameters.count))
    guard let constant = values.first, constant.isFinite, values.allSatisfy({ $0 == constant })
    else { throw PriorError.unknownPrior(likelihood: name) }
    return .flat(parameters.count, logConstant: constant)
  }
}
