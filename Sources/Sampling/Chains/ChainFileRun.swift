public import Foundation
internal import HDF5
internal import Likelihoods
internal import NumericalCore

/// A run whose draws go to a file while they are made, which never holds all of them in memory,
/// and which goes on where it was stopped.
///
/// The file is emcee's and can be read at any time. If there is a file at ``url`` already, a new
/// run works in a file beside it, named with `.part` at the end, which takes its place when the
/// run is done.
public struct ChainFileRun: Sendable {
  /// The chain file.
  public var url: URL
  /// Whether a run that was stopped goes on; with no file there, one begins.
  public var resumes: Bool
  /// Seconds between checkpoints: what a kill costs at most, beside the steps of one block.
  public var checkpointInterval: Double
  /// When to stop before all draws are made. A continued run has the goal that it began with,
  /// unless another is given.
  public var goal: SamplingGoal?
  /// What else is to be recorded of the chains.
  public var provenance: [String: String]
  /// Whether the log-prior of every draw is kept, too, where the density knows it. For a cheap
  /// likelihood this takes a tenth of the time.
  public var keepsLogPrior = false

  /// A run with its file.
  public init(
    _ url: URL, resumes: Bool = false, checkpointInterval: Double = 5, goal: SamplingGoal? = nil,
    provenance: [String: String] = [:]
  ) {
    self.url = url
    self.resumes = resumes
    self.checkpointInterval = checkpointInterval
    self.goal = goal
    self.provenance = provenance
  }

  /// Where the draws of an unfinished run beside a finished file are.
  public static func partURL(of url: URL) -> URL {
    url.deletingLastPathComponent().appending(path: url.lastPathComponent + ".part")
  }

