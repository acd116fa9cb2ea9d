public import Foundation
internal import HDF5
internal import NumericalCore

/// The layout of `emcee.backends.HDFBackend` (emcee 3.1): a group with the data sets `chain`
/// (steps, walkers, parameters), `log_prob` (steps, walkers) and `accepted` (walkers). What emcee
/// does not know (names, ensembles, provenance) is in further attributes and data sets, which it
/// ignores.
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
      for (key, value) in provenance { try group.setAttribute("provenance_" + key, value) }
      try group.writeDataset("acceptance", acceptance, shape: [walkers])
      try group.writeDataset(
        "accepted", acceptance.map { ($0 * Double(steps)).rounded() }, shape: [walkers])
      // Resizable, as emcee needs to continue a chain; random digits do not compress.
      let chain = try group.createExtendableDataset(
        "chain", of: Double.self, rowShape: [walkers, positions.columns], layout: .chunked())
      try chain.append(positions.elements)
      let series =
        [("log_prob", logDensities)]
        + statistics.sorted { $0.key < $1.key }.map { (ChainFileLayout.statistics + "/" + $0, $1) }
      for (name, values) in series {
        try group.createExtendableDataset(
          name, of: Double.self, rowShape: [walkers], layout: .chunked()
        ).append(values)
      }
    }
  }
}
