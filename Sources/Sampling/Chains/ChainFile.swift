public import Foundation
internal import HDF5
internal import NumericalCore

/// A chain file in emcee's layout, opened for reading; its draws stay in the file until they are
/// asked for.
///
/// A file that a run is still writing can be opened at any time: it shows the steps up to the last
/// checkpoint.
public struct ChainFile: Sendable {
  /// Where it is.
  public let url: URL
  /// Names of the parameters; `x0`, `x1`, … where the file has none.
  public let names: [String]
  /// Number of walkers.
  public let walkers: Int
  /// Number of independent ensembles; `nil` if every walker is an independent chain.
  public let ensembles: Int?
  /// Number of kept steps.
  public let steps: Int
  /// Mean acceptance of every walker.
  public let acceptance: [Double]
  /// Divergent transitions after warm-up.
  public let divergences: Int
  /// How the chains were made.
  public let provenance: [String: String]
  /// Names of the numbers that are there of every draw beside its log density.
  public let statisticNames: [String]
  /// Bounds of the parameters, where the file has them.
  public let bounds: [String: ClosedRange<Double>]

  private let chain, logDensities: HDF5Dataset
  private let statistics: [HDF5Dataset]

  /// Opens a file written by this framework or by emcee.
  ///
  /// - Throws: `HDF5Error`, naming the file and what is missing;
  ///   ``SamplingError/field(_:expected:found:)`` for numbers that contradict each other.
  public init(reading url: URL, group name: String = Chains.emceeGroup) throws {
    let file = try HDF5File(reading: url)
    let group = try file.group(name)
    // Data sets are grown before they are filled: only `iteration` steps count.
    let steps = try group.attribute("iteration", as: Int.self)
    let chain = try group.dataset("chain")
    let shape = try chain.shape
    try chain.requireShape([nil, nil, nil])
    let (walkers, d) = (shape[1], shape[2])
    func require(_ what: String, _ found: Int, _ fits: Bool, _ expected: String) throws {
      guard !fits else { return }
      throw SamplingError.field(
        "\(url.path): \(what) of group '\(name)'", expected: expected, found: "\(found)")
    }
    for (attribute, length) in [("nwalkers", walkers), ("ndim", d)] {
      let value = try group.attribute(attribute, as: Int.self)
      try require(
        "attribute '\(attribute)'", value, value == length && length > 0,
        "the length \(length) of its axis of 'chain', above zero")
    }
    let values = try group.dataset("log_prob")
    try values.requireShape([shape[0], walkers])
    // 0 is a run that has not kept a step yet.
    try require(
      "attribute 'iteration'", steps, steps > 0 && steps <= shape[0],
      "between 1 and the \(shape[0]) steps of 'chain'")
    let columns =
      try group.hasAttribute("parameter_names")
      ? group.textAttributes("parameter_names") : (0..<d).map { "x\($0)" }
    try require("number of 'parameter_names'", columns.count, columns.count == d, "\(d)")
    let different = Set(columns).subtracting([Chains.logDensityName]).count
    try require(
      "different 'parameter_names'", different, different == d,
      "\(d) different names, none of them '\(Chains.logDensityName)'")
    // A file of emcee itself holds one ensemble, and counts of accepted steps.
    let hasDataset = try group.exists("acceptance")
    let written = try hasDataset || group.hasAttribute("acceptance")
    let ensembles =
      try group.hasAttribute("ensembles")
      ? group.attribute("ensembles", as: Int.self) : (written ? nil : 1)
    if let ensembles {
      try require(
        "attribute 'ensembles'", ensembles, ensembles > 0 && walkers % ensembles == 0,
        "a divisor of the \(walkers) walkers")
    }
    let acceptance =
      try hasDataset
      ? group.dataset("acceptance").read(as: Double.self)
      : written
        ? group.attributeValues("acceptance", as: Double.self)
        : group.dataset("accepted").read(as: Double.self).map { $0 / Double(steps) }
    try require(
      "number of acceptances", acceptance.count, acceptance.count == walkers, "\(walkers)")
    let extra =
      try group.exists(ChainFileLayout.statistics)
      ? group.group(ChainFileLayout.statistics) : nil
    // A file that emcee went on with has no further statistics.
    let series = try (extra?.datasetNames() ?? []).filter {
      guard let extra else { return false }
      let shape = try extra.dataset($0).shape
      return shape.count == 2 && shape[0] >= steps && shape[1] == walkers
    }
    self.url = url
    self.names = columns
    self.walkers = walkers
    self.ensembles = ensembles
    self.steps = steps
    self.acceptance = acceptance
    divergences =
      try group.hasAttribute("divergences") ? group.attribute("divergences", as: Int.self) : 0
    provenance = try ChainFileLayout.provenance(of: group)
    statisticNames = series
    bounds =
      try file.exists(ChainFileLayout.run)
      ? ChainFileLayout.description(of: file).density.ranges : [:]
    self.chain = chain
    logDensities = values
    statistics = try series.compactMap { try extra?.dataset($0) }
  }

