import Foundation
import NumericalCore
import Statistics
import Testing

@Suite struct KolmogorovSmirnovTests {
  @Test func agreesWithScipy() throws {
    let reference = try ReferenceValues.read()
    let plain = KolmogorovSmirnov(
      try WeightedSample(reference.x), try WeightedSample(reference.y))
    #expect(agree(plain.distance, reference.ks.distance))
    #expect(agree(plain.pValue, reference.ks.p, 1e-11))
    #expect(plain.location == reference.ks.location)
    let weighted = KolmogorovSmirnov(
      try WeightedSample(reference.x, weights: reference.wx),
      try WeightedSample(reference.y, weights: reference.wy))
    #expect(agree(weighted.distance, reference.ks_weighted.distance))
    #expect(agree(weighted.pValue, reference.ks_weighted.p, 1e-11))
  }

  @Test func countsAreTheOnesAskedFor() throws {
    let a = try WeightedSample([1, 2, 3, 4], weights: [1, 1, 1, 5])
    let b = try WeightedSample([2, 3, 5])
    let raw = KolmogorovSmirnov(a, b, counts: .raw)
    #expect(raw.firstCount == 4 && raw.secondCount == 3)
    let effective = KolmogorovSmirnov(a, b)
    #expect(agree(effective.firstCount, 64.0 / 28) && effective.pValue > raw.pValue)
    let given = KolmogorovSmirnov(a, b, counts: .given(first: 2, second: 1))
    #expect(given.firstCount == 2 && given.secondCount == 1)
    let same = KolmogorovSmirnov(b, b)
    #expect(same.distance == 0 && same.pValue == 1)
  }

  @Test func repeatedValuesAreOneStep() throws {
    let found = KolmogorovSmirnov(
      try WeightedSample([2, 1, 1, 2]), try WeightedSample([2, 2, 1, 2]))
    #expect(found.distance == 0.25 && found.location == 1)
  }

  /// p values of weighted samples are uniform with effective counts, not with raw ones.
  @Test func effectiveCountsGiveUniformPValues() throws {
    let stream = RandomStream(seed: 8, purpose: "ks calibration")
    var effective: [Double] = []
    var raw: [Double] = []
    for trial in 0..<400 {
      var random = stream.sequence(step: trial)
      let first = try WeightedSample((0..<500).map { _ in random.normal() })
      // A few points of large weight.
      let second = try WeightedSample(
        (0..<500).map { _ in random.normal() },
        weights: (0..<500).map { _ in exp(1.5 * random.normal()) })
      effective.append(KolmogorovSmirnov(first, second).pValue)
      raw.append(KolmogorovSmirnov(first, second, counts: .raw).pValue)
    }
    let uniform = (0..<400).map { (Double($0) + 0.5) / 400 }
    let good = KolmogorovSmirnov(
      try WeightedSample(effective), try WeightedSample(uniform),
      counts: .given(first: 400, second: 1e9))
    let bad = KolmogorovSmirnov(
      try WeightedSample(raw), try WeightedSample(uniform), counts: .given(first: 400, second: 1e9))
    #expect(good.pValue > 1e-4, "\(good)")
    #expect(bad.pValue < 1e-10, "\(bad)")
  }

  @Test func columnsAreComparedOneByOne() throws {
    let stream = RandomStream(seed: 5, purpose: "columns")
    var random = stream.sequence()
    let a = Matrix(rows: 300, columns: 4, elements: (0..<1200).map { _ in random.normal() })
    var b = Matrix(rows: 200, columns: 4, elements: (0..<800).map { _ in random.normal() })
    for i in 0..<200 { b[i, 2] += 1 }
    let weights = (0..<300).map { _ in random.uniform() }
    let found = try MarginalComparison(a, weights: weights, with: b)
    for j in 0..<4 {
      let single = KolmogorovSmirnov(
        try WeightedSample(a.column(j), weights: weights), try WeightedSample(b.column(j)))
      #expect(found.tests[j] == single)
    }
    #expect(found.minimumPValue == found.tests[2].pValue && found.minimumPValue < 1e-6)
    #expect(agree(found.meanPValue, found.tests.map(\.pValue).reduce(0, +) / 4))
    #expect(found.medianPValue > 0.001)
    #expect(throws: StatisticsError.self) {
      try MarginalComparison(a, with: Matrix(rows: 2, columns: 1, repeating: 0))
    }
    #expect(throws: StatisticsError.self) { try MarginalComparison(a, weights: [1], with: b) }
  }

  /// 95 columns of 2e5 rows each; run with DNNLIK_BENCHMARK=1.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["DNNLIK_BENCHMARK"] != nil,
      "DNNLIK_BENCHMARK is not set"))
  func manyColumnsInSeconds() throws {
    var a = Matrix(rows: 200_000, columns: 95, repeating: 0.0)
    var random = RandomStream(seed: 6, purpose: "ks speed").sequence()
    for k in a.elements.indices { a.elements[k] = random.uniform() }
    var b = a
    for k in b.elements.indices { b.elements[k] = random.uniform() }
    let weights = (0..<200_000).map { _ in random.uniform() }
    let clock = ContinuousClock()
    let plain = try clock.measure { _ = try MarginalComparison(a, with: b) }
    let weighted = try clock.measure { _ = try MarginalComparison(a, weights: weights, with: b) }
    let million = (0..<1_000_000).map { _ in random.normal() }
    let radix = clock.measure { _ = SortedOrder.sorted(million) }
    let order = clock.measure { _ = SortedOrder(million) }
    let standard = clock.measure { _ = million.sorted() }
    print("K-S 95 x 2e5 against 2e5: plain \(plain), one side weighted \(weighted)")
    print("sort of 1e6: values \(radix), with indices \(order), standard library \(standard)")
    #expect(plain < .seconds(3))
  }
}