  /// The file that a continued run goes on with, if there is one.
  public static func unfinished(at url: URL) -> URL? {
    [partURL(of: url), url].first { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Removes what a kill has left of a file that was being made anew (`.name.….part`).
  private func removeLeftovers(of place: URL) {
    let folder = place.deletingLastPathComponent()
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let start = "." + place.lastPathComponent + "."
    for name in names
    where name.hasPrefix(start) && name.hasSuffix(".part")
      && name.count == start.count + 8 + ".part".count
    {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }

  /// The file that is written while the run goes on.
  func place() throws -> URL {
    let part = Self.partURL(of: url)
    if resumes { return Self.unfinished(at: url) ?? url }
    guard !FileManager.default.fileExists(atPath: part.path) else {
      throw SamplingError.field(
        part.path, expected: "no unfinished run, or that it is to be continued",
        found: "one; continue it (--resume) or remove the file")
    }
    return FileManager.default.fileExists(atPath: url.path) ? part : url
  }
}

/// How a run with a file ended well.
public struct ChainFileEnd: Sendable {
  /// Kept draws of all walkers.
  public let draws: Int
  /// The goal that was reached; `nil` if all draws were made instead.
  public let reachedGoal: SamplingGoal?
}

/// Thrown when a run with a file stops before its end. Its draws are in the file, and it can be
/// continued.
public struct SamplingStopped: Error, CustomStringConvertible {
  /// What the density threw, ``SamplingCancelled``, or what prevents writing.
  public let cause: any Error
  /// The file, if there is anything in it.
  public let file: URL
  /// Draws in the file.
  public let draws: Int
  /// Steps that were done after burn-in or warm-up.
  public let stepsDone: Int
  /// Steps that were wanted.
  public let stepsWanted: Int

  public var description: String {
    "\(cause)\nThe \(draws) draws of the first \(stepsDone) of \(stepsWanted) steps are kept in "
      + file.relativePath
  }
}

extension ChainFileRun {
  /// Runs a sampler into the file.
  ///
  /// - Parameters:
  ///   - template: the description of the run, without what the kernel says.
  ///   - wanted: kept steps.
  ///   - kernel: the kernel before it has learned anything.
  ///   - begin: initial state and warm-up of a new run; what was learned, for the record.
  func execute<Kernel: TransitionKernel, Density: LogDensity>(
    _ template: RunDescription, wanted: Int, density: Density, kernel: Kernel,
    begin: (inout Kernel) throws -> (WalkerState, learned: [String: String]),
    onProgress: (SamplingProgress) -> Bool
  ) throws -> ChainFileEnd {
    var kernel = kernel
    let place = try place()
    let fingerprint = template.density
    var sink: ChainFileSink
    var state: WalkerState
    var logPriors: ((Matrix<Double>) -> [Double])?
    let isNew = !FileManager.default.fileExists(atPath: place.path)
    if !isNew {
      sink = try ChainFileSink(updating: place, interval: checkpointInterval)
      // The claim on the file says that nobody else is making one.
      removeLeftovers(of: place)
      try sink.requireSame(template, fingerprint)
      var description = sink.description
      let hasNewGoal = goal != nil && goal != description.goal
      let isReached = description.isComplete && goal != nil && goal == description.goal
      let needsRoom = wanted > sink.capacity && !isReached
      if hasNewGoal || needsRoom {
        description.goal = goal ?? (description.isComplete ? nil : description.goal)
        description.isComplete = false
        description.provenance["goal"] = nil
        try ChainFileSink.create(
          place, description, capacity: max(wanted, sink.capacity), checkpoint: sink.resumed,
          takingOver: sink)
        try sink.close()
        sink = try ChainFileSink(updating: place, interval: checkpointInterval)
      }
      let learned: SavedTuning<Kernel.Tuning>
      do {
        learned = try JSONDecoder().decode(
          SavedTuning<Kernel.Tuning>.self, from: sink.resumed.tuning)
      } catch {
        throw SamplingError.field(
          "\(place.path): what the sampler has learned", expected: "that of '\(template.kind)'",
          found: "\(error)")
      }
      kernel.tuning = learned.kernel
      state = sink.resumed.state
      state.slice = learned.slice
    } else {
      if keepsLogPrior, let posterior = density as? any LogPosterior {
        logPriors = posterior.logPriors
      }
      let learned: [String: String]
      (state, learned) = try begin(&kernel)
      var description = template
      description.provenance.merge(learned) { $1 }
      description.goal = goal
      let run = SamplingRun(burnIn: 0, steps: 0, thinning: 1, logPriors: logPriors)
      description.statistics = run.statisticNames(kernel)
      description.provenance.merge(provenance) { $1 }
      let checkpoint = RunCheckpoint(
        state, number: 0, kept: 0, sums: RunSums(walkers: state.walkers),
        tuning: try SavedTuning(kernel: kernel.tuning, slice: state.slice).encoded())
      try ChainFileSink.create(place, description, capacity: wanted, checkpoint: checkpoint)
      sink = try ChainFileSink(updating: place, interval: checkpointInterval)
    }
    let description = sink.description
    if description.statistics.last == SamplingRun.logPriorName {
      logPriors = (density as? any LogPosterior)?.logPriors
    }
    let target = description.isComplete ? sink.resumed.kept : wanted
    let run = SamplingRun(
      burnIn: description.burnIn, steps: target * description.thinning,
      thinning: description.thinning, logPriors: logPriors)
    let check = description.goal.map {
      GoalCheck(
        goal: $0, names: description.names, walkers: description.walkers,
        ensembles: description.ensembles)
    }
    let end: SamplingRun.End
    do {
      end = try run(
        kernel, &state, into: sink, from: sink.resumed, until: check, onProgress: onProgress)
    } catch let error as HDF5Error {
      // A full disk: the file is as its last record says.
      let saved = sink.saved
      throw SamplingStopped(
        cause: error, file: place, draws: saved.kept * description.walkers,
        stepsDone: saved.steps, stepsWanted: run.steps)
    }
    if let cause = end.failure {
      try sink.close()
      let isCancelled = cause is SamplingCancelled
      if isNew, end.kept == 0, !isCancelled {
        try? FileManager.default.removeItem(at: place)
        throw cause
      }
      throw SamplingStopped(
        cause: cause, file: place, draws: end.kept * description.walkers,
        stepsDone: end.sums.steps, stepsWanted: run.steps)
    }
    let draws = try finish(sink, end, at: place)
    return ChainFileEnd(
      draws: draws * description.walkers,
      reachedGoal: end.selection != nil || description.isComplete ? description.goal : nil)
  }

  /// Drops what the goal does not need, gives the file its name; returns the number of steps.
  private func finish(_ sink: ChainFileSink, _ end: SamplingRun.End, at place: URL) throws -> Int {
    let kept = end.selection?.count ?? end.kept
    if kept < sink.capacity {
      var description = sink.description
      if let selection = end.selection, let goal = description.goal {
        description.isComplete = true
        description.burnIn += selection.discarded * description.thinning
        description.thinning *= selection.stride
        description.provenance["goal"] = "\(goal)"
        description.provenance["thinning"] = "\(description.thinning)"
        if description.ensembles != nil {
          description.provenance["burn_in"] = "\(description.burnIn)"
          description.provenance["automatic_burn_in"] = "\(selection.discarded)"
          description.provenance["automatic_thinning"] = "\(selection.stride)"
        }
      }
      let last = try sink.lastCheckpoint()
      try ChainFileSink.create(
        place, description, capacity: kept, checkpoint: last, takingOver: sink, end.selection)
    }
    try sink.close()
    if place != url, rename(place.path, url.path) != 0 {
      throw HDF5Error.cannotWrite(file: url, reason: String(cString: strerror(errno)))
    }
    return kept
  }
}

extension ChainFileSink {
  /// The last record that was written.
  func lastCheckpoint() throws -> RunCheckpoint {
    try ChainFileLayout.checkpoint(of: openFile).checkpoint
  }

  /// Throws unless the file belongs to the same density and sampler.
  func requireSame(_ template: RunDescription, _ fingerprint: DensityFingerprint) throws {
    if let (expected, found) = fingerprint.difference(from: description.density) {
      throw SamplingError.field(
        "\(url.path) is of another likelihood", expected: expected, found: found)
    }
    let pairs = [
      ("sampler", template.kind, description.kind),
      ("options of the sampler", template.sampler, description.sampler),
      ("walkers", "\(template.walkers)", "\(description.walkers)"),
    ]
    for (what, found, expected) in pairs where found != expected {
      throw SamplingError.field(
        "\(url.path): \(what)", expected: "those of the run, \(expected)", found: found)
    }
  }
}
