/// How often and after which waits a request is sent again after a failure that may pass.
public struct RetryPolicy: Sendable, Equatable {
  /// Repetitions after the first attempt.
  public var retries: Int
  /// Seconds before the first repetition; doubled before each further one.
  public var firstWait: Double
  /// The longest wait, in seconds.
  public var longestWait: Double

  /// A policy; by default four repetitions, after 0.25, 0.5, 1 and 2 s.
  public init(retries: Int = 4, firstWait: Double = 0.25, longestWait: Double = 30) {
    self.retries = retries
    self.firstWait = firstWait
    self.longestWait = longestWait
  }

  /// Seconds to wait after attempt number `attempt` (the first is 1).
  func wait(after attempt: Int) -> Double {
    var wait = firstWait
    for _ in 1..<max(1, attempt) where wait < longestWait { wait *= 2 }
    return min(wait, longestWait)
  }
}
