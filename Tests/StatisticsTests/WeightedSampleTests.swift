import NumericalCore
import Statistics
import Testing

@Suite struct WeightedSampleTests {
  @Test(arguments: [0, 1, 2, 255, 256, 5000])
  func sortedOrderSorts(count: Int) {
    var random = RandomStream(seed: 1, purpose: "sort").sequence(step: count)
    var input = (0..<count).map { _ in
      (random.normal() * 8).rounded() / 4 * (random.uniform() < 0.1 ? 1e200 : 1)
    }
    if count > 2 { input[1] = -.infinity }
    if count > 2 { input[2] = -0.0 }
    let order = SortedOrder(input)
    #expect(order.values == input.sorted())
    #expect(SortedOrder.sorted(input) == input.sorted())
    #expect(order.indices.map { input[Int($0)] } == order.values)
    #expect(Set(order.indices).count == count)
    // Stable: equal values keep their order.
    for k in order.values.indices.dropFirst() where order.values[k] == order.values[k - 1] {
      #expect(order.indices[k] > order.indices[k - 1])
    }
  }

  @Test func quantilesAgreeWithNumpy() throws {
    let reference = try ReferenceValues.read()
    let plain = try WeightedSample(reference.x)
    #expect(agree(try plain.quantiles(reference.probabilities), reference.quantiles))
    let sorted = reference.x.sorted()
    let direct = reference.probabilities.map { OrderStatistics.quantile(sorted, $0) }
    #expect(agree(direct, reference.quantiles))
    let equal = try WeightedSample(reference.x, weights: reference.x.map { _ in 0.7 })
    #expect(agree(try equal.quantiles(reference.probabilities), reference.quantiles))
    let weighted = try WeightedSample(reference.x, weights: reference.weights)
    #expect(agree(try weighted.quantiles(reference.probabilities), reference.weighted_quantiles))
  }

  @Test func momentsAgreeWithNumpy() throws {
    let reference = try ReferenceValues.read()
    let weighted = try WeightedSample(reference.x, weights: reference.weights)
    #expect(agree(weighted.mean, reference.mean))
    #expect(agree(try #require(weighted.variance), reference.variance))
    #expect(agree(weighted.effectiveCount, reference.kish))
    let plain = try WeightedSample(reference.x)
    #expect(agree(try #require(plain.variance), reference.unweighted_variance))
    let summary = try SampleSummary(of: plain, probabilities: [0.5])
    #expect(summary.quantiles == [plain.median])
    #expect(agree(summary.standardDeviation, reference.unweighted_variance.squareRoot()))
    let one = try WeightedSample([3])
    #expect(one.variance == nil && one.median == 3)
  }

  @Test func zeroWeightsCountForNothing() throws {
    let reference = try ReferenceValues.read()
    let all = try WeightedSample(reference.y, weights: reference.wy)
    let kept = reference.wy.indices.filter { reference.wy[$0] > 0 }
    let fewer = try WeightedSample(
      kept.map { reference.y[$0] }, weights: kept.map { reference.wy[$0] })
    #expect(all.values == fewer.values && all.cumulativeWeights == fewer.cumulativeWeights)
  }

  @Test func positivePartIsOneSided() throws {
    let sample = try WeightedSample([-1, 0.5, 2, -3, 4], weights: [1, 2, 3, 4, 5])
    let positive = try sample.restricted(to: 0...)
    #expect(positive.values == [0.5, 2, 4] && positive.weights == [2, 3, 5])
    #expect(throws: StatisticsError.emptySample) { try sample.restricted(to: 5...) }
  }

