internal import NumericalCore

/// Normal scores z = Φ⁻¹((r - 3/8) / (S + 1/4)) of the ranks r = 1 ... S and of the half ranks
/// that ties give (Vehtari et al. arXiv:1903.08008; G. Blom, 1958).
struct NormalScores: Sendable {
  let count: Int
  // Entry h belongs to the rank 1 + h / 2; the upper half is the lower one with the other sign.
  private let table: [Double]

  init(count: Int) {
    self.count = count
    table = [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let base = buffer.baseAddress else { return }
      let table = DisjointRows(base)
      parallelFor(count, grain: 4096) { range in
        for h in range {
          let p = (1 + 0.5 * Double(h) - 0.375) / (Double(count) + 0.25)
          // The middle rank of an odd number.
          (table.base + h).initialize(
            to: h == count - 1 ? 0 : SpecialFunctions.normalScore(p))
        }
      }
    }
  }

  /// Calls `body` with the score of the rank 1 + h / 2 as a function of h = 0 ... 2 (count - 1).
  @inline(__always)
  func withScores(_ body: (_ score: (Int) -> Double) -> Void) {
    table.withUnsafeBufferPointer { table in
      guard let table = table.baseAddress else { return }
      body { h in h < count ? table[h] : -table[2 * count - 2 - h] }
    }
  }
}
