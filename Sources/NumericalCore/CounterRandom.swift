internal import Foundation

/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC'11,
/// doi:10.1145/2063384.2063405): a bijection of the counter under a key, without state.
public enum Philox {
  /// The four output words for a counter and a key.
  @inline(__always)
  public static func block(
    _ counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for round in 0..<10 {
      if round > 0 { k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let p0 = UInt64(c[0]) &* 0xD251_1F53
      let p1 = UInt64(c[2]) &* 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c[1] ^ k[0],
        UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c[3] ^ k[1],
        UInt32(truncatingIfNeeded: p0))
    }
    return c
  }
}

/// A family of independent random sequences, keyed by a seed and a purpose.
///
/// Numbers are a function of (seed, purpose, step, walker, index) alone, never of a thread: the
/// same seed gives the same numbers on one thread or sixteen, and a resumed run needs only the
/// step number.
public struct RandomStream: Sendable {
  let key: SIMD2<UInt32>

  /// A stream for one purpose (`"momentum"`, `"accept"`, …) under a user's seed.
  public init(seed: UInt64, purpose: String) {
    // FNV-1a of the purpose, then the finaliser of splitmix64 over both.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var z = seed &+ 0x9e37_79b9_7f4a_7c15 &+ hash &* 0xd134_2543_de82_ef95
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    key = SIMD2(UInt32(truncatingIfNeeded: z), UInt32(truncatingIfNeeded: z >> 32))
  }

  /// The sequence that belongs to a step and a walker (or any two indices below 2^32).
  public func sequence(step: Int = 0, walker: Int = 0) -> RandomSequence {
    RandomSequence(key: key, step: step, walker: walker)
  }
}

/// One sequence of random numbers of a ``RandomStream``; also a `RandomNumberGenerator`.
public struct RandomSequence: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let step: UInt32
  private let walker: UInt32
  private var index: UInt64 = 0
  private var spare: UInt64?
  private var spareNormal: Double?

  init(key: SIMD2<UInt32>, step: Int, walker: Int) {
    self.key = key
    self.step = UInt32(step)
    self.walker = UInt32(walker)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if let value = spare {
      spare = nil
      return value
    }
    let counter = SIMD4<UInt32>(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), walker, step)
    index &+= 1
    let words = Philox.block(counter, key: key)
    spare = UInt64(words[2]) | UInt64(words[3]) << 32
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// A uniform number in the open interval (0, 1).
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53 + 0x1p-54
  }

  /// A uniform number in the open interval (`low`, `high`).
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// A uniform integer in `0..<bound` (bias below 2^-53 `bound`).
  public mutating func index(below bound: Int) -> Int {
    min(bound - 1, Int(uniform() * Double(bound)))
  }

  /// A standard normal number (Box-Muller; two uniforms give two normals).
  public mutating func normal() -> Double {
    if let value = spareNormal {
      spareNormal = nil
      return value
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /// A standard exponential number.
  public mutating func exponential() -> Double { -log(uniform()) }

  /// A random order of `0..<count` (Fisher-Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, index(below: i + 1))
    }
    return order
  }
}
