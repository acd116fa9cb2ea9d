internal import Foundation
internal import HDF5
internal import NumericalCore

/// Kept steps go to a file at fixed places; see ``ChainFileLayout``.
final class ChainFileSink: ChainSink {
  let url: URL
  let description: RunDescription
  /// Number of kept steps that the file has room for.
  let capacity: Int
  /// The record that the file was opened with.
  let resumed: RunCheckpoint
  let blockSteps: Int

  private let file: HDF5File
  /// The file while it is open.
  var openFile: HDF5File { file }
  private let group: HDF5Group
  private let chain, logDensities: HDF5Dataset
  private let statistics, slots: [HDF5Dataset]
  private let writer = BackgroundWriter()
  private let interval: Double
  private let claim: FileClaim
  /// Kept steps and steps after burn-in of the last record.
  private(set) var saved: (kept: Int, steps: Int)
  private var lastSave = Date()
  private var kept: Int
  private var sequence: Int

  /// Opens a file to go on writing; steps beyond its last record are dropped.
  ///
  /// - Parameter interval: seconds between checkpoints.
  init(updating url: URL, interval: Double) throws {
    self.url = url
    claim = try FileClaim(url)
    file = try HDF5File(updatingBesideReaders: url)
    description = try ChainFileLayout.description(of: file)
    (resumed, sequence) = try ChainFileLayout.checkpoint(of: file)
    kept = resumed.kept
    saved = (resumed.kept, resumed.sums.steps)
    self.interval = interval
    let group = try file.group(Chains.emceeGroup)
    let run = try file.group(ChainFileLayout.run)
    self.group = group
    chain = try group.dataset("chain")
    logDensities = try group.dataset("log_prob")
    statistics = try description.statistics.map {
      try group.dataset(ChainFileLayout.statistics + "/" + $0)
    }
    slots = try ChainFileLayout.slots.map { try run.dataset($0) }
    let shape = try chain.shape
    let walkers = description.walkers
    try chain.requireShape([nil, walkers, description.names.count])
    capacity = shape[0]
    let written = try group.attribute("iteration", as: Int.self)
    guard kept <= capacity, resumed.positions.rows == walkers, written <= kept else {
      // emcee itself may have gone on with the chain.
      throw SamplingError.field(
        "\(url.path): attribute 'iteration'", expected: "at most the \(kept) steps of the run",
        found: "\(written)")
    }
    blockSteps = max(1, (1 << 20) / (8 * walkers * description.names.count))
  }

  /// Makes a file under a temporary name and renames it, so that it appears with its first record.
  ///
  /// - Parameters:
  ///   - source: a file whose draws are taken over.
  ///   - selection: which of them.
  static func create(
    _ url: URL, _ description: RunDescription, capacity: Int, checkpoint: RunCheckpoint,
    takingOver source: ChainFileSink? = nil, _ selection: DrawSelection? = nil
  ) throws {
    var checkpoint = checkpoint
    let selection = selection ?? DrawSelection(discarded: 0, stride: 1, count: checkpoint.kept)
    checkpoint.kept = selection.count
    let room = RunCheckpoint.room(
      walkers: description.walkers, columns: checkpoint.positions.columns,
      gradients: checkpoint.gradients != nil, tuning: checkpoint.tuning.count)
    try HDF5File.writeAtomically(to: url) { file in
      try ChainFileLayout.create(in: file, description, capacity: capacity, room: room)
      let group = try file.group(Chains.emceeGroup)
      if let source { try copy(source, selection, to: group, description.statistics) }
      try update(group, checkpoint)
      let run = try file.group(ChainFileLayout.run)
      try run.dataset(ChainFileLayout.slots[0]).writeRows(checkpoint.encoded(sequence: 0), at: 0)
    }
  }

