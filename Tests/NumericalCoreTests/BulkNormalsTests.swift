import Foundation
import NumericalCore
import Testing

@Suite struct BulkNormalsTests {
  /// The same counters, and the same transform one number at a time; uniforms have one bit less.
  @Test(arguments: [1, 2, 31, 32, 33, 95, 1000]) func asOneByOne(_ count: Int) {
    let stream = RandomStream(seed: 7, purpose: "bulk")
    for walker in 0..<50 {
      var numbers = [Double](repeating: .nan, count: count + 1)
      numbers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        stream.fillNormals(base, count: count, step: 3, walker: walker)
      }
      var random = stream.sequence(step: 3, walker: walker)
      for k in 0..<count {
        let expected = random.normal()
        #expect(abs(numbers[k] - expected) < 1e-11, "number \(k) of walker \(walker)")
      }
      #expect(numbers[count].isNaN)  // nothing is written behind the end
    }
  }
}
