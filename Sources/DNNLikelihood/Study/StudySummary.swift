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
    /// The published value for the likelihood itself.
    public let published: String
    /// The published value of the paper's best network, F3 unless said otherwise.
    public let publishedNetwork: String
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
          let error = max(hull.lowerError ?? 0, hull.upperError ?? 0)
          return String(format: "[%.3f, %.3f] ± %.3f", hull.lower, hull.upper, error)
        }
        return Row(
          quantity: String(format: "μ HPDI %.2f %%", 100 * pair.0.probability),
          published: String(format: "[%.2f, %.2f]", published.0, published.1),
          publishedNetwork: "", likelihood: text(pair.0), network: text(pair.1))
      }
  }

  private static func limitRows(_ result: StudyResult) -> [Row] {
    zip(
      result.truthPosterior.intervals.upperLimits,
      result.surrogatePosterior.intervals.upperLimits
    ).enumerated().map { k, pair in
      func text(_ limit: MarginalIntervals.UpperLimit) -> String {
        String(format: "%.3f ± %.3f", limit.value, limit.error)
      }
      return Row(
        quantity: String(format: "μ > 0: upper end %.2f %%", 100 * pair.0.probability),
        published: String(format: "%.2f", PublishedResults.upperLimits[k]),
        publishedNetwork: String(format: "%.2f", PublishedResults.networkF3UpperLimits[k]),
        likelihood: text(pair.0), network: text(pair.1))
    }
  }

  private static func profileRows(_ result: StudyResult) -> [Row] {
    result.truthProfile.values.indices.compactMap { k in
      guard k < PublishedResults.exactTestStatistic.count else { return nil }
      return Row(
        quantity: String(format: "t at μ = %.1f", result.truthProfile.values[k]),
        published: String(format: "%.4f", PublishedResults.exactTestStatistic[k]),
        publishedNetwork: String(format: "%.4f", PublishedResults.networkF3TestStatistic[k]),
        likelihood: String(format: "%.4f", result.truthProfile.testStatistic[k]),
        network: String(format: "%.4f", result.surrogateProfile.testStatistic[k]))
    }
  }

  private static func accuracyRows(_ result: StudyResult, _ test: RegressionMetrics?) -> [Row] {
    let (b3, f3) = (PublishedResults.networkB3, PublishedResults.networkF3)
    let training = result.records.first { $0.artifact == "model.onnx" }?.seconds ?? 0
    let best = [result.best, result.surrogateProfile.best]
    return [
      Row(
        quantity: "log-posterior at the maximum",
        published: String(format: "%.4f", PublishedResults.maximum),
        publishedNetwork: String(format: "%.4f", PublishedResults.networkF3Maximum),
        likelihood: String(format: "%.4f", best[0].logDensity),
        network: String(format: "%.4f", best[1].logDensity)),
      Row(
        quantity: "test RMSE, unbiased points (nats)", published: "",
        publishedNetwork: String(format: "%.2f (B3)", b3.testRMSE), likelihood: "",
        network: String(format: "%.3f", test?.rmse ?? .nan)),
      Row(
        quantity: "mean |Δt|", published: "",
        publishedNetwork: String(format: "%.3f", f3.meanTestStatisticError ?? .nan),
        likelihood: "", network: String(format: "%.4f", result.meanTestStatisticError)),
      Row(
        quantity: "training time (s)", published: "",
        publishedNetwork: String(format: "%.0f (V100)", f3.seconds), likelihood: "",
        network: String(format: "%.0f (CPU)", training)),
    ]
  }

  /// The table as text.
  public var table: String {
    let header = Row(
      quantity: "", published: "published", publishedNetwork: "network F3",
      likelihood: "ours: likelihood", network: "network")
    let lines = [header] + rows
    let columns: [(Row) -> String] = [
      \.quantity, \.published, \.publishedNetwork, \.likelihood, \.network,
    ]
    let widths = columns.map { column in lines.map { column($0).count }.max() ?? 0 }
    let text = lines.map { line in
      zip(columns, widths).map { column, width in
        column(line) + String(repeating: " ", count: width - column(line).count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
    return text + String(format: "\n%.0f s in all; ", seconds) + machine
      + (isValid ? "" : "\nNOT VALID: a fit has no certificate or chains have not converged")
  }
}
