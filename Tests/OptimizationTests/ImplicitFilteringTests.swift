import Foundation
import NumericalCore
import Optimization
import Testing

@Suite struct ImplicitFilteringTests {
  /// A correlated quadratic in six dimensions with its minimum at 0.3.
  private func height(_ x: [Double]) -> Double {
    var value = 0.0
    for k in x.indices { value += 0.5 * (x[k] - 0.3) * (x[k] - 0.3) }
    return value + 0.5 * pow(x[0] + x[1] - x[2] - 0.3, 2)
  }

  private func minimize(
    noise: Double, box: Box, _ function: @escaping @Sendable ([Double]) -> Double
  ) throws -> ImplicitFiltering.Result {
    try ImplicitFiltering().minimize(
      { points in
        (0..<points.rows).map { i in
          let x = points.row(i)
          // Noise that depends on the point alone, as that of another program.
          var hash = x.reduce(into: UInt64(1)) {
            $0 = ($0 ^ $1.bitPattern) &* 0x9E37_79B9_7F4A_7C15
          }
          hash ^= hash >> 29
          hash = hash &* 0xBF58_476D_1CE4_E5B9
          let ripple = Double(hash >> 11) * 0x1p-52 - 1
          return function(x) + noise * ripple
        }
      }, from: Array(repeating: 2, count: 6), box: box, scale: Array(repeating: 1, count: 6))
  }

  @Test func noisyValues() throws {
    for noise in [1e-8, 1e-5, 1e-3] {
      let found = try minimize(noise: noise, box: box(6), height)
      #expect(found.value < 3 * noise + 1e-7)
      for x in found.point { #expect(abs(x - 0.3) < 3e-2) }
      // The noise is recognised within a factor of three; it has a mean square of one third.
      #expect(found.noise > noise * 0.23 && found.noise < noise * 2.2, "\(noise): \(found.noise)")
    }
  }

  @Test func kinkedValuesAndBounds() throws {
    let found = try minimize(noise: 0, box: box(6, -5, 5)) { x in
      x.reduce(0) { $0 + abs($1 - 1) } + 0.5 * x[0] * x[0]
    }
    for x in found.point { #expect(abs(x - 1) < 2e-3) }
    let bounded = try minimize(noise: 1e-6, box: box(6, 0.5, 5), height)
    for x in bounded.point.dropFirst(3) { #expect(x == 0.5) }
  }

  @Test func smoothValuesHaveNoNoise() {
    #expect(NoiseLevel.estimate((0..<9).map { exp(0.1 * Double($0)) }) < 1e-9)
    #expect(NoiseLevel.estimate([1, .infinity, 2, 3, 4, 5, 6, 7]) == 0)
  }
}

@Suite struct BracketedRootTests {
  @Test(arguments: [0.01, 1, 10]) func rootsOfSteepAndFlatFunctions(power: Double) {
    var root = BracketedRoot(
      (0, -pow(0.3, power)), (1, 1 - pow(0.3, power)), tolerance: 1e-12, valueTolerance: 1e-13)
    var steps = 0
    while !root.isFinished {
      root.receive(pow(root.next, power) - pow(0.3, power))
      steps += 1
    }
    #expect(abs(root.next - 0.3) < 1e-6 && steps < 60)
  }
}
