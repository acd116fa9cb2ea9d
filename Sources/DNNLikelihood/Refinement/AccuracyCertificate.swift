internal import Foundation

/// What a refinement can say about its surrogate.
public struct AccuracyCertificate: Codable, Sendable {
  /// Whether the target was reached.
  public var reached: Bool
  /// What was demanded.
  public var target: AccuracyTarget
  /// The measurement of the surrogate on points it was not trained on.
  public var measurement: SurrogateMeasurement
  /// Evaluations of the likelihood in all. A gradient made of differences counts all its values.
  public var evaluations: Int
  /// Those of the fit and the profile of the likelihood.
  public var evaluationsOfFits: Int
  /// Those that were lost: of rounds that were interrupted, and one for every time that a folder was
  /// opened again, which tells whether it is that of the likelihood.
  public var evaluationsRepeated: Int
  /// Seconds.
  public var seconds: Double
  /// The round of the surrogate.
  public var round: Int
  /// All rounds.
  public var rounds: [RefinementRound]
  /// What makes the statement weaker than it looks, in words.
  public var warnings: [String]

  /// One sentence: what was demanded, what is there, what it cost.
  public var statement: String {
    var found = [
      String(
        format: "RMSE %.4f ± %.4f nats", measurement.rmse.value, measurement.rmse.error ?? .nan)
    ]
    if let profile = measurement.profile {
      found.append(String(format: "mean |Δt| %.5f", profile.meanAbsoluteError))
    }
    if measurement.outsideSupport > 0 {
      found.append(
        String(
          format: "a likelihood of 0 at %.2g %% of the draws", 100 * measurement.fractionOutside))
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
          format: "%5d %8d %12d %8@ %11.4f %11.4f ± %.4f%@ %@  %@", round.number,
          round.trainingPoints, round.evaluations,
          round.widths.map(String.init).joined(separator: "×"), round.trainingRMSE, m.rmse.value,
          m.rmse.error ?? .nan, m.isEquilibrium ? " " : "*", t, round.decision.text))
    }
    if rounds.contains(where: { !$0.measurement.isEquilibrium }) {
      lines.append("* on short chains near known points: further ones left the likelihood's bulk")
    }
    lines.append(
      "train RMSE: at the known points, draws of earlier networks where there are any; fresh RMSE: at "
        + "draws of this network that it has never seen")
    let m = measurement
    lines.append(
      String(
        format: "bias %+.4f ± %.4f nats; RMSE under the truth %.4f; effective fraction %.4f, "
          + "Pareto k-hat %@", m.bias.value, m.bias.error ?? .nan, m.rmseUnderTruth,
        m.effectiveFraction, m.paretoShape.map { String(format: "%.2f", $0) } ?? "–"))
    lines.append(
      String(
        format: "%d of %d draws (%.2g %%) where the likelihood vanishes; a target allows %g %%",
        m.outsideSupport, m.points, 100 * m.fractionOutside,
        100 * AccuracyTarget.largestFractionOutside))
    if let maximum = m.maximum {
      lines.append(
        String(
          format:
            "maximum of the network: %+.4f nats above that of the likelihood, which is %@ there",
          maximum.difference,
          maximum.truthLost.map { String(format: "%.4f nats lower", $0) } ?? "zero"))
    } else {
      lines.append("maximum of the network: not compared with that of the likelihood")
    }
    for interval in m.intervals {
      lines.append(
        String(
          format: "%.2f %% HPDI: surrogate [%.4f, %.4f], re-weighted to the truth [%.4f, %.4f]",
          100 * interval.probability, interval.surrogate[0], interval.surrogate[1],
          interval.truth[0], interval.truth[1]))
    }
    lines.append(
      String(
        format: "%d evaluations of the likelihood, %d of them for its fit and profile%@; %.0f s",
        evaluations, evaluationsOfFits,
        evaluationsRepeated > 0 ? ", \(evaluationsRepeated) repeated" : "", seconds))
    lines += warnings.map { "Warning: " + $0 }
    lines.append(statement)
    return lines.joined(separator: "\n")
  }
}