  private static func copy(
    _ source: ChainFileSink, _ selection: DrawSelection, to group: HDF5Group,
    _ statistics: [String]
  ) throws {
    let chain = try group.dataset("chain")
    let values = try group.dataset("log_prob")
    let series = try statistics.map { try group.dataset(ChainFileLayout.statistics + "/" + $0) }
    let rows = max(1, 16 * source.blockSteps)
    for first in stride(from: 0, to: selection.count, by: rows) {
      let count = min(rows, selection.count - first)
      let start = selection.steps.lowerBound + first * selection.stride
      let block = try source.readSteps(
        start..<start + (count - 1) * selection.stride + 1, stride: selection.stride)
      try chain.writeRows(block.positions, at: first)
      try values.writeRows(block.logDensities, at: first)
      for (dataset, values) in zip(series, block.statistics) {
        try dataset.writeRows(values, at: first)
      }
    }
  }

  /// The numbers that readers look at, in their places.
  private static func update(_ group: HDF5Group, _ checkpoint: RunCheckpoint) throws {
    let means = checkpoint.sums.means
    try group.dataset("acceptance").writeRows(means, at: 0)
    try group.dataset("accepted").writeRows(
      means.map { ($0 * Double(checkpoint.kept)).rounded() }, at: 0)
    try group.overwriteAttribute("divergences", checkpoint.sums.divergences)
    try group.overwriteAttribute("steps_done", checkpoint.sums.steps)
    try group.overwriteAttribute("iteration", checkpoint.kept)
  }

  func append(_ block: ChainBlock) throws {
    guard block.steps > 0 else { return }
    let (chain, logDensities, statistics, first) = (chain, logDensities, statistics, kept)
    kept += block.steps
    try writer.start {
      try chain.writeRows(block.positions, at: first)
      try logDensities.writeRows(block.logDensities, at: first)
      for (dataset, values) in zip(statistics, block.statistics) {
        try dataset.writeRows(values, at: first)
      }
    }
  }

  var isCheckpointDue: Bool { Date().timeIntervalSince(lastSave) >= interval }

  func save(_ checkpoint: RunCheckpoint) throws {
    precondition(checkpoint.kept == kept, "all kept steps are in the file")
    let record = checkpoint.encoded(sequence: sequence + 1)
    let slot = slots[(sequence + 1) % 2]
    guard record.count <= (try slot.shape[0]) else {
      throw SamplingError.field(
        "\(url.path): what the sampler has learned", expected: "at most twice its first length",
        found: "\(checkpoint.tuning.count) bytes")
    }
    try writer.finish()
    // Draws first, then the record, then what readers see: whatever a kill leaves out, the older
    // record stands for a state that is whole.
    try file.flush()
    try slot.writeRows(record, at: 0)
    try file.flush()
    sequence += 1
    saved = (checkpoint.kept, checkpoint.sums.steps)
    try Self.update(group, checkpoint)
    try file.flush()
    lastSave = Date()
  }

  func readSteps(_ steps: Range<Int>, stride: Int) throws -> ChainBlock {
    try writer.finish()
    var block = ChainBlock(statistics: 0)
    block.positions = try chain.readRows(steps, stride: stride, as: Double.self)
    block.logDensities = try logDensities.readRows(steps, stride: stride, as: Double.self)
    block.statistics = try statistics.map {
      try $0.readRows(steps, stride: stride, as: Double.self)
    }
    block.steps = block.logDensities.count / description.walkers
    return block
  }

  /// Closes the file.
  func close() throws {
    try writer.finish()
    try file.close()
  }
}

/// The claim of one process to write a file. Readers do not notice it.
private final class FileClaim {
  private let descriptor: Int32

  init(_ url: URL) throws {
    descriptor = open(url.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else {
      // Opening it as HDF5 says what is wrong.
      return
    }
    #if os(Linux)
      var lock = flock(
        l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
      // An open-file-description lock (F_OFD_SETLK): closing another descriptor keeps it.
      if fcntl(descriptor, 37, &lock) != 0, errno == EAGAIN || errno == EACCES {
        close(descriptor)
        throw SamplingError.field(
          url.path, expected: "a file that no other run is writing", found: "one in use")
      }
    #endif
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