  /// Reads every `stride`-th of some steps.
  func readSteps(_ steps: Range<Int>, stride: Int = 1) throws -> ChainBlock {
    var block = ChainBlock(statistics: 0)
    block.positions = try chain.readRows(steps, stride: stride, as: Double.self)
    block.logDensities = try logDensities.readRows(steps, stride: stride, as: Double.self)
    block.statistics = try statistics.map {
      try $0.readRows(steps, stride: stride, as: Double.self)
    }
    block.steps = block.logDensities.count / walkers
    return block
  }

  /// Reads all draws.
  public func read() throws -> Chains {
    let block = try readSteps(0..<steps)
    var chains = Chains(
      names: names, walkers: walkers, ensembles: ensembles,
      positions: Matrix(rows: steps * walkers, columns: names.count, elements: block.positions),
      logDensities: block.logDensities, acceptance: acceptance, divergences: divergences,
      provenance: provenance)
    chains.statistics = Dictionary(uniqueKeysWithValues: zip(statisticNames, block.statistics))
    chains.bounds = bounds
    return chains
  }

  /// Convergence diagnostics of every parameter and of the log density, as
  /// ``Chains/convergence()``, in bounded memory: the file is read several times if it is large.
  ///
  /// - Throws: ``ChainDiagnosticsError`` for fewer than four steps, `HDF5Error`.
  public func convergence() throws -> ConvergenceSummary {
    try source.convergence(0..<steps, provenance: provenance)
  }

  /// Details of some parameters, or of all and of the log density, as ``Chains/details(of:)``, in
  /// bounded memory.
  ///
  /// - Throws: ``SamplingError/field(_:expected:found:)`` for a name that is not there,
  ///   ``ChainDiagnosticsError``, `HDF5Error`.
  public func details(of names: [String]? = nil) throws -> ChainDetails {
    ChainDetails(
      parameters: try source.details(names, steps: steps),
      energyFraction: try energies().flatMap {
        EnergyDiagnostics.meanFraction($0, chains: walkers)
      }, drift: try drift())
  }

  /// What speaks against the use of the chains: failed limits, a single ensemble, divergences,
  /// energies that hardly change, widths of ensembles that still drift.
  ///
  /// - Throws: `HDF5Error`.
  public func warnings(_ summary: ConvergenceSummary) throws -> [String] {
    Chains.warnings(summary, ensembles: ensembles, divergences: divergences)
      + [
        try energies().flatMap { EnergyDiagnostics.warning($0, chains: walkers) },
        try drift()?.warning,
      ].compactMap { $0 }
  }

  private var source: DrawSource {
    DrawSource(read: readSteps, names: names, walkers: walkers, ensembles: ensembles)
  }

  /// The energies of all draws, where the file has them.
  private func energies() throws -> [Double]? {
    guard let index = statisticNames.firstIndex(of: "energy") else { return nil }
    return try statistics[index].readRows(0..<steps, stride: 1, as: Double.self)
  }

  private func drift() throws -> EnsembleDrift? {
    guard ensembles != nil else { return nil }
    let block = try readSteps(0..<steps, stride: max(1, steps / Self.driftSteps))
    return EnsembleDrift(
      Chains(
        names: names, walkers: walkers, ensembles: ensembles,
        positions: Matrix(
          rows: block.logDensities.count, columns: names.count, elements: block.positions),
        logDensities: block.logDensities, acceptance: acceptance))
  }

  /// About as many steps tell whether an ensemble drifts.
  private static let driftSteps = 200
}

extension Chains {
  /// Reads chains written by ``write(to:)`` or by emcee; columns without names are called
  /// `x0`, `x1`, ….
  ///
  /// - Throws: `HDF5Error`, naming the file and what is missing;
  ///   ``SamplingError/field(_:expected:found:)`` for numbers that contradict each other.
  public init(reading url: URL, group name: String = Chains.emceeGroup) throws {
    self = try ChainFile(reading: url, group: name).read()
  }
}
