internal import Foundation
internal import Statistics
internal import Surrogates

/// The report as text.
extension EvaluationReport {
  /// All tables, for a terminal.
  public var table: String {
    [
      metricLines, depthLines, ensembleLines, posteriorLines, intervalLines, profileLines,
      maximumLines, unavailableLines,
    ].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var metricLines: [String] {
    var lines = [
      "                points   RMSE/nats    MSE/s²   mean err.   ME(batch)   max err.    MAE     "
        + "MAPE/%      R²"
    ]
    let roles = ["training", "validation", "test"]
    for role in roles {
      guard let m = metrics[role] else { continue }
      lines.append(
        role.column(12)
          + String(
            format: "%10d  %10.4f  %8.2e  %+10.5f  %10.5f  %9.3f  %7.4f  %7.4f  %.6f", m.count,
            m.rmse, m.standardizedMSE, m.meanError, m.batchMeanError, m.maximumError, m.mae, m.mape,
            m.r2))
    }
    lines.append("|error|/nats    median       68 %      95 %   median of error   inside region")
    for role in roles {
      guard let m = metrics[role] else { continue }
      let inside = insideFraction?[role].map { String(format: "%.2f %%", 100 * $0) } ?? "-"
      lines.append(
        role.column(12)
          + String(
            format: "%10.4f %10.4f %9.4f  %+15.5f   ", m.medianAbsoluteError, m.absoluteError68,
            m.absoluteError95, m.medianError) + inside)
    }
    if let ks = kolmogorovSmirnov {
      lines.append(
        String(
          format: "K-S medians: test/pred. train %.2f, test/pred. val %.2f, val/pred. test %.2f, "
            + "train/test %.2f", ks.testPredictedTraining, ks.testPredictedValidation,
          ks.validationPredictedTest, ks.trainingTest))
    }
    if let fraction = effectiveFraction {
      lines.append(String(format: "effective fraction of re-weighted test points %.3f", fraction))
    }
    return lines
  }

  private var depthLines: [String] {
    guard !depth.isEmpty else { return [] }
    return ["depth below the maximum   points      bias (nats)              rms (nats)"]
      + depth.map { bin in
        String(
          format: "%9.2f … %9.2f   %8d  %+9.4f ± %.4f  %10.4f ± %.4f", bin.lower, bin.upper,
          bin.count, bin.bias, bin.biasError, bin.rms, bin.rmsError)
      }
  }

  private var ensembleLines: [String] {
    guard let ensemble else { return [] }
    func list(_ values: [Double], _ format: String) -> String {
      values.map { String(format: format, $0) }.joined(separator: " ")
    }
    return [
      "ensemble of \(ensemble.weights.count): RMSE of the members "
        + list(ensemble.memberRMSE, "%.4f")
        + String(format: ", best %.4f, mean %.4f nats", ensemble.bestRMSE, ensemble.meanRMSE),
      "weights " + list(ensemble.weights, "%.3f")
        + String(
          format: "; error = sqrt((%.3f spread)^2 + %.4f^2)", ensemble.calibration.scale,
          ensemble.calibration.floor), ensemble.coverage.text,
    ]
  }

  private var posteriorLines: [String] {
    guard let posterior else { return [] }
    let shape = posterior.paretoShape.map { String(format: "%.2f", $0) } ?? "-"
    var lines = [
      "posterior from \(posterior.points) test points"
        + (posterior.sample.map { " of \($0)" } ?? "")
        + String(
          format: ", weights surrogate/truth: Pareto k-hat %@, effective fraction %.4f, largest "
            + "share %.1e", shape, posterior.effectiveFraction, posterior.largestShare)
    ]
    if let distance = posterior.slicedWasserstein {
      lines.append(
        String(
          format: "sliced Wasserstein distance %.5f; between two samples of the truth %.5f ± %.5f",
          distance.distance, distance.expected, distance.expectedDeviation))
    }
    lines.append(
      String(
        format: "correlation matrix: Frobenius norm of the difference %.4f",
        posterior.correlationDistance)
        + (posterior.correlationScatter.map {
          String(format: "; between two samples of the truth %.4f", $0)
        } ?? ""))
    lines.append("K-S p values          effective points        median    least")
    for test in posterior.marginals {
      let pair = test.first + " / " + (test.isReweighted ? "pred. " : "") + test.second
      lines.append(
        pair.column(28)
          + String(
            format: "%8.0f %9.0f  %8.3f  %8.4f ", test.firstCount, test.secondCount,
            test.medianPValue, test.leastPValue) + test.leastParameter)
    }
    return lines
  }

  private var intervalLines: [String] {
    guard let intervals = posterior?.intervals, !intervals.isEmpty else { return [] }
    func text(_ interval: Interval) -> String {
      String(
        format: "[%9.4f ± %.4f, %9.4f ± %.4f]", interval.lower, interval.lowerError ?? 0,
        interval.upper, interval.upperError ?? 0)
    }
    let width = max(12, (intervals.map(\.parameter.count).max() ?? 0) + 2)
    return [
      "HPDI".column(width) + "probability  " + "truth".column(44)
        + "surrogate (same points, re-weighted)"
    ]
      + intervals.map { row in
        row.parameter.column(width)
          + String(format: "%9.2f %%  ", 100 * row.probability) + text(row.truth).column(44)
          + text(row.surrogate) + (row.isResolved ? "" : "  too few points outside")
      }
  }

  private var unavailableLines: [String] {
    let names = [
      "effectiveFraction": "re-weighted test points", "posterior": "posterior",
      "intervals": "highest-density intervals",
    ]
    return unavailable.sorted { $0.key < $1.key }.map {
      "not available: \(names[$0.key] ?? $0.key): \($0.value)"
    }
  }

  private var profileLines: [String] {
    guard let profile else { return [] }
    var lines = ["parameter  t(truth)  t(surrogate)  difference"]
    for (i, value) in profile.values.enumerated() {
      let error = profile.surrogateErrors.map { String(format: " ± %.5f", $0[i]) } ?? ""
      let flag = profile.inside?[i] == false ? "  outside the region of validity" : ""
      lines.append(
        String(
          format: "%9.3f %9.5f %9.5f     %+9.5f", value, profile.truth[i], profile.surrogate[i],
          profile.surrogate[i] - profile.truth[i]) + error + flag)
    }
    lines.append(
      String(
        format: "mean |difference| %.5f, rms %.5f, largest %.5f", profile.meanAbsoluteError,
        profile.rms, profile.maximumError))
    return lines
  }

  private var maximumLines: [String] {
    guard let maximum else { return [] }
    var lines = [
      String(
        format: "maximum: surrogate - truth %+.5f nats; the truth is %.5f lower at the surrogate's",
        maximum.difference, maximum.truthLost)
    ]
    if let name = maximum.worstParameter, let pull = maximum.worstPull,
      let distance = maximum.distance
    {
      lines.append(
        String(
          format: "position: %@ off by %.4f errors, all parameters together by %.4f", name, pull,
          distance))
    }
    if maximum.inside == false {
      lines.append("warning: the surrogate's maximum lies outside its region of validity")
    }
    return lines
  }
}

extension String {
  /// The text with spaces up to a width.
  fileprivate func column(_ width: Int) -> String {
    count >= width ? self + " " : padding(toLength: width, withPad: " ", startingAt: 0)
  }
}
