import DNNLikelihood
import Dispatch
import Foundation
import Synchronization

/// Progress on standard error: a bar that is redrawn on a terminal, a plain line every few seconds
/// elsewhere.
final class ProgressBar: Sendable {
  private struct State {
    var lastLine = Date.distantPast
    var phase = ""
    var phaseStart = Date()
    var firstStep = 0
  }

  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let state = Mutex(State())

  /// A bar; from now on Control-C asks the work to stop instead of ending the program.
  init() { Interruption.listen() }

  /// Shows a report; returns false once the user has asked to stop.
  func show(_ progress: StudyProgress) -> Bool {
    let percent = progress.fraction.map { String(format: "%3.0f %%", 100 * $0) }
    let parts = [progress.stage, percent, progress.detail.isEmpty ? nil : progress.detail]
      .compactMap { $0 }
    if progress.isFinished {
      write((isTerminal ? "\r\u{1B}[K" : "") + "✓ \(progress.stage)  \(progress.detail)\n")
    } else if isTerminal {
      let bar = progress.fraction.map(Self.cells) ?? ""
      write("\r\u{1B}[K" + ([bar] + parts).filter { !$0.isEmpty }.joined(separator: "  "))
    } else if isLineDue() {
      write(parts.joined(separator: "  ") + "\n")
    }
    return !Interruption.isRequested
  }

  /// The report of a sampler in the terms of a study, with rate and time left.
  func show(_ progress: SamplingProgress) -> Bool {
    guard progress.step == progress.steps || progress.step % max(1, progress.steps / 200) == 0
    else { return !Interruption.isRequested }
    let (seconds, done) = state.withLock { state in
      if state.phase != progress.phase {
        state.phase = progress.phase
        state.phaseStart = Date()
        state.firstStep = progress.step
      }
      return (Date().timeIntervalSince(state.phaseStart), progress.step - state.firstStep)
    }
    let rate = Double(done) / max(seconds, 1e-3)
    let left = Double(progress.steps - progress.step) / rate
    return show(
      StudyProgress(
        stage: progress.phase, fraction: Double(progress.step) / Double(progress.steps),
        detail: done > 0 ? String(format: "%.0f steps/s  %.0f s left", rate, left) : ""))
  }

  /// Shows a line that stays.
  func warn(_ text: String) { write((isTerminal ? "\r\u{1B}[K" : "") + "warning: \(text)\n") }

  /// Ends an unfinished bar.
  func finish() { if isTerminal { write("\r\u{1B}[K") } }

  private func isLineDue() -> Bool {
    state.withLock { state in
      guard Date().timeIntervalSince(state.lastLine) > 10 else { return false }
      state.lastLine = Date()
      return true
    }
  }

  private static func cells(_ fraction: Double) -> String {
    let filled = min(24, max(0, Int((fraction * 24).rounded(.down))))
    return String(repeating: "█", count: filled) + String(repeating: "·", count: 24 - filled)
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Control-C during long work: the first asks it to stop at the next safe place, the second ends
/// the program at once. Commands without such places keep the usual behaviour.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Begins to listen for SIGINT and SIGTERM.
  static func listen() {
    // A parent may have started the program with these signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Interruption.isRequested { _exit(130) }
        Interruption.requested.store(true, ordering: .relaxed)
        // Only write(2) is allowed in a signal handler.
        let text: StaticString =
          "\nStopping at the next safe place; Control-C again ends at once.\n"
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
      }
    }
  }

  /// Ends work that did not look at the request itself.
  ///
  /// - Throws: `StudyInterrupted`.
  static func check() throws { if isRequested { throw StudyInterrupted() } }
}
