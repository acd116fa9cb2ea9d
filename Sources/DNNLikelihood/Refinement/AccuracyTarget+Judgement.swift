// What a target makes of measurements and rounds.
extension AccuracyTarget {
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

  /// Whether the last two rounds came hardly nearer to what is demanded than the two before.
  func isStalled(after rounds: [RefinementRound]) -> Bool {
    // Measurements that do not represent the truth say nothing about progress.
    let latest = rounds.suffix(4).map(\.measurement)
    guard latest.count == 4, latest.allSatisfy({ $0.isEquilibrium && $0.isReliable }) else {
      return false
    }
    let errors = latest.map(excess)
    return errors.allSatisfy(\.isFinite)
      && min(errors[2], errors[3]) > 0.9 * min(errors[0], errors[1])
  }
}
