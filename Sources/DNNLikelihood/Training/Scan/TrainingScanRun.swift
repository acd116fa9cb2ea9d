public import Foundation
internal import Likelihoods
internal import NumericalCore
internal import Surrogates
internal import Synchronization

/// A scan as the command line asks for it: from a data set file to a folder with `scan.csv`,
/// `scan.json`, the model of the best member, and below `members` a model folder for each.
///
/// Members that are done are skipped, unfinished ones go on from their checkpoint. Networks that are
/// too small for several threads are trained side by side, each on one thread; the numbers are those
/// of one after the other.
public struct TrainingScanRun: Sendable {
  /// What is trained.
  public let scan: TrainingScan
  /// The column that the table is sorted by.
  public var sortColumn = "validationRMSE"
  /// Seconds between checkpoints of a member.
  public var checkpointInterval = 30.0
  /// Told, before the trainings, what a user should know of them.
  public var onWarning: @Sendable (String) -> Void = { _ in }
  /// Whether everything is trained anew, whatever is in the folder.
  public var overwrites = false

  /// The widest hidden layer of a network that is trained on one thread.
  static let widestOnOneThread = 512

  /// A run of a scan.
  public init(_ scan: TrainingScan) { self.scan = scan }

  /// A member with its place.
  private struct Task: Sendable {
    let member: TrainingScan.Member
    let name: String
    let folder: URL
    let isSmall: Bool
  }

  /// Trains all members that are not done and writes the table after each.
  ///
  /// - Parameters:
  ///   - file: the data set.
  ///   - likelihood: the truth, for its maximum (recipe `enhanced`) and its prior.
  ///   - folder: the folder of the scan.
  ///   - onProgress: fraction done and a line of text, from any thread; return false to stop.
  /// - Throws: ``ScanInterrupted``, ``InputError``, ``ModelFolderError``, errors of the data set, of
  ///   the fit, of the trainings.
  public func run(
    on file: URL, likelihood: (any Posterior)?, writingTo folder: URL,
    onProgress: @escaping @Sendable (Double, String) -> Bool = { _, _ in true }
  ) throws -> ScanTable {
    _ = try ScanTable([], of: 0, sortedBy: sortColumn)
    let input = try TrainingInput(
      file, likelihood: likelihood,
      recipes: Set(scan.members.map(\.settings.recipe)), onWarning: onWarning)
    let tasks = try tasks(input, folder)
    let digest = input.data.digest
    let output = ModelFolder(planned: folder)
    try output.claim(for: .dataset(digest), overwriting: overwrites)
    if overwrites { try tasks.forEach { try Self.forget($0.folder) } }
    let progress = ScanProgress(
      self, tasks.count, folder, done: tasks.compactMap { Self.row(in: $0.folder) }, onProgress)
    let open = tasks.filter { Self.row(in: $0.folder) == nil }
    Threads.withSerialProducts {
      Self.each(open.filter(\.isSmall), workers: Threads.count) {
        train($0, input, progress)
      }
    }
    Self.each(open.filter { !$0.isSmall }, workers: 1) { train($0, input, progress) }
    if let error = progress.error { throw error }
    let table = try progress.table()
    try copyBest(table, to: output, digest)
    return table
  }

  private func tasks(_ input: TrainingInput, _ folder: URL) throws -> [Task] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = input.data.digest
    let counts = input.countsDigest ?? ""
    let available = input.data.indices(.training).count
    return try scan.members.map { member in
      if let points = member.points, points > available {
        throw InputError.malformed(
          scan.file, place: "points",
          expected: "at most the \(available) training points of \(input.file.relativePath)",
          found: "\(points)")
      }
      let recipe = try member.settings.trainingRecipe(for: input.data, seed: member.seed)
      let text = String(decoding: try encoder.encode(member), as: UTF8.self)
      let name = RunFolder.digest(
        [data, text, input.quadratic == nil ? "" : "likelihood"]
          + (recipe.learnsCounts ? [counts] : []))
      return Task(
        member: member, name: name,
        folder: folder.appending(path: "members").appending(path: name),
        isSmall: recipe.hiddenWidths.max() ?? 0 <= Self.widestOnOneThread)
    }
  }

  /// Calls `body` for every task, `workers` at a time.
  private static func each(
    _ tasks: [Task], workers: Int, _ body: @Sendable (Task) -> Void
  ) {
    let next = Mutex(0)
    parallelFor(min(workers, tasks.count)) { range in
      for _ in range {
        while true {
          let index = next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard index < tasks.count else { break }
          body(tasks[index])
        }
      }
    }
  }

  private func train(_ task: Task, _ input: TrainingInput, _ progress: ScanProgress) {
    guard progress.goesOn else { return }
    do {
      progress.add(try row(task, input) { progress.report(task.name, $0, $1) })
    } catch {
      progress.stop(error)
    }
  }

  private func row(
    _ task: Task, _ input: TrainingInput, _ onProgress: (Double, String) -> Bool
  ) throws -> ScanRow {
    let member = task.member
    let data =
      try member.points.map {
        try input.data.subset(training: $0, seed: member.seed)
      } ?? input.data
    let recipe = try member.settings.trainingRecipe(for: data, seed: member.seed)
    let folder = try ModelFolder(task.folder)
    var summary: TrainingSummary?
    var failure: (end: ScanRow.End, reason: String)?
    do {
      summary = try TrainingJob(
        data: data, recipe: recipe, prior: input.prior,
        quadratic: recipe.name == "enhanced" ? input.quadratic : nil,
        counts: input.counts(for: data, recipe), folder: folder,
        checkpointInterval: checkpointInterval
      ).run(onProgress: onProgress)
    } catch let error as TrainingDiverged {
      failure = (.diverged, "\(error)")
      try folder.checkpoint.remove()
    } catch let error as DatasetError {
      failure = (.unusable, "\(DatasetFileError(file: input.file, error: error, other: nil))")
    }
    let row = ScanRow(
      member: task.name, repetition: member.repetition, points: data.indices(.training).count,
      recipe: recipe, summary: summary, failure: failure?.reason, end: failure?.end)
    try JSONEncoder().encode(row).write(to: Self.file(in: task.folder), options: .atomic)
    return row
  }

  private static func file(in folder: URL) -> URL { folder.appending(path: "member.json") }

  /// The row of a member that is done.
  private static func row(in folder: URL) -> ScanRow? {
    try? JSONDecoder().decode(ScanRow.self, from: Data(contentsOf: file(in: folder)))
  }

  /// Removes what a member has come to.
  private static func forget(_ folder: URL) throws {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    try FileManager.default.removeItem(at: folder)
  }

  /// Copies the model of the best member, which may have learned a part of the data set with the
  /// digest.
  private func copyBest(_ table: ScanTable, to output: ModelFolder, _ digest: String) throws {
    guard let best = table.best else { return }
    let source = try ModelFolder(output.url.appending(path: "members").appending(path: best))
    for name in ["model.onnx", "history.json", "history.csv"] {
      try Data(contentsOf: source.url.appending(path: name))
        .write(to: output.url.appending(path: name), options: .atomic)
    }
    guard var summary = source.summary() else { return }
    summary.dataset = digest
    try output.write(summary)
  }
}

/// Thrown out of a scan that was asked to stop.
public struct ScanInterrupted: Error, CustomStringConvertible {
  /// Members done, of all.
  public let done, count: Int

  public var description: String {
    "\(done) of \(count) trainings are done, the others are kept as far as they are; the same "
      + "command goes on from there"
  }
}
