internal import Foundation
internal import NumericalCore

/// Whether the variance between the walkers of an ensemble still drifts.
///
/// In many dimensions an ensemble from a small ball can have the right log density while every
/// width is far too small (arXiv:1509.02230); what shows it is that the widths still grow. For
/// every parameter a line is fitted to the variance against the steps, and its slope compared
/// with the noise of the variance, whose correlation time is measured.
public struct EnsembleDrift: Sendable, Codable, Hashable {
  /// The trend of one variance over the kept steps.
  public struct Trend: Sendable, Codable, Hashable {
    /// The parameter.
    public let name: String
    /// Change of the variance from the first to the last step by the fitted line, divided by its
    /// mean.
    public let change: Double
    /// Standard deviation of ``change`` from the noise.
    public let error: Double

    /// ``change`` in units of its error.
    public var significance: Double { error > 0 ? change / error : 0 }
    /// Whether the change is beyond its noise and large enough to matter.
    public func isDrift(significance: Double, change: Double) -> Bool {
      abs(self.significance) > significance && abs(self.change) > change
    }
  }

  /// The parameters, in order; those that do not move at all are left out.
  public let parameters: [Trend]
  /// The mean of the variances of all parameters, each divided by its mean over the steps: the
  /// most sensitive one, as an ensemble widens in all directions together.
  public let overall: Trend
  /// Number of kept steps.
  public let steps: Int

  /// Least significance of a drift, in standard deviations.
  public static let leastSignificance = 5.0
  /// Least relative change of the variance of a parameter that counts as a drift.
  public static let leastChange = 0.2
  /// Least relative change of the mean variance of all parameters that counts as a drift.
  public static let leastOverallChange = 0.05

  /// The parameters whose variance drifts.
  public var drifting: [Trend] {
    parameters.filter {
      $0.isDrift(significance: Self.leastSignificance, change: Self.leastChange)
    }
  }

  /// Whether the ensemble has not settled.
  public var isDrifting: Bool {
    overall.isDrift(
      significance: Self.leastSignificance, change: Self.leastOverallChange)
      || !drifting.isEmpty
  }

  /// What to tell the user, `nil` if the ensemble has settled.
  public var warning: String? {
    guard isDrifting else { return nil }
    func percent(_ trend: Trend) -> String {
      let value = Int((100 * abs(trend.change)).rounded())
      return "\(trend.change > 0 ? "grew" : "shrank") by \(value) %"
    }
    var text =
      "the ensemble has not settled: over the \(steps) kept steps the variance between walkers "
      + "\(percent(overall)) on average"
    if let worst = drifting.max(by: { abs($0.significance) < abs($1.significance) }) {
      text += ", that of \(worst.name) \(percent(worst))"
      if drifting.count > 1 { text += " (\(drifting.count) parameters drift)" }
    }
    return text + "; a longer burn-in or a wider start is needed"
  }

  /// The drift of chains of ensembles; `nil` if every walker is an independent chain, or with
  /// fewer than 16 steps or two walkers an ensemble.
  public init?(_ chains: Chains) {
    guard let ensembles = chains.ensembles, chains.steps >= 16, chains.walkers >= 2 * ensembles
    else { return nil }
    let d = chains.positions.columns
    let series = Self.variances(chains, ensembles: ensembles)
    var trends: [Trend] = []
    var mean = [Double](repeating: 0, count: series.first?.count ?? 0)
    for j in 0..<d {
      guard let relative = Self.divided(series[j]) else { continue }
      for k in mean.indices { mean[k] += relative[k] }
      trends.append(Self.trend(chains.names[j], relative, ensembles))
    }
    for k in mean.indices { mean[k] /= Double(max(1, trends.count)) }
    parameters = trends
    overall = Self.trend("all parameters", mean, ensembles)
    steps = chains.steps
  }

  /// Blocks of steps over which variances are averaged.
  private static let mostBlocks = 1024

  /// The variance between walkers, by parameter: block after block of each ensemble in turn.
  private static func variances(_ chains: Chains, ensembles: Int) -> [[Double]] {
    let d = chains.positions.columns
    let size = chains.walkers / ensembles
    let blocks = min(chains.steps, mostBlocks)
    var result = [Double](repeating: 0, count: d * ensembles * blocks)
    result.withUnsafeMutableBufferPointer { out in
      chains.positions.elements.withUnsafeBufferPointer { x in
        guard let out = out.baseAddress.map({ DisjointRows($0) }),
          let x = x.baseAddress.map({ SharedRows($0) })
        else { return }
        let (steps, walkers) = (chains.steps, chains.walkers)
        parallelFor(ensembles * blocks) { range in
          var sums = [Double](repeating: 0, count: 2 * d)
          for item in range {
            let (ensemble, block) = (item / blocks, item % blocks)
            let inside = steps * block / blocks..<steps * (block + 1) / blocks
            for step in inside {
              for k in sums.indices { sums[k] = 0 }
              let first = x.base + (step * walkers + ensemble * size) * d
              // Relative to the first walker, against cancellation.
              for i in 1..<size {
                for j in 0..<d {
                  let delta = first[i * d + j] - first[j]
                  sums[j] += delta
                  sums[d + j] += delta * delta
                }
              }
              for j in 0..<d {
                let square = sums[d + j] - sums[j] * sums[j] / Double(size)
                out.base[(j * ensembles + ensemble) * blocks + block] +=
                  square / Double(size - 1) / Double(inside.count)
              }
            }
          }
        }
      }
    }
    let count = ensembles * blocks
    return (0..<d).map { Array(result[$0 * count..<($0 + 1) * count]) }
  }

  /// The series divided by its mean; `nil` if that is zero.
  private static func divided(_ series: [Double]) -> [Double]? {
    let mean = series.reduce(0, +) / Double(series.count)
    guard mean > 0, mean.isFinite else { return nil }
    return series.map { $0 / mean }
  }

  /// A line through the mean over the ensembles, and the noise of its slope from what each
  /// ensemble leaves over a line of its own.
  private static func trend(_ name: String, _ series: [Double], _ ensembles: Int) -> Trend {
    let n = series.count / ensembles
    let count = Double(n)
    let centre = (count - 1) / 2
    let squares = count * (count * count - 1) / 12
    var slope = 0.0
    var residuals = series
    var variance = 0.0
    for e in 0..<ensembles {
      var mean = 0.0
      var product = 0.0
      for t in 0..<n {
        mean += series[e * n + t] / count
        product += series[e * n + t] * (Double(t) - centre)
      }
      let own = product / squares
      slope += own / Double(ensembles)
      for t in 0..<n {
        let rest = series[e * n + t] - mean - own * (Double(t) - centre)
        residuals[e * n + t] = rest
        variance += rest * rest / (count - 2) / Double(ensembles)
      }
    }
    let tau =
      IntegratedAutocorrelationTime(
        ChainDraws(unchecked: residuals, chains: ensembles, draws: n))?.time ?? 1
    // A line takes low frequencies away; what is left of n/τ effective points shows them less.
    let effective = max(3, count / max(1, tau))
    let error = (variance * 12 / effective / Double(ensembles)).squareRoot()
    return Trend(
      name: name, change: slope * (count - 1), error: error * (effective / (effective - 2)))
  }
}
