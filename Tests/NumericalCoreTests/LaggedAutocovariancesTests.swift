import NumericalCore
import Testing

@Suite struct LaggedAutocovariancesTests {
  private static func series(_ count: Int, _ length: Int) -> [[Double]] {
    var random = RandomStream(seed: 3, purpose: "lags").sequence(step: length)
    return (0..<count).map { _ in (0..<length).map { _ in 3 + random.normal() } }
  }

  private static func direct(_ series: [[Double]], scaled: Bool = false) -> [Double] {
    let length = series[0].count
    var sums = [Double](repeating: 0, count: length)
    for x in series {
      let mean = x.reduce(0, +) / Double(length)
      let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      if scaled, Set(x).count == 1 { continue }
      for t in 0..<length {
        for i in 0..<(length - t) {
          sums[t] += (x[i] - mean) * (x[i + t] - mean) / (scaled ? squares : 1)
        }
      }
    }
    return sums
  }

  /// Every lag, those that come one by one and those of the transform, against the definition.
  @Test(arguments: [1, 2, 7, 8, 9, 64, 250, 500])
  func equalDirectSums(length: Int) {
    let series = Self.series(3, length)
    let values = series.flatMap { $0 }
    for (map, shown) in [
      (SeriesMap.identity, { (x: Double) in x }), (.notAbove(3), { $0 <= 3 ? 1 : 0 }),
      (.squaredDistance(from: 2), { ($0 - 2) * ($0 - 2) }),
    ] {
      let expected = Self.direct(series.map { $0.map(shown) })
      values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return }
        var found = LaggedAutocovariances(
          x, SeriesStarts(count: 3, length: length), map: map,
          tables: AutocovarianceTables(length: length))
        for t in 0..<length {
          #expect(abs(found.sum(at: t) - expected[t]) < 1e-11 * Double(length))
        }
        #expect(found.sum(at: length) == 0)
      }
    }
  }

  /// Halves of an odd length lose the middle number; a constant one does not count.
  @Test func halvesAndConstantSeries() {
    var series = Self.series(2, 7)
    series[1] = Array(repeating: 0.1, count: 7)
    let halves = [
      series[0].prefix(3), series[0].suffix(3), series[1].prefix(3), series[1].suffix(3),
    ]
    .map { Array($0) }
    let expected = Self.direct(halves, scaled: true)
    series.flatMap { $0 }.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return }
      var found = LaggedAutocovariances(
        x, SeriesStarts(halvesOf: 2, length: 7), scaling: .unitVariance,
        tables: AutocovarianceTables(length: 3))
      #expect(found.isConstant == [false, false, true, true] && found.seriesCount == 2)
      for t in 0..<3 { #expect(abs(found.sum(at: t) - expected[t]) < 1e-14) }
      let mean = halves[0].reduce(0, +) / 3
      #expect(abs(found.means[0] - mean) < 1e-15 && found.means[2] == 0.1)
    }
  }
}
