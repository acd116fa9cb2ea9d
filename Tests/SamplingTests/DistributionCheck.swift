import Foundation
import Likelihoods
import NumericalCore
import Sampling
import Statistics

/// Compares chains with a density of known moments: E[ln p], means, E[x²], and a
/// Kolmogorov-Smirnov test of every coordinate against exact draws.
///
/// Monte Carlo errors come from the scatter between independent groups (ensembles, or chains),
/// so they need no autocorrelation time.
struct DistributionCheck: CustomStringConvertible {
  /// The largest |z|, and of what.
  private(set) var worst = (name: "", z: 0.0)
  /// The least p value of the Kolmogorov-Smirnov tests.
  let leastPValue: Double

  var passes: Bool { worst.z < 5 && leastPValue > 1e-4 }
  var description: String {
    "worst z \(worst.z) of \(worst.name), least p \(leastPValue)"
  }

  init(_ chains: Chains, _ target: some ExactTarget) throws {
    let groups = chains.ensembles ?? chains.walkers
    let d = chains.positions.columns
    let exact = target.exactDraws(20_000, seed: 99)
    // The last step alone: one draw of every walker.
    let last = chains.positions.rows(
      in: chains.positions.rows - chains.walkers..<chains.positions.rows)
    leastPValue = try MarginalComparison(last, with: exact).minimumPValue
    // ln p by the target itself, which the sampler may have seen altered.
    let values = target.logDensities(at: chains.positions)
    record("ln p", target.exactMeanLogDensity, chains, groups) { values[$0] }
    let x = chains.positions.elements
    for j in 0..<d {
      record("x\(j)", target.exactMeans[j], chains, groups) { x[$0 * d + j] }
      record("x\(j)²", target.exactSquares[j], chains, groups) { row in
        x[row * d + j] * x[row * d + j]
      }
    }
  }

  private mutating func record(
    _ name: String, _ expected: Double, _ chains: Chains, _ groups: Int, _ value: (Int) -> Double
  ) {
    let size = chains.walkers / groups
    var means = [Double](repeating: 0, count: groups)
    for row in 0..<chains.positions.rows {
      means[row % chains.walkers / size] += value(row) / Double(size * chains.steps)
    }
    let mean = means.reduce(0, +) / Double(groups)
    let scatter = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (scatter / Double(groups - 1) / Double(groups)).squareRoot()
    let z = error > 0 ? abs(mean - expected) / error : .infinity
    if z > worst.z || !z.isFinite { worst = (name, z) }
  }
}
