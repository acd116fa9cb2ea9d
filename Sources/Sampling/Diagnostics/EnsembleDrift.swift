internal import Foundation
internal import NumericalCore

/// Whether the variance between the walkers of an ensemble still drifts.
///
/// In many dimensions an ensemble from a small ball can have the right log density while every
/// width is far too small (arXiv:1509.02230); what shows it is that the widths still grow. For
/// every parameter a line is fitted to the variance between the walkers against the steps. The
/// slope is a mean over walkers, the slope of each one's squared distance from the mean of its
/// ensemble; the scatter of those is its noise. Chains of a few autocorrelation times are enough.
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
  /// fewer than 8 steps or 8 walkers an ensemble.
  public init?(_ chains: Chains) {
    guard let ensembles = chains.ensembles, chains.steps >= 8, chains.walkers >= 8 * ensembles
    else { return nil }
    let d = chains.positions.columns
    var slopes = SquareSlopes(chains, ensembles: ensembles)
    let moving = slopes.divideByMeans()
    parameters = moving.map { j in
      Self.trend(chains.names[j], (0..<chains.walkers).map { slopes.values[$0 * d + j] })
    }
    overall = Self.trend(
      "all parameters",
      (0..<chains.walkers).map { walker in
        moving.reduce(0) { $0 + slopes.values[walker * d + $1] } / Double(max(1, moving.count))
      })
    steps = chains.steps
  }

  private static func trend(_ name: String, _ changes: [Double]) -> Trend {
    let count = Double(changes.count)
    let mean = changes.reduce(0, +) / count
    let scatter = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return Trend(name: name, change: mean, error: (scatter / count).squareRoot())
  }
}

/// The slope of every walker's squared distance from the mean of its ensemble, by parameter, as
/// the change over all steps.
private struct SquareSlopes {
  /// One walker a row, one parameter a column.
  private(set) var values: [Double]
  /// The mean square of every parameter.
  private var means: [Double]

  init(_ chains: Chains, ensembles: Int) {
    let (d, walkers, steps) = (chains.positions.columns, chains.walkers, chains.steps)
    let size = walkers / ensembles
    let centre = Double(steps - 1) / 2
    let squares = Double(steps) * (Double(steps) * Double(steps) - 1) / 12
    values = Array(repeating: 0, count: walkers * d)
    means = Array(repeating: 0, count: d)
    values.withUnsafeMutableBufferPointer { slopes in
      means.withUnsafeMutableBufferPointer { means in
        chains.positions.elements.withUnsafeBufferPointer { x in
          guard let slopes = slopes.baseAddress.map({ DisjointRows($0) }),
            let means = means.baseAddress.map({ DisjointRows($0) }),
            let x = x.baseAddress.map({ SharedRows($0) })
          else { return }
          parallelFor(d, grain: 8) { columns in
            var centres = [Double](repeating: 0, count: d)
            for step in 0..<steps {
              let weight = (Double(step) - centre) / squares * Double(steps - 1)
              for ensemble in 0..<ensembles {
                let members = ensemble * size..<(ensemble + 1) * size
                let rows = x.base + step * walkers * d
                for j in columns { centres[j] = 0 }
                for i in members { for j in columns { centres[j] += rows[i * d + j] } }
                for j in columns { centres[j] /= Double(size) }
                for i in members {
                  for j in columns {
                    let delta = rows[i * d + j] - centres[j]
                    slopes.base[i * d + j] += weight * delta * delta
                    means.base[j] += delta * delta / Double(steps * walkers)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Makes the slopes relative to the mean squares; the columns where those are not zero.
  mutating func divideByMeans() -> [Int] {
    let d = means.count
    let moving = (0..<d).filter { means[$0] > 0 && means[$0].isFinite }
    for walker in 0..<values.count / d {
      for j in moving { values[walker * d + j] /= means[j] }
    }
    return moving
  }
}
