internal import Foundation
internal import Inference
internal import NumericalCore
internal import Sampling
internal import Statistics
internal import Surrogates

/// The summary of a study of the toy LHC search: published numbers beside ours.
public struct StudySummary: Codable, Sendable {
  /// One line of the table.
  public struct Row: Codable, Sendable {
    /// What it is.
    public let quantity: String
    /// The published value.
    public let published: String
    /// Ours, on the likelihood itself.
    public let likelihood: String
    /// Ours, on the network.
    public let network: String
  }

  /// The lines.
  public let rows: [Row]
  /// Test RMSE on unbiased points, in nats.
  public let testRMSE: Double
  /// Mean |Δt_μ| over the profiled values.
  public let meanTestStatisticError: Double
  /// μ and t of likelihood and network.
  public let profile: [String: [Double]]
  /// Whether all fits are valid and the chains of the likelihood have converged in the parameter of
  /// interest.
  public let isValid: Bool
  /// Seconds of this run.
  public let seconds: Double
  /// Seconds that each artefact took when it was made.
  public let stageSeconds: [String: Double]
  /// Threads, and the kernel of the matrix library.
  public let machine: String

  init(_ result: StudyResult, seconds: Double) {
    let test = result.evaluations["S1"]?.metrics[.test]
    testRMSE = test?.rmse ?? .nan
    meanTestStatisticError = result.meanTestStatisticError
    profile = [
      "mu": result.truthProfile.values, "likelihood": result.truthProfile.testStatistic,
      "network": result.surrogateProfile.testStatistic,
    ]
    isValid =
      result.truthProfile.isValid && result.surrogateProfile.isValid
      && result.truthPosterior.convergence.isConverged
      && result.surrogatePosterior.convergence.isConverged
    self.seconds = seconds
    stageSeconds = Dictionary(
      uniqueKeysWithValues: result.records.map { ($0.artifact, $0.seconds) })
    machine = "\(Threads.count) threads, OpenBLAS kernel \(Threads.blasCoreName)"
    rows =
      Self.intervalRows(result) + Self.limitRows(result) + Self.profileRows(result)
      + Self.accuracyRows(result, test)
  }

  private static func intervalRows(_ result: StudyResult) -> [Row] {
    zip(result.truthPosterior.intervals.intervals, result.surrogatePosterior.intervals.intervals)
      .enumerated().map { k, pair in
        let published = PublishedResults.intervals[k]
        func text(_ interval: HighestDensityInterval) -> String {
          let hull = interval.hull
          return String(
            format: "[%.3f±%.3f, %.3f±%.3f]", hull.lower, hull.lowerError ?? 0, hull.upper,
            hull.upperError ?? 0)
        }
        return Row(
          quantity: String(format: "μ HPDI %.2f %%", 100 * pair.0.probability),
          published: String(format: "[%.2f, %.2f]", published.0, published.1),
          likelihood: text(pair.0), network: text(pair.1))
      }
  }

  private static func limitRows(_ result: StudyResult) -> [Row] {
    zip(
      result.truthPosterior.intervals.upperLimits,
      result.surrogatePosterior.intervals.upperLimits
    ).enumerated().map { k, pair in
      func text(_ limit: MarginalIntervals.UpperLimit) -> String {
        String(format: "%.4f±%.4f", limit.value, limit.error)
      }
      return Row(
        quantity: String(format: "μ > 0: upper end %.2f %%", 100 * pair.0.probability),
        published: String(format: "%.2f", PublishedResults.upperLimits[k]),
        likelihood: text(pair.0), network: text(pair.1))
    }
  }

  private static func profileRows(_ result: StudyResult) -> [Row] {
    result.truthProfile.values.indices.compactMap { k in
      guard k < PublishedResults.exactTestStatistic.count else { return nil }
      return Row(
        quantity: String(format: "t at μ = %.1f", result.truthProfile.values[k]),
        published: String(
          format: "%.4f (F3 %.4f)", PublishedResults.exactTestStatistic[k],
          PublishedResults.networkF3TestStatistic[k]),
        likelihood: String(format: "%.4f", result.truthProfile.testStatistic[k]),
        network: String(format: "%.4f", result.surrogateProfile.testStatistic[k]))
    }
  }

  private static func accuracyRows(_ result: StudyResult, _ test: RegressionMetrics?) -> [Row] {
    let networks = PublishedResults.networks
    func list(_ values: [String]) -> String { values.joined(separator: " / ") }
    let training = result.records.first { $0.artifact == "model.onnx" }?.seconds ?? 0
    return [
      Row(
        quantity: "test RMSE on S1 (nats)",
        published: list(networks.prefix(3).map { String(format: "%.2f", $0.testRMSE) })
          + " (B1-B3)", likelihood: "", network: String(format: "%.3f", test?.rmse ?? .nan)),
      Row(
        quantity: "mean |Δt| over the values of μ",
        published: list(
          networks.compactMap(\.meanTestStatisticError).map { String(format: "%g", $0) })
          + " (F1-F3)", likelihood: "",
        network: String(format: "%.4f", result.meanTestStatisticError)),
      Row(
        quantity: "training time (s)",
        published: list(networks.map { String(format: "%.0f", $0.seconds) }) + " (GPU)",
        likelihood: "", network: String(format: "%.0f (\(Threads.count) threads)", training)),
    ]
  }

  /// The table as text.
  public var table: String {
    let header = Row(
      quantity: "", published: "published", likelihood: "ours: likelihood",
      network: "ours: network")
    let lines = [header] + rows
    func width(_ column: (Row) -> String) -> Int { lines.map { column($0).count }.max() ?? 0 }
    let widths = [width(\.quantity), width(\.published), width(\.likelihood)]
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    return lines.map {
      "\(pad($0.quantity, widths[0]))  \(pad($0.published, widths[1]))  "
        + "\(pad($0.likelihood, widths[2]))  \($0.network)"
    }.joined(separator: "\n") + String(format: "\n%.0f s in all; ", seconds) + machine
      + (isValid ? "" : "\nNOT VALID: a fit has no certificate or chains have not converged")
  }
}
