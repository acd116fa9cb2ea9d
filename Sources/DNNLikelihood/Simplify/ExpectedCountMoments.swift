internal import Likelihoods
internal import NumericalCore

/// Moments of the expected counts of a model over draws of its nuisance parameters.
struct ExpectedCountMoments {
  /// Means, one a bin.
  let means: [Double]
  /// Covariance of the bins.
  let covariance: Matrix<Double>
  /// Third central moments.
  let thirdMoments: [Double]
  /// Standard errors, from the scatter of the groups of draws.
  let errors: MomentErrors

  /// Sums over one group of draws.
  private struct GroupSums {
    var count = 0.0
    var first, second, third: [Double]
    var products: Matrix<Double>
  }

  /// The moments over all draws, in two passes so that nothing cancels.
  init(of model: some BinnedModel, over draws: NuisanceDraws) {
    let bins = model.observedCounts.count
    let total = Double(draws.count)
    var means = [Double](repeating: 0, count: bins)
    for group in draws.groups {
      let counts = model.expectedCounts(at: group)
      for i in 0..<counts.rows { for j in 0..<bins { means[j] += counts[i, j] / total } }
    }
    var covariance = Matrix<Double>(rows: bins, columns: bins, repeating: 0)
    var third = [Double](repeating: 0, count: bins)
    // First, second and third powers of every group, for the errors.
    var scatter = [[[Double]]](repeating: [], count: 3)
    for group in draws.groups {
      let sums = Self.sums(model.expectedCounts(at: group), about: means)
      for k in covariance.elements.indices {
        covariance.elements[k] += sums.products.elements[k] / (total - 1)
      }
      for j in 0..<bins { third[j] += sums.third[j] / total }
      for (k, powers) in [sums.first, sums.second, sums.third].enumerated() {
        scatter[k].append(powers.map { $0 / sums.count })
      }
    }
    // A bin that does not vary has rounding errors for moments.
    for j in 0..<bins where covariance[j, j] <= 1e-24 * means[j] * means[j] {
      third[j] = 0
      for k in 0..<bins { (covariance[j, k], covariance[k, j]) = (0, 0) }
    }
    // The third power about the mean of all draws also moves with that mean.
    let moved = zip(scatter[0], scatter[2]).map { first, cubes in
      (0..<bins).map { cubes[$0] - 3 * covariance[$0, $0] * first[$0] }
    }
    self.means = means
    self.covariance = covariance
    thirdMoments = third
    errors = MomentErrors(
      draws: draws.count, background: Self.standardErrors(scatter[0]),
      variance: Self.standardErrors(scatter[1]), thirdMoments: Self.standardErrors(moved))
  }

  private static func sums(_ counts: Matrix<Double>, about means: [Double]) -> GroupSums {
    let bins = means.count
    let zero = [Double](repeating: 0, count: bins)
    var centred = counts
    var (first, second, third) = (zero, zero, zero)
    for i in 0..<counts.rows {
      for j in 0..<bins {
        let d = counts[i, j] - means[j]
        centred[i, j] = d
        first[j] += d
        second[j] += d * d
        third[j] += d * d * d
      }
    }
    return GroupSums(
      count: Double(counts.rows), first: first, second: second, third: third,
      products: centred.times(centred, transposeSelf: true))
  }

  /// The standard error of the mean over groups, bin by bin.
  private static func standardErrors(_ groups: [[Double]]) -> [Double] {
    let n = Double(groups.count)
    return (groups.first ?? []).indices.map { j in
      let mean = groups.reduce(0) { $0 + $1[j] } / n
      let squares = groups.reduce(0) { $0 + ($1[j] - mean) * ($1[j] - mean) }
      return (squares / (n * (n - 1))).squareRoot()
    }
  }
}
