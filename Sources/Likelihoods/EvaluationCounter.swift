internal import Synchronization

/// Counts over all copies of the value that holds it.
package final class EvaluationCounter: Sendable {
  private let total = Atomic<Int>(0)

  /// Counts from zero.
  package init() {}

  /// What has been counted so far.
  package var count: Int { total.load(ordering: .relaxed) }

  /// Counts `number` more.
  package func add(_ number: Int) { total.add(number, ordering: .relaxed) }
}
