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

  /// The largest fraction of the surrogate's draws at which the likelihood may vanish. No error in
  /// nats can be stated there.
  public static let largestFractionOutside = 0.01

  /// Whether a measurement shows the accuracy: the RMSE with two standard errors added, t_μ with
  /// valid fits, and hardly a draw where the likelihood vanishes. Draws that do not represent the
  /// truth show nothing.
  public func isMet(by measurement: SurrogateMeasurement) -> Bool {
    measurement.isEquilibrium && measurement.isReliable && excess(of: measurement) <= 1
  }

  /// How far a measurement is from what is demanded: the largest ratio of what was found to what may
  /// be, at most 1 where all demands hold.
  func excess(of measurement: SurrogateMeasurement) -> Double {
    var ratios = [measurement.fractionOutside / Self.largestFractionOutside]
    if let rmse {
      ratios.append((measurement.rmse.value + 2 * (measurement.rmse.error ?? 0)) / rmse)
    }
    if let testStatisticError {
      let valid = measurement.profile.flatMap { $0.isValid ? $0.meanAbsoluteError : nil }
      ratios.append((valid ?? .infinity) / testStatisticError)
    }
    // What is not a number is no accuracy.
    return ratios.reduce(0) { $1 <= $0 ? $0 : $1.isNaN ? .infinity : $1 }
  }

  /// The round whose surrogate is the best for the target: one that meets it, if there is any; then
  /// one that is measured better; then one that is nearer to what is demanded.
  func mostAccurate(of rounds: [RefinementRound]) -> RefinementRound? {
    func rank(_ round: RefinementRound) -> (Int, Int, Double, Double) {
      let measurement = round.measurement
      return (
        isMet(by: measurement) ? 0 : 1, -measurement.standing, excess(of: measurement),
        measurement.rmse.value
      )
    }
    return rounds.min { rank($0) < rank($1) }
  }
}
