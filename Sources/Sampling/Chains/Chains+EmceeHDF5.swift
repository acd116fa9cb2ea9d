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
      // Resizable, as emcee needs to continue a chain.
      let chain = try group.createExtendableDataset(
        "chain", of: Double.self, rowShape: [walkers, positions.columns])
      try chain.append(positions.elements)
      let values = try group.createExtendableDataset(
        "log_prob", of: Double.self, rowShape: [walkers])
      try values.append(logDensities)
    }
  }

  /// Reads chains written by ``write(to:)`` or by emcee; columns without names are called
  /// `x0`, `x1`, ….
  ///
  /// - Throws: `HDF5Error`, naming the file and what is missing.
  public init(reading url: URL, group name: String = Chains.emceeGroup) throws {
    let group = try HDF5File(reading: url).group(name)
    // Data sets are grown before they are filled: only `iteration` steps count.
    let steps = try group.attribute("iteration", as: Int.self)
    let chain = try group.dataset("chain")
    let shape = try chain.shape
    try chain.requireShape([nil, nil, nil])
    let (walkers, d) = (shape[1], shape[2])
    let values = try group.dataset("log_prob")
    try values.requireShape([shape[0], walkers])
    guard steps > 0, steps <= shape[0] else {
      throw SamplingError.field(
        "\(url.path): attribute 'iteration' of group '\(name)'",
        expected: "between 1 and the \(shape[0]) steps of 'chain'", found: "\(steps)")
    }
    let columns =
      try group.hasAttribute("parameter_names")
      ? group.textAttributes("parameter_names") : (0..<d).map { "x\($0)" }
    let attributes = try group.attributeNames().filter { $0.hasPrefix("provenance_") }
    var provenance: [String: String] = [:]
    for attribute in attributes {
      provenance[String(attribute.dropFirst("provenance_".count))] =
        try group.textAttribute(attribute)
    }
    // A file of emcee itself holds one ensemble.
    let written = try group.hasAttribute("acceptance")
    self.init(
      names: columns, walkers: walkers,
      ensembles: try group.hasAttribute("ensembles")
        ? group.attribute("ensembles", as: Int.self) : (written ? nil : 1),
      positions: Matrix(
        rows: steps * walkers, columns: d,
        elements: try chain.readRows(0..<steps, as: Double.self)),
      logDensities: try values.readRows(0..<steps, as: Double.self),
      acceptance: try written
        ? group.attributeValues("acceptance", as: Double.self)
        : group.dataset("accepted").read(as: Double.self).map { $0 / Double(steps) },
      divergences: try group.hasAttribute("divergences")
        ? group.attribute("divergences", as: Int.self) : 0,
      provenance: provenance)
  }
}
