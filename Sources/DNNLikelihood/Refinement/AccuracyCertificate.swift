internal import Foundation

/// What a refinement can say about its surrogate.
public struct AccuracyCertificate: Codable, Sendable {
  /// Whether the target was reached.
  public var reached: Bool
  /// What was demanded.
  public var target: AccuracyTarget
  /// The measurement of the surrogate on points it was not trained on.
  public var measurement: SurrogateMeasurement
  /// Evaluations of the likelihood in all.
  public var evaluations: Int
  /// Those of the fit and the profile of the likelihood.
  public var evaluationsOfFits: Int
  /// Seconds.
  public var seconds: Double
  /// The round of the surrogate.
  public var round: Int
  /// All rounds.
  public var rounds: [RefinementRound]

  /// One sentence: what was demanded, what is there, what it cost.
  public var statement: String {
    var found = [
      String(
        format: "RMSE %.4f ± %.4f nats", measurement.rmse.value, measurement.rmse.error ?? .nan)
    ]
    if let profile = measurement.profile {
      found.append(String(format: "mean |Δt| %.5f", profile.meanAbsoluteError))
    }
    var demands: [String] = []
    if let rmse = target.rmse { demands.append("RMSE ≤ \(rmse) nats") }
    if let t = target.testStatisticError { demands.append("mean |Δt| ≤ \(t)") }
    return (reached ? "Target reached" : "Target NOT reached") + " ("
      + demands.joined(separator: ", ") + "): " + found.joined(separator: ", ")
      + " on \(measurement.points) fresh points after \(evaluations) evaluations of the likelihood"
      + (reached ? "." : "; \(rounds.last?.decision.text ?? "stopped").")
  }

  /// The rounds and the final measurement as text.
  public var table: String {
    var lines = [
      "round   points  evaluations  network  train RMSE  fresh RMSE ± error    |Δt|    next"
    ]
    for round in rounds {
      let m = round.measurement
      let t = m.profile.map { String(format: "%8.5f", $0.meanAbsoluteError) } ?? "       –"
      lines.append(
        String(
          format: "%5d %8d %12d %8@ %11.4f %11.4f ± %.4f %@  %@", round.number,
          round.trainingPoints, round.evaluations,
          round.widths.map(String.init).joined(separator: "×"), round.trainingRMSE, m.rmse.value,
          m.rmse.error ?? .nan, t, round.decision.text))
    }
    let m = measurement
    lines.append(
      String(
        format: "bias %+.4f ± %.4f nats; RMSE under the truth %.4f; effective fraction %.4f, "
          + "Pareto k-hat %@", m.bias.value, m.bias.error ?? .nan, m.rmseUnderTruth,
        m.effectiveFraction, m.paretoShape.map { String(format: "%.2f", $0) } ?? "–"))
    for interval in m.intervals {
      lines.append(
        String(
          format: "%.2f %% HPDI: surrogate [%.4f, %.4f], re-weighted to the truth [%.4f, %.4f]",
          100 * interval.probability, interval.surrogate[0], interval.surrogate[1],
          interval.truth[0], interval.truth[1]))
    }
    lines.append(
      String(
        format: "%d evaluations of the likelihood, %d of them for its fit and profile; %.0f s",
        evaluations, evaluationsOfFits, seconds))
    lines.append(statement)
    return lines.joined(separator: "\n")
  }
}
