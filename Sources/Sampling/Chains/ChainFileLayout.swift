internal import Foundation
internal import HDF5

/// Names and places in a chain file.
///
/// The group `mcmc` is as emcee has it: `chain` (steps, walkers, parameters), `log_prob`,
/// `accepted`, and attributes, of which `iteration` says how many steps count. What emcee does not
/// know is in further attributes and data sets there, which it ignores. The group `run` says how
/// the run goes on: its description as JSON, and two records of where it stands, written in turn.
///
/// While a run goes on, nothing in the file changes but numbers at places that were fixed when it
/// was made: the data sets have room for all steps from the beginning (on the disk only for what
/// has been written). So a reader never meets a file that is being rebuilt, and neither does one
/// that comes after a kill.
enum ChainFileLayout {
  static let statistics = "statistics"
  static let run = "run"
  static let slots = ["checkpoint_0", "checkpoint_1"]
  private static let description = "description"
  private static let provenancePrefix = "provenance_"

  /// Makes an empty file with room for `capacity` kept steps and a record of `room` bytes.
  static func create(
    in file: HDF5File, _ description: RunDescription, capacity: Int, room: Int
  ) throws {
    let (walkers, d) = (description.walkers, description.names.count)
    let group = try file.createGroup(Chains.emceeGroup)
    try group.setAttribute("version", "3.1.6")
    for (name, value) in [
      ("nwalkers", walkers), ("ndim", d), ("iteration", 0), ("divergences", 0), ("steps_done", 0),
      ("steps_wanted", capacity * description.thinning),
    ] {
      try group.setAttribute(name, value)
    }
    try group.setAttribute("has_blobs", false)
    try group.setAttribute("parameter_names", description.names)
    if let ensembles = description.ensembles { try group.setAttribute("ensembles", ensembles) }
    for (key, value) in description.provenance {
      try group.setAttribute(provenancePrefix + key, value)
    }
    for name in ["accepted", "acceptance"] {
      try group.writeDataset(
        name, [Double](repeating: 0, count: walkers), shape: [walkers])
    }
    let series =
      [("log_prob", [walkers])]
      + description.statistics.map {
        (statistics + "/" + $0, [walkers])
      }
    for (name, shape) in [("chain", [walkers, d])] + series {
      let bytes = 8 * shape.reduce(1, *)
      // Above the 1 MiB that HDF5 keeps of a chunk in memory: what is written goes to the file at
      // once. A file of many terabytes gets larger chunks, so that their index stays small.
      let target = max(1 << 20, capacity * bytes >> 14)
      try group.createPreallocatedDataset(
        name, of: Double.self, rows: capacity, rowShape: shape,
        rowsPerChunk: min(capacity, target / bytes + 1))
    }
    let record = try file.createGroup(run)
    try record.writeStrings(Self.description, [try text(description)])
    for slot in slots {
      try record.writeDataset(slot, [UInt8](repeating: 0, count: room), shape: [room])
    }
  }

  /// A value as JSON, always in the same order.
  static func text(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return encoder
  }

  /// The description of the run that a file belongs to.
  ///
  /// - Throws: `HDF5Error` if the file says nothing of its run.
  static func description(of file: HDF5File) throws -> RunDescription {
    let texts = try file.group(run).dataset(description).readStrings()
    do {
      return try JSONDecoder().decode(RunDescription.self, from: Data(texts.joined().utf8))
    } catch {
      throw SamplingError.field(
        "\(file.fileURL.path): 'run/description'", expected: "the description of a run",
        found: "\(error)")
    }
  }

  /// The last whole record of where the run stands, and its place in the order.
  static func checkpoint(
    of file: HDF5File
  ) throws -> (checkpoint: RunCheckpoint, sequence: Int) {
    let group = try file.group(run)
    let found = try slots.compactMap {
      RunCheckpoint.decoded(try group.dataset($0).read(as: UInt8.self))
    }
    guard let last = found.max(by: { $0.sequence < $1.sequence }) else {
      throw SamplingError.field(
        "\(file.fileURL.path): records in 'run'", expected: "one that is whole", found: "none")
    }
    return last
  }

  /// How the chains of a file were made.
  static func provenance(of group: HDF5Group) throws -> [String: String] {
    var provenance: [String: String] = [:]
    for name in try group.attributeNames() where name.hasPrefix(provenancePrefix) {
      provenance[String(name.dropFirst(provenancePrefix.count))] = try group.textAttribute(name)
    }
    if try group.hasAttribute("steps_wanted") {
      let wanted = try group.attribute("steps_wanted", as: Int.self)
      let done = try group.attribute("steps_done", as: Int.self)
      if done < wanted { provenance["incomplete"] = "\(done) of \(wanted) steps" }
    }
    return provenance
  }
}
