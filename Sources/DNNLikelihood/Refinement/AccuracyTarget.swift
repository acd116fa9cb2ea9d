/// How good a surrogate has to be, and what may be spent to get there.
public struct AccuracyTarget: Codable, Sendable, Equatable {
  /// Root mean squared error on draws of the surrogate, in nats; `nil` for no demand.
  public var rmse: Double?
  /// Mean absolute error of the test statistic t_μ over the profiled values; `nil` for no demand.
  public var testStatisticError: Double?
  /// Evaluations of the likelihood at most. The fit of the likelihood, and its profile for a demand
  /// on t_μ, take what they need; if that leaves too little, nothing is trained. What an interruption
  /// makes necessary twice comes on top.
  public var maximumEvaluations: Int
  /// Seconds at most, looked at between rounds.
  public var maximumSeconds: Double?

  /// A target.
  public init(
    rmse: Double? = nil, testStatisticError: Double? = nil, maximumEvaluations: Int = 1_000_000,
    maximumSeconds: Double? = nil
  ) {
    self.rmse = rmse
    self.testStatisticError = testStatisticError
    self.maximumEvaluations = maximumEvaluations
    self.maximumSeconds = maximumSeconds
  }

  /// Tests that there is a demand and that all numbers are positive.
  ///
  /// - Throws: ``InputError`` naming the field.
  func check() throws {
    guard rmse != nil || testStatisticError != nil else {
      throw InputError.value("target", expected: "an RMSE or an error of t_mu", found: "none")
    }
    for (name, value) in [
      ("target-rmse", rmse), ("target-tmu", testStatisticError), ("time limit", maximumSeconds),
    ] {
      guard value.map({ $0 > 0 && $0.isFinite }) ?? true else {
        throw InputError.value(name, expected: "a positive number", found: "\(value ?? 0)")
      }
    }
    guard maximumEvaluations > 0 else {
      throw InputError.value(
        "evaluations", expected: "at least 1", found: "\(maximumEvaluations)")
    }
  }
}
