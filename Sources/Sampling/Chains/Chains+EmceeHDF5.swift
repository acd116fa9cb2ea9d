public import Foundation
internal import HDF5
internal import NumericalCore

/// The layout of `emcee.backends.HDFBackend` (emcee 3.1): a group with the data sets `chain`
/// (steps, walkers, parameters), `log_prob` (steps, walkers) and `accepted` (walkers). What emcee
/// does not know (names, ensembles, provenance) is in further attributes, which it ignores.
extension Chains {
  /// The group that emcee opens unless told otherwise.
  public static let emceeGroup = "mcmc"

  /// Writes the chains to a file that emcee opens.
  ///
  /// - Throws: `HDF5Error`; nothing is left behind then.
  public func write(to url: URL) throws {
    try HDF5File.writeAtomically(to: url) { file in
      let group = try file.createGroup(Self.emceeGroup)
      try group.setAttribute("version", "3.1.6")
      try group.setAttribute("nwalkers", walkers)
      try group.setAttribute("ndim", positions.columns)
      try group.setAttribute("iteration", steps)
      try group.setAttribute("has_blobs", false)
      try group.setAttribute("parameter_names", names)
      if let ensembles { try group.setAttribute("ensembles", ensembles) }
      try group.setAttribute("divergences", divergences)
      try group.setAttribute("acceptance", acceptance)
      for (key, value) in provenance { try group.setAttribute("provenance_" + key, value) }
      try group.writeDataset(
        "accepted", acceptance.map { ($0 * Double(steps)).rounded() }, shape: [walkers])
      // Resizable, as emcee needs to continue a chain; random digits do not compress.
      let chain = try group.createExtendableDataset(
        "chain", of: Double.self, rowShape: [walkers, positions.columns], layout: .chunked())
      try chain.append(positions.elements)
      let values = try group.createExtendableDataset(
        "log_prob", of: Double.self, rowShape: [walkers], layout: .chunked())
      try values.append(logDensities)
    }
  }

  /// Reads chains written by ``write(to:)`` or by emcee; columns without names are called
  /// `x0`, `x1`, ….
  ///
  /// - Throws: `HDF5Error`, naming the file and what is missing;
  ///   ``SamplingError/field(_:expected:found:)`` for numbers that contradict each other.
  public init(reading url: URL, group name: String = Chains.emceeGroup) throws {
    let group = try HDF5File(reading: url).group(name)
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
    try require(
      "attribute 'iteration'", steps, steps > 0 && steps <= shape[0],
      "between 1 and the \(shape[0]) steps of 'chain'")
    let columns =
      try group.hasAttribute("parameter_names")
      ? group.textAttributes("parameter_names") : (0..<d).map { "x\($0)" }
    try require("number of 'parameter_names'", columns.count, columns.count == d, "\(d)")
    let names = Set(columns).subtracting([Chains.logDensityName]).count
    try require(
      "different 'parameter_names'", names, names == d,
      "\(d) different names, none of them '\(Chains.logDensityName)'")
    let attributes = try group.attributeNames().filter { $0.hasPrefix("provenance_") }
    var provenance: [String: String] = [:]
    for attribute in attributes {
      provenance[String(attribute.dropFirst("provenance_".count))] =
        try group.textAttribute(attribute)
    }
    // A file of emcee itself holds one ensemble, and counts of accepted steps.
    let written = try group.hasAttribute("acceptance")
    let ensembles =
      try group.hasAttribute("ensembles")
      ? group.attribute("ensembles", as: Int.self) : (written ? nil : 1)
    if let ensembles {
      try require(
        "attribute 'ensembles'", ensembles, ensembles > 0 && walkers % ensembles == 0,
        "a divisor of the \(walkers) walkers")
    }
    let acceptance =
      try written
      ? group.attributeValues("acceptance", as: Double.self)
      : group.dataset("accepted").read(as: Double.self).map { $0 / Double(steps) }
    try require(
      "number of acceptances", acceptance.count, acceptance.count == walkers, "\(walkers)")
    self.init(
      names: columns, walkers: walkers, ensembles: ensembles,
      positions: Matrix(
        rows: steps * walkers, columns: d,
        elements: try chain.readRows(0..<steps, as: Double.self)),
      logDensities: try values.readRows(0..<steps, as: Double.self), acceptance: acceptance,
      divergences: try group.hasAttribute("divergences")
        ? group.attribute("divergences", as: Int.self) : 0,
      provenance: provenance)
  }
}
