import Foundation
import NumericalCore
import Testing

@Suite struct FastFourierTransformTests {
  /// Every power of two up to 1024 against the sum that defines the transform.
  @Test(arguments: (0...10).map { 1 << $0 })
  func equalsTheDefiningSum(count: Int) {
    var random = RandomStream(seed: 1, purpose: "fft").sequence(step: count)
    var workspace = FastFourierTransform.Workspace(count: count)
    for k in 0..<count {
      workspace.real[k] = random.normal()
      workspace.imaginary[k] = random.normal()
    }
    let input = workspace
    FastFourierTransform(count: count).forward(&workspace)
    for k in 0..<count {
      var real = 0.0
      var imaginary = 0.0
      for j in 0..<count {
        let angle = -2 * Double.pi * Double(j * k % count) / Double(count)
        real += input.real[j] * cos(angle) - input.imaginary[j] * sin(angle)
        imaginary += input.real[j] * sin(angle) + input.imaginary[j] * cos(angle)
      }
      #expect(abs(real - workspace.real[k]) < 1e-12 * Double(count))
      #expect(abs(imaginary - workspace.imaginary[k]) < 1e-12 * Double(count))
    }
  }

  @Test func paddedCounts() {
    #expect(
      [0, 1, 2, 3, 4, 5, 1023, 1024, 1025].map(FastFourierTransform.paddedCount)
        == [1, 1, 2, 4, 4, 8, 1024, 1024, 2048])
  }

  /// Odd and even numbers of series (packed in pairs), against direct sums.
  @Test(arguments: [1, 2, 3, 6], [1, 2, 5, 64, 101])
  func summedAutocovariancesEqualDirectSums(series: Int, length: Int) {
    var random = RandomStream(seed: 2, purpose: "acf").sequence(step: length)
    var sum = AutocovarianceSum(length: length)
    var expected = [Double](repeating: 0, count: length)
    for _ in 0..<series {
      let x = (0..<length).map { _ in 3 + random.normal() }
      sum.add(x.span)
      let mean = x.reduce(0, +) / Double(length)
      for t in 0..<length {
        for i in 0..<(length - t) { expected[t] += (x[i] - mean) * (x[i + t] - mean) }
      }
    }
    let found = sum.sums()
    for t in 0..<length { #expect(abs(found[t] - expected[t]) < 1e-11 * Double(length)) }
    #expect(sum.seriesCount == series)
    sum.reset()
    #expect(sum.sums().allSatisfy { $0 == 0 })
  }

  @Test func autocorrelationOfAlternatingSigns() throws {
    let rho = try #require(autocorrelation([1, -1, 1, -1]))
    for (found, expected) in zip(rho, [1, -0.75, 0.5, -0.25]) {
      #expect(abs(found - expected) < 1e-14)
    }
    #expect(autocorrelation([2, 2, 2]) == nil)
    #expect(autocorrelation([]) == nil)
    // 0.1 is no binary fraction: the mean of equal numbers must not differ from them.
    #expect(autocorrelation(Array(repeating: 0.1, count: 7)) == nil)
  }
}
