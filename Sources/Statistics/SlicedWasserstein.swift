public import NumericalCore

/// The distance between two samples of many parameters: the mean over random directions of the
/// Wasserstein-1 distance between their projections (N. Bonneel et al., J. Math. Imaging Vis. 51
/// (2015) 22), in units of the standard deviations of the first sample.
///
/// Unlike tests of single parameters it sees differences of correlations. It is positive for two
/// samples of one distribution, too: ``expected`` is what it is then on average.
public struct SlicedWasserstein: Codable, Hashable, Sendable {
  /// The distance.
  public let distance: Double
  /// The mean distance between two samples of these sizes from one distribution, by random
  /// exchange of the points of both.
  public let expected: Double
  /// The standard deviation of that distance.
  public let expectedDeviation: Double
  /// Number of directions.
  public let directions: Int

  /// The distance in standard deviations from what two samples of one distribution have.
  public var significance: Double { (distance - expected) / expectedDeviation }

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - first: points of the first sample, one per row.
  ///   - second: points of the second sample, of the same number of columns.
  ///   - weights: a weight for each point of the second sample, or `nil`.
  ///   - directions: number of random directions.
  ///   - exchanges: how often points are exchanged for the expected distance; two at least. The
  ///     exchanged points have no weights: the expectation is that of the truth.
  ///   - seed: equal seeds give equal directions.
  /// - Throws: ``StatisticsError`` for samples of fewer than two points or different numbers of
  ///   columns, or unusable weights.
  public init(
    _ first: Matrix<Double>, with second: Matrix<Double>, weights: [Double]? = nil,
    directions: Int = 64, exchanges: Int = 10, seed: UInt64
  ) throws {
    guard first.columns == second.columns else {
      throw StatisticsError.lengthMismatch(
        what: "columns of the second sample", expected: first.columns, found: second.columns)
    }
    guard directions > 0, exchanges > 1 else {
      throw StatisticsError.invalidArgument(
        name: "directions and exchanges", value: "\(directions) and \(exchanges)",
        expected: "at least 1 and 2")
    }
    if let weights {
      // The checks of weights are those of any sample.
      _ = try WeightedSample([Double](repeating: 0, count: second.rows), weights: weights)
    }
    let moments = try Correlation(of: first)
    let pooled = first.appending(second)
    let axes = Self.directions(
      directions, moments.covariance, seed: seed)
    let projections = pooled.times(axes, transposeOther: true)
    let n = first.rows
    var assignments = [(0..<pooled.rows).map { $0 < n }]
    for exchange in 0..<exchanges {
      var random = RandomStream(seed: seed, purpose: "exchange of samples").sequence(step: exchange)
      var isFirst = [Bool](repeating: false, count: pooled.rows)
      for i in random.permutation(pooled.rows).prefix(n) { isFirst[i] = true }
      assignments.append(isFirst)
    }
    let all = assignments
    let own =
      [Double](repeating: 1, count: n) + (weights ?? [Double](repeating: 1, count: second.rows))
    let found = try mapColumns(directions) { direction in
      let order = SortedOrder(projections.gatheredColumn(direction))
      return all.enumerated().map { k, isFirst in
        Self.distance(order, isFirst, weights: k == 0 ? own : nil)
      }
    }
    let means = all.indices.map { k in
      found.reduce(0) { $0 + $1[k] } / Double(directions)
    }
    let mean = means.dropFirst().reduce(0, +) / Double(exchanges)
    distance = means[0]
    expected = mean
    expectedDeviation =
      (means.dropFirst().reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(exchanges - 1))
      .squareRoot()
    self.directions = directions
  }

  /// Unit vectors, one a row, divided by the standard deviations of the columns.
  private static func directions(
    _ count: Int, _ covariance: Matrix<Double>, seed: UInt64
  ) -> Matrix<Double> {
    let d = covariance.rows
    var random = RandomStream(seed: seed, purpose: "directions").sequence()
    var result = Matrix<Double>(rows: count, columns: d, repeating: 0)
    for i in 0..<count {
      let vector = (0..<d).map { _ in random.normal() }
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for k in 0..<d {
        let deviation = covariance[k, k].squareRoot()
        result[i, k] = deviation > 0 ? vector[k] / norm / deviation : 0
      }
    }
    return result
  }

  /// The integral of |F₁ - F₂| over sorted pooled points.
  private static func distance(
    _ order: SortedOrder, _ isFirst: [Bool], weights: [Double]?
  ) -> Double {
    var totals = (0.0, 0.0)
    for i in isFirst.indices {
      let weight = weights?[i] ?? 1
      if isFirst[i] { totals.0 += weight } else { totals.1 += weight }
    }
    var sums = (0.0, 0.0)
    var area = 0.0
    var last = order.values[0]
    for (value, index) in zip(order.values, order.indices) {
      area += abs(sums.0 / totals.0 - sums.1 / totals.1) * (value - last)
      last = value
      let weight = weights?[Int(index)] ?? 1
      if isFirst[Int(index)] { sums.0 += weight } else { sums.1 += weight }
    }
    return area
  }
}
