import DNNLikelihood
import Dispatch
import Foundation
import Synchronization

/// Progress on standard error: a bar that is redrawn on a terminal, a line every few seconds
/// elsewhere.
final class ProgressBar: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private let lastLine = Mutex(Date.distantPast)

  /// Shows a report; returns false once the user has asked to stop.
  func show(_ progress: StudyProgress) -> Bool {
    let bar = progress.fraction.map { fraction -> String in
      let filled = Int((fraction * 24).rounded(.down))
      let cells = String(repeating: "█", count: filled) + String(repeating: "·", count: 24 - filled)
      return String(format: "%@ %3.0f %%  ", cells, 100 * fraction)
    }
    let text = progress.stage + "  " + (bar ?? "") + progress.detail
    if progress.isFinished {
      write((isTerminal ? "\r\u{1B}[K" : "") + "✓ \(progress.stage)  \(progress.detail)\n")
    } else if isTerminal {
      write("\r\u{1B}[K" + text)
    } else if lastLine.withLock({ last in
      guard Date().timeIntervalSince(last) > 10 else { return false }
      last = Date()
      return true
    }) {
      write(text + "\n")
    }
    return !Interruption.isRequested
  }

  /// The report of a sampler in the terms of a study.
  func show(_ progress: SamplingProgress) -> Bool {
    guard progress.step == progress.steps || progress.step % max(1, progress.steps / 200) == 0
    else { return !Interruption.isRequested }
    return show(
      StudyProgress(
        stage: progress.phase, fraction: Double(progress.step) / Double(progress.steps)))
  }

  /// Ends an unfinished bar.
  func finish() { if isTerminal { write("\r\u{1B}[K") } }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Control-C: the first asks the work to stop at the next safe place, the second ends at once.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Begins to listen for SIGINT and SIGTERM.
  static func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Interruption.isRequested { _exit(130) }
        Interruption.requested.store(true, ordering: .relaxed)
      }
    }
  }
}
