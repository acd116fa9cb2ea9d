import Foundation
import NumericalCore
import Testing

@Suite struct OrderedPlacesTests {
  private func places(of x: [Double]) -> (places: [Int], repeated: [Bool]) {
    let order = OrderedPlaces(capacity: x.count)
    x.withUnsafeBufferPointer { x in
      if let base = x.baseAddress { order.sort(base, count: x.count) }
    }
    return (
      (0..<order.count).map(order.items.place), (0..<order.count).map(order.items.isRepeated)
    )
  }

  private func expect(_ x: [Double]) {
    let expected = x.indices.sorted { x[$0] < x[$1] || (x[$0] == x[$1] && $0 < $1) }
    let (found, repeated) = places(of: x)
    #expect(found == expected)
    #expect(
      repeated
        == expected.indices.map { $0 > 0 && x[expected[$0]] == x[expected[$0 - 1]] })
  }

  /// Smooth numbers, repeated ones side by side and far apart, few values, outliers that leave one
  /// key for all others, infinities, and none at all.
  @Test(arguments: [0, 1, 2, 23, 24, 25, 300, 20_000])
  func sortsEverything(count: Int) {
    var random = RandomStream(seed: 11, purpose: "places").sequence(step: count)
    let smooth = (0..<count).map { _ in random.normal() }
    expect(smooth)
    var chain = smooth
    for k in chain.indices.dropFirst() where random.uniform() < 0.3 { chain[k] = chain[k - 1] }
    expect(chain)
    expect(smooth.map { ($0 * 2).rounded() })
    expect(smooth.map { $0 + 1e12 })
    expect(smooth.map { exp(40 * $0) })
    expect(smooth.map { random.uniform() < 0.2 ? -.infinity : $0 })
    expect(smooth.map { _ in 0.1 })
    expect(smooth.map { $0 > 0 ? 0.0 : -0.0 })
  }

  @Test func numbersThatAreLeftOutLeaveNoMark() {
    let order = OrderedPlaces(capacity: 6)
    let x: [Double] = [1, 1, 2, 2, 2, 3]
    x.withUnsafeBufferPointer { x in
      if let base = x.baseAddress { order.sort(base, count: 6) }
    }
    order.filter { $0 != 0 && $0 != 3 }
    #expect((0..<order.count).map(order.items.place) == [1, 2, 4, 5])
    #expect((0..<order.count).map(order.items.isRepeated) == [false, false, true, false])
  }
}
