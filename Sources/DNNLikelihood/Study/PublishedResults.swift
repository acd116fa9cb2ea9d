/// Numbers of arXiv:1911.03305 (tables and intervals) for comparison.
public enum PublishedResults {
  /// 68.27, 95.45 and 99.73 % HPDIs of μ of the S1 sample.
  public static let intervals = [(-0.12, 0.58), (-0.47, 0.92), (-0.82, 1.26)]
  /// Upper ends of the HPDIs for μ > 0.
  public static let upperLimits = [0.48, 0.86, 1.22]

  /// One of the published networks.
  public struct Network: Sendable {
    /// Its name in the paper.
    public let name: String
    /// Root mean squared error on its test sample, in nats.
    public let testRMSE: Double
    /// Mean |t - t_exact| over μ = 0, 0.1, …, 1, where it was given.
    public let meanTestStatisticError: Double?
    /// Training time in seconds.
    public let seconds: Double
  }

  /// The best network trained on S1, 95-5000-5000-1.
  public static let networkB3 = Network(
    name: "B3", testRMSE: 0.432, meanTestStatisticError: nil, seconds: 8446)
  /// The best network trained on S3, 95-5000-5000-1.
  public static let networkF3 = Network(
    name: "F3", testRMSE: 0.496, meanTestStatisticError: 0.032, seconds: 7114)
  /// Upper ends of the HPDIs for μ > 0 of network F3.
  public static let networkF3UpperLimits = [0.48, 0.88, 1.28]

  /// Log-posterior at the maximum, found by Powell's method.
  public static let maximum = -285.781451
  /// Log-posterior of network F3 at its maximum.
  public static let networkF3Maximum = -285.509239

  /// t_μ at 0, 0.1, …, 1 as published ("exact", by Powell's method from one start).
  public static let exactTestStatistic = [
    -0.002744, 0.086019, 0.290024, 0.634945, 1.127266, 1.770879, 2.569376, 3.526059, 4.642462,
    5.923118, 7.367958,
  ]
  /// t_μ of network F3.
  public static let networkF3TestStatistic = [
    0.000596, 0.094655, 0.362090, 0.695261, 1.160213, 1.769906, 2.537867, 3.481916, 4.659004,
    5.939949, 7.300285,
  ]
}