  @Test func badInputIsNamed() {
    #expect(throws: StatisticsError.emptySample) { try WeightedSample([]) }
    #expect(throws: StatisticsError.notANumber(index: 1)) { try WeightedSample([1, .nan]) }
    #expect(throws: StatisticsError.invalidWeight(index: 0, value: -1)) {
      try WeightedSample([1, 2], weights: [-1, 1])
    }
    #expect(throws: StatisticsError.zeroTotalWeight) {
      try WeightedSample([1, 2], weights: [0, 0])
    }
    #expect(
      throws: StatisticsError.lengthMismatch(what: "number of weights", expected: 2, found: 1)
    ) { try WeightedSample([1, 2], weights: [1]) }
    #expect(throws: StatisticsError.self) { try WeightedSample([1, 2]).quantile(1.1) }
  }

  @Test func importanceWeightsSurviveLargeLogDensities() throws {
    let found = try ImportanceWeights(
      target: [-1000, -1001, -.infinity], source: [-2000, -2000, -2000])
    let e = Double.logarithm(1 + 0.36787944117144233)
    #expect(agree(found.weights[0], 3 / 1.36787944117144233))
    #expect(found.weights[2] == 0)
    #expect(agree(found.weights.reduce(0, +), 3))
    #expect(agree(found.logMeanWeight, 1000 + e - Double.logarithm(3)))
    #expect(agree(found.effectiveCount, EffectiveCount.of(found.weights)))
    #expect(agree(found.largestShare, 1 / 1.36787944117144233))
    #expect(throws: StatisticsError.zeroTotalWeight) {
      try ImportanceWeights(target: [-.infinity], source: [0])
    }
    #expect(throws: StatisticsError.self) { try ImportanceWeights(target: [.nan], source: [0]) }
    #expect(throws: StatisticsError.self) { try ImportanceWeights(target: [0], source: [.nan]) }
  }

  @Test func correlationsAgreeWithNumpy() throws {
    let reference = try ReferenceValues.read()
    let points = Matrix(rows: reference.matrix, columns: 3)
    let weighted = try Correlation(of: points, weights: reference.matrix_weights)
    #expect(agree(weighted.covariance.elements, reference.covariance.flatMap { $0 }, 1e-11))
    let plain = try Correlation(of: points)
    #expect(agree(plain.correlation.elements, reference.correlation.flatMap { $0 }, 1e-11))
    #expect(plain.frobeniusDistance(to: plain) == 0)
    #expect(plain.frobeniusDistance(to: weighted) > 0.01)
    var constant = points
    for i in 0..<points.rows { constant[i, 1] = 0.1 }
    let found = try Correlation(of: constant)
    #expect(found.constantColumns == [1] && found.correlation[0, 1] == 0)
    #expect(found.correlation.elements.allSatisfy { $0.isFinite })
  }

  @Test func histogramAgreesWithNumpy() throws {
    let reference = try ReferenceValues.read()
    let histogram = try Histogram1D(
      reference.x, weights: reference.weights, bins: 9, range: -1.5...2)
    #expect(agree(histogram.contents, reference.histogram))
    #expect(
      agree(
        histogram.total + histogram.underflow + histogram.overflow,
        reference.weights.reduce(0, +)))
    let density = zip(histogram.density, 0..<9).reduce(0) { $0 + $1.0 * histogram.width($1.1) }
    #expect(agree(density, 1))
    // The last bin holds its upper edge, a bin its lower one.
    #expect(try Histogram1D([0, 1, 2], bins: 2).contents == [1, 2])
    #expect(try Histogram1D([5, 5], bins: 3).total == 2)
    #expect(throws: StatisticsError.self) { try Histogram1D([1], edges: [1, 1]) }
  }

  @Test func confidenceLevelsAgreeWithScipy() throws {
    let reference = try ReferenceValues.read()
    for row in reference.sigmas {
      let level = try ConfidenceLevel(sigmas: row[0])
      #expect(agree(level.probability, row[1], 1e-14) && agree(level.outside, row[2], 1e-12))
      #expect(agree(level.sigmas, row[0], 1e-14))
      #expect(agree(try level.deltaChiSquared(degreesOfFreedom: 1), row[0] * row[0], 1e-13))
    }
    for row in reference.delta_chi2 {
      let level = try ConfidenceLevel(probability: row[0])
      let dof = Int(row[1])
      #expect(agree(try level.deltaChiSquared(degreesOfFreedom: dof), row[2], 1e-12))
      let back = try ConfidenceLevel(deltaChiSquared: row[2], degreesOfFreedom: dof)
      #expect(agree(back.probability, row[0], 1e-12))
    }
    #expect(agree(ConfidenceLevel.twoSigma.probability, 0.9544997361036416, 1e-15))
    #expect(throws: StatisticsError.self) { try ConfidenceLevel(probability: 1) }
    #expect(throws: StatisticsError.self) { try ConfidenceLevel(sigmas: 0) }
    #expect(throws: StatisticsError.self) {
      try ConfidenceLevel.oneSigma.deltaChiSquared(degreesOfFreedom: 0)
    }
  }
}
