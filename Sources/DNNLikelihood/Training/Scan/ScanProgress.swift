internal import Foundation
internal import Synchronization

/// What the members of a running scan share: the rows that are done, and whether to go on.
final class ScanProgress: Sendable {
  private struct State {
    var rows: [ScanRow]
    var fractions: [String: Double] = [:]
    var isInterrupted = false
    var error: (any Error)?
  }

  private let run: TrainingScanRun
  private let count: Int
  private let folder: URL
  private let onProgress: @Sendable (Double, String) -> Bool
  private let state: Mutex<State>

  init(
    _ run: TrainingScanRun, _ count: Int, _ folder: URL, done: [ScanRow],
    _ onProgress: @escaping @Sendable (Double, String) -> Bool
  ) {
    self.run = run
    self.count = count
    self.folder = folder
    self.onProgress = onProgress
    state = Mutex(State(rows: done))
  }

  /// Whether members may begin.
  var goesOn: Bool { state.withLock { !$0.isInterrupted && $0.error == nil } }

  /// Why the scan ended before its end.
  var error: (any Error)? {
    state.withLock { state in
      state.error
        ?? (state.isInterrupted ? ScanInterrupted(done: state.rows.count, count: count) : nil)
    }
  }

  /// The table of what is done.
  func table() throws -> ScanTable {
    let rows = state.withLock { $0.rows }
    let table = try ScanTable(rows, of: count, sortedBy: run.sortColumn)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try Data(table.csv.utf8).write(to: folder.appending(path: "scan.csv"), options: .atomic)
    try encoder.encode(table).write(to: folder.appending(path: "scan.json"), options: .atomic)
    return table
  }

  /// Shows how far a member is; returns false if it should stop.
  func report(_ member: String, _ fraction: Double, _ line: String) -> Bool {
    let (done, all) = state.withLock { state in
      state.fractions[member] = fraction
      return (state.rows.count, Double(state.rows.count) + state.fractions.values.reduce(0, +))
    }
    if !onProgress(min(1, all / Double(count)), "\(done)/\(count) done  \(member)  \(line)") {
      state.withLock { $0.isInterrupted = true }
    }
    return goesOn
  }

  /// Takes note of a member that is done.
  func add(_ row: ScanRow) {
    state.withLock { state in
      state.fractions[row.member] = nil
      state.rows.append(row)
    }
    do { _ = try table() } catch { stop(error) }
  }

  /// Takes note of a member that ended without a row; the others end, too.
  func stop(_ error: any Error) {
    state.withLock { state in
      if error is TrainingInterrupted || error is StudyInterrupted {
        state.isInterrupted = true
      } else if state.error == nil {
        state.error = error
      }
    }
  }
}
