internal import Dispatch
internal import Foundation
internal import Synchronization

/// Requests for the rows of a batch, several at the same time, with their results in order.
///
/// They run on threads made for the batch: they wait for a server most of the time, so their
/// number has nothing to do with that of the cores, and no pool of threads is held up.
struct ConcurrentRequests<Answer: Sendable> {
  private struct State {
    var next = 0
    var answers: [Answer?]
    var failure: ExternalError?
  }

  /// Requests at the same time, at most.
  let concurrency: Int

  /// The answers to `ask(0)`, …, `ask(count - 1)`; after a failure no further ones are asked.
  func run(
    _ count: Int, _ ask: @escaping @Sendable (Int) throws(ExternalError) -> Answer
  ) throws(ExternalError) -> [Answer] {
    let shared = Shared(count)
    let threads = min(concurrency, count)
    if threads > 1 {
      let done = DispatchSemaphore(value: 0)
      for _ in 0..<threads {
        let thread = Thread {
          shared.work(ask)
          done.signal()
        }
        thread.start()
      }
      for _ in 0..<threads { done.wait() }
    } else {
      shared.work(ask)
    }
    return try shared.result()
  }

  private final class Shared: Sendable {
    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(answers: Array(repeating: nil, count: count))) }

    func work(_ ask: (Int) throws(ExternalError) -> Answer) {
      while let index = take() {
        do {
          let answer = try ask(index)
          state.withLock { $0.answers[index] = answer }
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }

    private func take() -> Int? {
      state.withLock { state in
        guard state.failure == nil, state.next < state.answers.count else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func result() throws(ExternalError) -> [Answer] {
      let (answers, failure) = state.withLock { ($0.answers, $0.failure) }
      if let failure { throw failure }
      return answers.compactMap { $0 }
    }
  }
}
